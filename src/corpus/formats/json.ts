import { z } from "zod";
import type { CorpusLocation } from "../../base/errors";
import { writeParts } from "../../base/files";
import type { Sentence } from "../types";
import { unknownPos } from "./document-sentences";
import type { Format } from "./format";
import {
  anyText,
  firstKeys,
  integer,
  itemsOf,
  linesOfJson,
  parseValue,
  repairSentence,
  text,
  tokenList,
} from "./json-values";
import type { Reading } from "./reading";

const storedSentence = z.object(
  {
    tokens: tokenList,
    entities: z.array(
      z.object({ start: integer, end: integer, type: text }, "must be an object {start, end, type}"),
      "must be a list of {start, end, type}",
    ),
    pos: z.array(text, "must be a list of strings").optional(),
    ltokens: z.array(anyText, "must be a list of strings").optional(),
    rtokens: z.array(anyText, "must be a list of strings").optional(),
    org_id: z.union([z.string(), z.number()], "must be a string or a number").optional(),
  },
  "must be an object {tokens, entities, …}",
);

/** The JSON format of the paper's authors. Only tokens and entities are required; unknown keys are ignored. */
export const json: Format = {
  name: "json",
  holds:
    "that of the paper's authors: a list of `{tokens, entities: [{start, end, type}], pos, ltokens, rtokens, org_id}`; `end` exclusive; all keys but the first two are optional",
  sign: "`.json`, or `[` at the beginning",
  endings: [".json"],
  options: {},
  recognize: ({ head }) => /^\s*\[\s*[{\]]/.test(head),
  async *read(source, _, reading) {
    yield* sentencesFromJson(await source.bytes(), source.file, reading);
  },
  readWhole: sentencesFromJson,
  cached: true,
  writer: {
    ending: ".json",
    options: {},
    write: (path, sentences) =>
      writeObjects(
        path,
        sentences,
        "[",
        (object, index) => `${index === 0 ? "\n" : ",\n"}${object}`,
        "\n]\n",
      ),
  },
};

/** The same objects, one per line. */
export const jsonLines: Format = {
  name: "jsonl",
  holds: "one such object per line; any length in constant memory",
  sign: "`.jsonl`, `.ndjson`, or an object in the first line",
  endings: [".jsonl", ".ndjson", ".jsonlines", ".json"],
  options: {},
  // a .json file may hold a single object of another kind
  recognize: ({ head, ending }) =>
    /^\s*\{.*(?:\}\s*\n|\}?\s*$)/.test(head) && (ending !== ".json" || firstKeys(head).has("tokens")),
  async *read(source, _, reading) {
    for await (const { value, location } of linesOfJson(source, reading))
      yield* parseTolerantly(value, location, reading);
  },
  writer: {
    ending: ".jsonl",
    options: {},
    write: (path, sentences) => writeObjects(path, sentences, "", (object) => `${object}\n`, ""),
  },
};

/** Reads a JSON split. @param file for messages @throws CorpusError for the first fault that the reading does not tolerate */
function sentencesFromJson(bytes: Buffer, file: string, reading: Reading): Sentence[] {
  return itemsOf(bytes, file).flatMap(({ value, location }) => parseTolerantly(value, location, reading));
}

function parseTolerantly(value: unknown, location: CorpusLocation, reading: Reading): Sentence[] {
  try {
    return [parseSentence(value, location, reading)];
  } catch (error) {
    reading.handle(error);
    return [];
  }
}

function parseSentence(value: unknown, location: CorpusLocation, reading: Reading): Sentence {
  const { tokens, entities, pos, ltokens, rtokens, org_id } = parseValue(storedSentence, value, location);
  const sentence: Sentence = {
    tokens,
    pos: pos ?? unknownPos(tokens),
    entities,
    previous: ltokens ?? [],
    next: rtokens ?? [],
    id: String(org_id ?? ""),
  };
  return repairSentence(sentence, location, reading);
}

/** Writes one object per sentence, with `start` before and `end` after them. */
async function writeObjects(
  path: string,
  sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
  start: string,
  separate: (object: string, index: number) => string,
  end: string,
): Promise<number> {
  let count = 0;
  async function* parts(): AsyncGenerator<string> {
    yield start;
    for await (const sentence of sentences) yield separate(storedText(sentence), count++);
    yield end;
  }
  await writeParts(path, parts());
  return count;
}

function storedText({ tokens, entities, pos, previous, next, id }: Sentence): string {
  const spans = entities.map(({ start, end, type }) => ({ start, end, type }));
  return JSON.stringify({ tokens, entities: spans, pos, ltokens: previous, rtokens: next, org_id: id });
}
