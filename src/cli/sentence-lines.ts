import { z } from "zod";
import { CorpusError, show } from "../base/errors";
import { reason } from "../base/files";
import type { Sentence } from "../corpus";

/** A line of input: the object as it was given, and the sentence in it. */
export interface SentenceLine {
  readonly record: Readonly<Record<string, unknown>>;
  readonly sentence: Sentence;
}

const filled = z.string("must be a string").min(1, "must not be an empty string");
const sentenceSchema = z
  .looseObject(
    {
      tokens: z.array(filled, "must be a list of strings").min(1, "must hold at least one token"),
      pos: z.array(filled, "must be a list of strings").optional(),
    },
    "must be an object {tokens, pos?}",
  )
  .refine(({ tokens, pos }) => pos === undefined || pos.length === tokens.length, {
    path: ["pos"],
    message: "must hold one tag for each token, or be left out",
  });

/**
 * Reads sentences to predict from JSON Lines: one object `{tokens, pos?}` a line; other keys are kept in `record`.
 * @param file what to call the input in messages.
 * @throws CorpusError for the first line that is not such an object, and when there is none.
 */
export function sentenceLines(text: string, file: string): SentenceLine[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0)
    throw new CorpusError({ file }, 'holds no sentences; give one {"tokens": […]} a line');
  return lines.map((line, index) => sentenceLine(line, file, index));
}

function sentenceLine(line: string, file: string, index: number): SentenceLine {
  const parsed = sentenceSchema.safeParse(parsedLine(line, file, index));
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    const found = path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown>)[key],
      JSON.parse(line),
    );
    const field = path.map((key) => (typeof key === "number" ? `[${key}]` : String(key))).join("");
    throw new CorpusError(
      { file, sentence: index, field: field || undefined },
      found === undefined ? `is missing; it ${message}` : `${message}, not ${show(found)}`,
    );
  }
  const { tokens, pos } = parsed.data;
  const sentence = {
    tokens,
    pos: pos ?? tokens.map(() => "X"),
    entities: [],
    previous: [],
    next: [],
    id: "",
  };
  return { record: parsed.data, sentence };
}

function parsedLine(line: string, file: string, index: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new CorpusError({ file, sentence: index }, `not valid JSON: ${reason(error)}`, { cause: error });
  }
}
