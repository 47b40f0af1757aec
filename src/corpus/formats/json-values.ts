import { z } from "zod";
import { notUtf8 } from "../../base/encodings";
import { CorpusError, type CorpusLocation, show } from "../../base/errors";
import { reason } from "../../base/files";
import { parseJson } from "../../base/json";
import type { Sentence } from "../types";
import { checkSentence } from "../validate";
import { distinctEntities } from "./document-sentences";
import { type Reading, shortLocation } from "./reading";
import type { Source } from "./source";

export const anyText: z.ZodString = z.string("must be a string");
export const text: z.ZodString = anyText.min(1, "must not be an empty string");
export const integer: z.ZodInt = z.int("must be an integer");
export const tokenList: z.ZodArray<z.ZodString> = z
  .array(text, "must be a list of strings")
  .min(1, "must hold at least one token");

export interface LocatedValue {
  readonly value: unknown;
  readonly location: CorpusLocation;
}

/** JavaScript strings hold at most 512 MiB. */
const largest = 2 ** 29 - 2 ** 16;

/** The items of a JSON list. @param file for messages @throws CorpusError if the content is not a JSON list */
export function itemsOf(bytes: Buffer, file: string): LocatedValue[] {
  if (bytes.length > largest) {
    throw new CorpusError(
      { file },
      "is larger than 512 MiB; convert it to JSON Lines, which are read line by line",
    );
  }
  const list = parse(decode(bytes, file), file);
  if (!Array.isArray(list)) {
    throw new CorpusError(
      { file },
      `must be a list of sentences [{"tokens": …, "entities": …}, …], not ${show(list)}`,
    );
  }
  return list.map((value, sentence) => ({ value, location: { file, sentence } }));
}

/** The values of JSON Lines, one by one. Skips blank lines. */
export async function* linesOfJson(source: Source, reading: Reading): AsyncGenerator<LocatedValue> {
  const { file } = source;
  for await (const { number, text } of source.lines()) {
    if (text.trim() === "") continue;
    const location = { file, line: number };
    let value: unknown;
    try {
      value = parseJson(text);
    } catch (error) {
      const problem = reason(error).replace(/\s+/g, " ");
      reading.addFault(new CorpusError(location, `not valid JSON: ${problem}`, { cause: error }));
      continue;
    }
    yield { value, location };
  }
}

/** The values of a file that holds either a JSON list or JSON Lines. */
export async function* valuesOf(source: Source, reading: Reading): AsyncGenerator<LocatedValue> {
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

/** @throws CorpusError for the first fault, with its field and value */
export function parseValue<T>(schema: z.ZodType<T>, value: unknown, location: CorpusLocation): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  const actual = path.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown>)[key], value);
  throw new CorpusError(
    { ...location, field: path.length > 0 ? fieldName(path) : undefined },
    actual === undefined ? `is missing; it ${message}` : `${message}, not ${show(actual)}`,
  );
}

/** Trims types and removes repeated entities; counts both repairs. @throws CorpusError for the first fault of the sentence */
export function repairSentence(sentence: Sentence, location: CorpusLocation, reading: Reading): Sentence {
  const where = shortLocation(location);
  const trimmed = sentence.entities.map((entity) => {
    const type = entity.type.trim();
    if (type === "")
      throw new CorpusError(location, `has an entity with the type ${show(entity.type)}; give it a name`);
    if (type !== entity.type) reading.countRepair("types with white space at an end, trimmed", where);
    return { ...entity, type };
  });
  checkSentence({ ...sentence, entities: trimmed }, location);
  return { ...sentence, entities: distinctEntities(trimmed, where, reading) };
}

/** The keys of the first object, if the file begins with an object or a list of objects. */
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

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CorpusError({ file }, notUtf8, { cause: error });
  }
}

function parse(source: string, file: string): unknown {
  try {
    return parseJson(source);
  } catch (error) {
    // V8 quotes the context of some faults, including line breaks
    const fault = (error instanceof Error ? error.message : reason(error)).replace(/\s+/g, " ");
    const position = fault.match(/at position (\d+)/)?.[1];
    const where = position === undefined ? "" : ` (${lineAndColumn(source, Number(position))})`;
    throw new CorpusError({ file }, `not valid JSON: ${fault}${where}`, { cause: error });
  }
}

function lineAndColumn(source: string, position: number): string {
  const before = source.slice(0, position).split("\n");
  return `line ${before.length}, column ${before[before.length - 1].length + 1}`;
}
