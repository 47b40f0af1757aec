import { z } from "zod";
import { CorpusError, show } from "../base/errors";
import { reason } from "../base/files";
import type { Entity, Sentence } from "./types";
import { checkSentence } from "./validate";

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

/**
 * Reads one split in the JSON format of the paper's authors: a list of `{tokens, entities: [{start, end, type}], pos,
 * ltokens, rtokens, org_id}`. Only tokens and entities are required; unknown keys are ignored.
 * @param file the file's name, for messages only.
 * @throws CorpusError at the first fault, with the sentence, the field and the value.
 */
export function sentencesFromJson(bytes: Buffer, file: string): Sentence[] {
  const list = parsed(bytes.toString("utf8"), file);
  if (!Array.isArray(list)) {
    throw new CorpusError(
      { file },
      `must be a list of sentences [{"tokens": …, "entities": …}, …], not ${show(list)}`,
    );
  }
  return list.map((value, index) => sentenceFrom(value, file, index));
}

function sentenceFrom(value: unknown, file: string, index: number): Sentence {
  const result = storedSentence.safeParse(value);
  if (!result.success) {
    const [{ path, message }] = result.error.issues;
    const found = path.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown>)[key], value);
    throw new CorpusError(
      { file, sentence: index, field: path.length > 0 ? fieldName(path) : undefined },
      found === undefined ? `is missing; it ${message}` : `${message}, not ${show(found)}`,
    );
  }
  const { tokens, entities, pos, ltokens, rtokens, org_id } = result.data;
  const sentence: Sentence = {
    tokens,
    pos: pos ?? tokens.map(() => "X"),
    entities,
    previous: ltokens ?? [],
    next: rtokens ?? [],
    id: String(org_id ?? ""),
  };
  checkSentence(sentence, file, index);
  return { ...sentence, entities: withoutRepeats(entities) };
}

/** Gold entities are a set: the same one given twice is kept once. */
function withoutRepeats(entities: readonly Entity[]): readonly Entity[] {
  const distinct = new Map(
    entities.map((entity) => [`${entity.start} ${entity.end} ${entity.type}`, entity]),
  );
  return distinct.size === entities.length ? entities : [...distinct.values()];
}

/** `entities[2].start` */
function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .slice(1);
}

function parsed(source: string, file: string): unknown {
  try {
    return JSON.parse(source);
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
