import { z } from "zod";
import { CorpusError, type CorpusPlace, show } from "../../base/errors";
import { reason, writeParts } from "../../base/files";
import { parseJson } from "../../base/json";
import type { Line } from "../../base/streams";
import { type Sentence, withoutRepeats } from "../types";
import { checkSentence } from "../validate";
import type { Format } from "./format";
import { Reading } from "./reading";
import type { Source } from "./source";

const text = z.string("must be a string");
const filledText = text.min(1, "must not be an empty string");
const integer = z.int("must be an integer");

const storedSentence = z.object(
  {
    tokens: z.array(filledText, "must be a list of strings").min(1, "must hold at least one token"),
    entities: z.array(
      z.object({ start: integer, end: integer, type: filledText }, "must be an object {start, end, type}"),
      "must be a list of {start, end, type}",
    ),
    pos: z.array(filledText, "must be a list of strings").optional(),
    ltokens: z.array(text, "must be a list of strings").optional(),
    rtokens: z.array(text, "must be a list of strings").optional(),
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
  writer: {
    ending: ".json",
    options: {},
    write: writeJson,
  },
};

/** The same objects, one a line. */
export const jsonLines: Format = {
  name: "jsonl",
  holds: "such an object a line; of any length in constant memory",
  sign: "`.jsonl`, `.ndjson`, or `{` at the beginning",
  endings: [".jsonl", ".ndjson"],
  options: {},
  recognize: ({ head }) => head.trimStart().startsWith("{"),
  read: (source, _, reading) => sentencesFromJsonLines(source, reading),
  writer: {
    ending: ".jsonl",
    options: {},
    write: writeJsonLines,
  },
};

/** A string holds at most half a gigabyte. */
const largest = 2 ** 29 - 2 ** 16;

/**
 * Reads one split in the JSON format of the paper's authors: a list of `{tokens, entities: [{start, end, type}], pos,
 * ltokens, rtokens, org_id}`. Only tokens and entities are required; unknown keys are ignored.
 * @param file the file's name, for messages only.
 * @throws CorpusError at the first fault, with the sentence, the field and the value.
 */
export function sentencesFromJson(bytes: Buffer, file: string, reading: Reading = new Reading()): Sentence[] {
  if (bytes.length > largest) {
    throw new CorpusError(
      { file },
      "is larger than 512 MiB; give it as JSON Lines, which are read one by one",
    );
  }
  const list = parsed(decoded(bytes, file), file);
  if (!Array.isArray(list)) {
    throw new CorpusError(
      { file },
      `must be a list of sentences [{"tokens": …, "entities": …}, …], not ${show(list)}`,
    );
  }
  return list.flatMap((value, sentence) => tolerantly(value, { file, sentence }, reading));
}

/**
 * Reads JSON Lines: such an object a line; blank lines are passed over. Of any length in constant memory.
 * @throws CorpusError at the first fault, with the line, the field and the value.
 */
async function* sentencesFromJsonLines(source: Source, reading: Reading): AsyncGenerator<Sentence> {
  for await (const line of source.lines())
    if (line.text.trim() !== "") yield* fromLine(line, source.file, reading);
}

function fromLine({ number, text }: Line, file: string, reading: Reading): Sentence[] {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const problem = reason(error).replace(/\s+/g, " ");
    reading.fault(new CorpusError({ file, line: number }, `not valid JSON: ${problem}`, { cause: error }));
    return [];
  }
  return tolerantly(value, { file, line: number }, reading);
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
  const result = storedSentence.safeParse(value);
  if (!result.success) {
    const [{ path, message }] = result.error.issues;
    const found = path.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown>)[key], value);
    throw new CorpusError(
      { ...place, field: path.length > 0 ? fieldName(path) : undefined },
      found === undefined ? `is missing; it ${message}` : `${message}, not ${show(found)}`,
    );
  }
  const { tokens, entities, pos, ltokens, rtokens, org_id } = result.data;
  const distinct = withoutRepeats(entities);
  const sentence: Sentence = {
    tokens,
    pos: pos ?? tokens.map(() => "X"),
    entities: distinct,
    previous: ltokens ?? [],
    next: rtokens ?? [],
    id: String(org_id ?? ""),
  };
  checkSentence(sentence, place);
  const where = place.line === undefined ? `sentence ${place.sentence}` : `line ${place.line}`;
  reading.repaired("entities given twice, kept once", where, entities.length - distinct.length);
  return sentence;
}

/** `entities[2].start` */
function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .slice(1);
}

function decoded(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CorpusError({ file }, "is not valid UTF-8; save it in that encoding", { cause: error });
  }
}

function parsed(source: string, file: string): unknown {
  try {
    return parseJson(source);
  } catch (error) {
    // the engine quotes the surroundings of some faults, line breaks included
    const fault = (error instanceof Error ? error.message : reason(error)).replace(/\s+/g, " ");
    const position = fault.match(/at position (\d+)/)?.[1];
    const place = position === undefined ? "" : ` (${lineAndColumn(source, Number(position))})`;
    throw new CorpusError({ file }, `not valid JSON: ${fault}${place}`, { cause: error });
  }
}

function lineAndColumn(source: string, position: number): string {
  const before = source.slice(0, position).split("\n");
  return `line ${before.length}, column ${before[before.length - 1].length + 1}`;
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
