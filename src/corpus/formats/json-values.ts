import { z } from "zod";
import { notUtf8 } from "../../base/encodings";
import { CorpusError, type CorpusPlace, show } from "../../base/errors";
import { reason } from "../../base/files";
import { parseJson } from "../../base/json";
import { type Sentence, withoutRepeats } from "../types";
import { checkSentence } from "../validate";
import type { Reading } from "./reading";
import type { Source } from "./source";

export const anyText: z.ZodString = z.string("must be a string");
export const text: z.ZodString = anyText.min(1, "must not be an empty string");
export const integer: z.ZodInt = z.int("must be an integer");
export const tokenList: z.ZodArray<z.ZodString> = z
  .array(text, "must be a list of strings")
  .min(1, "must hold at least one token");

/** A value of a file, and where it stands. */
export interface PlacedValue {
  readonly value: unknown;
  readonly place: CorpusPlace;
}

/** A string holds at most half a gigabyte. */
const largest = 2 ** 29 - 2 ** 16;

/**
 * The items of a JSON list.
 * @param file what to call it in messages
 * @throws CorpusError for what is not a list in JSON
 */
export function itemsOf(bytes: Buffer, file: string): PlacedValue[] {
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
  return list.map((value, sentence) => ({ value, place: { file, sentence } }));
}

/** The values of JSON Lines, one by one; blank lines do not count. */
export async function* linesOfJson(source: Source, reading: Reading): AsyncGenerator<PlacedValue> {
  const { file } = source;
  for await (const { number, text } of source.lines()) {
    if (text.trim() === "") continue;
    const place = { file, line: number };
    let value: unknown;
    try {
      value = parseJson(text);
    } catch (error) {
      const problem = reason(error).replace(/\s+/g, " ");
      reading.fault(new CorpusError(place, `not valid JSON: ${problem}`, { cause: error }));
      continue;
    }
    yield { value, place };
  }
}

/** The values of a file, a list of them or one a line. */
export async function* valuesOf(source: Source, reading: Reading): AsyncGenerator<PlacedValue> {
  const lines = source.lines();
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    if (line.value.text.trim() === "") continue;
    await lines.return(undefined);
    if (line.value.text.trimStart().startsWith("[")) yield* itemsOf(await source.bytes(), source.file);
    else yield* linesOfJson(source, reading);
    return;
  }
}

/** Endings of files that hold JSON of any kind. */
export const jsonEndings: readonly string[] = [".json", ".jsonl", ".ndjson", ".jsonlines"];

/** The parts of speech of tokens that come without. */
export function unknownPos(tokens: readonly string[]): string[] {
  return tokens.map(() => "X");
}

/** @throws CorpusError for the first fault, with its field and value */
export function checkedValue<T>(schema: z.ZodType<T>, value: unknown, place: CorpusPlace): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  const found = path.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown>)[key], value);
  throw new CorpusError(
    { ...place, field: path.length > 0 ? fieldName(path) : undefined },
    found === undefined ? `is missing; it ${message}` : `${message}, not ${show(found)}`,
  );
}

/** A place in short, for remarks: "line 3". */
export function shortPlace({ line, sentence }: CorpusPlace): string {
  return line === undefined ? `sentence ${sentence}` : `line ${line}`;
}

/**
 * A sentence with trimmed types and each entity once; both repairs are counted.
 * @throws CorpusError for the first fault of the sentence
 */
export function repairedSentence(sentence: Sentence, place: CorpusPlace, reading: Reading): Sentence {
  const typed = sentence.entities.map((entity) => ({
    ...entity,
    type: trimmedType(entity.type, place, reading),
  }));
  const repaired = { ...sentence, entities: withoutRepeats(typed) };
  checkSentence(repaired, place);
  const repeats = typed.length - repaired.entities.length;
  reading.repaired("entities given twice, kept once", shortPlace(place), repeats);
  return repaired;
}

/** A type without white space at its ends; the repair is counted. */
function trimmedType(type: string, place: CorpusPlace, reading: Reading): string {
  const trimmed = type.trim();
  if (trimmed === "") throw new CorpusError(place, `has an entity of the type ${show(type)}; name one`);
  if (trimmed !== type) reading.repaired("types with white space at an end, trimmed", shortPlace(place));
  return trimmed;
}

/** The keys of the first object in a file that begins with one, or with a list of them. */
export function firstKeys(head: string): ReadonlySet<string> {
  const keys = new Set<string>();
  const begin = /^\ufeff?\s*(?:\[\s*)?\{/.exec(head);
  if (!begin) return keys;
  const strings = /"(?:[^"\\]|\\.)*"(\s*:)?|[[\]{}]/gs;
  strings.lastIndex = begin[0].length;
  let depth = 1;
  for (let match = strings.exec(head); match && depth > 0; match = strings.exec(head)) {
    const [whole, colon] = match;
    if (/^[[{]/.test(whole)) depth++;
    else if (/^[\]}]/.test(whole)) depth--;
    else if (depth === 1 && colon !== undefined) keys.add(whole.slice(1, whole.lastIndexOf('"')));
  }
  return keys;
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
    throw new CorpusError({ file }, notUtf8, { cause: error });
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
