import { z } from "zod";
import type { CorpusPlace } from "../../base/errors";
import { writeParts } from "../../base/files";
import type { Sentence } from "../types";
import type { Format } from "./format";
import {
  anyText,
  checkedValue,
  firstKeys,
  integer,
  itemsOf,
  linesOfJson,
  repairedSentence,
  text,
  tokenList,
} from "./json-values";
import { Reading } from "./reading";

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

/** The JSON of the paper's authors. */
export const json: Format = {
  name: "json",
  holds:
    "the paper's authors' own: a list of `{tokens, entities: [{start, end, type}], pos, ltokens, rtokens, org_id}`; `end` exclusive; all but the first two may be left out",
  sign: "`.json`, or `[` at the beginning",
  endings: [".json"],
  options: {},
  recognize: ({ head }) => /^\s*\[\s*[{\]]/.test(head),
  async *read(source, _, reading) {
    yield* sentencesFromJson(await source.bytes(), source.file, reading);
  },
  readWhole: sentencesFromJson,
  cached: true,
  writer: { ending: ".json", options: {}, write: writeJson },
};

/** The same objects, one a line. */
export const jsonLines: Format = {
  name: "jsonl",
  holds: "such an object a line; of any length in constant memory",
  sign: "`.jsonl`, `.ndjson`, or an object in the first line",
  endings: [".jsonl", ".ndjson", ".jsonlines", ".json"],
  options: {},
  // a file called .json may hold one object that is something else
  recognize: ({ head, ending }) =>
    /^\s*\{.*(?:\}\s*\n|\}?\s*$)/.test(head) && (ending !== ".json" || firstKeys(head).has("tokens")),
  async *read(source, _, reading) {
    for await (const { value, place } of linesOfJson(source, reading))
      yield* tolerantly(value, place, reading);
  },
  writer: { ending: ".jsonl", options: {}, write: writeJsonLines },
};

/**
 * Reads one split in the JSON format of the paper's authors: a list of `{tokens, entities: [{start, end, type}], pos,
 * ltokens, rtokens, org_id}`. Only tokens and entities are required; unknown keys are ignored.
 * @param file the file's name, for messages only.
 * @throws CorpusError at the first fault, with the sentence, the field and the value.
 */
export function sentencesFromJson(bytes: Buffer, file: string, reading: Reading = new Reading()): Sentence[] {
  return itemsOf(bytes, file).flatMap(({ value, place }) => tolerantly(value, place, reading));
}

function tolerantly(value: unknown, place: CorpusPlace, reading: Reading): Sentence[] {
  try {
    return [sentenceFrom(value, place, reading)];
  } catch (error) {
    reading.tolerated(error);
    return [];
  }
}

function sentenceFrom(value: unknown, place: CorpusPlace, reading: Reading): Sentence {
  const { tokens, entities, pos, ltokens, rtokens, org_id } = checkedValue(storedSentence, value, place);
  const sentence: Sentence = {
    tokens,
    pos: pos ?? tokens.map(() => "X"),
    entities,
    previous: ltokens ?? [],
    next: rtokens ?? [],
    id: String(org_id ?? ""),
  };
  return repairedSentence(sentence, place, reading);
}

async function writeJson(
  path: string,
  sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
): Promise<number> {
  let count = 0;
  async function* parts(): AsyncGenerator<string> {
    yield "[";
    for await (const sentence of sentences) yield `${count++ === 0 ? "\n" : ",\n"}${storedText(sentence)}`;
    yield "\n]\n";
  }
  await writeParts(path, parts());
  return count;
}

async function writeJsonLines(
  path: string,
  sentences: Iterable<Sentence> | AsyncIterable<Sentence>,
): Promise<number> {
  let count = 0;
  async function* parts(): AsyncGenerator<string> {
    for await (const sentence of sentences) {
      yield `${storedText(sentence)}\n`;
      count++;
    }
  }
  await writeParts(path, parts());
  return count;
}

/** The keys of the authors' own files. */
function storedText({ tokens, entities, pos, previous, next, id }: Sentence): string {
  const spans = entities.map(({ start, end, type }) => ({ start, end, type }));
  return JSON.stringify({ tokens, entities: spans, pos, ltokens: previous, rtokens: next, org_id: id });
}
