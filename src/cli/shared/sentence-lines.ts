import { z } from "zod";
import { CorpusError, show } from "../../base/errors";
import { reason } from "../../base/files";
import { parseJson } from "../../base/json";
import { type Line, linesOf } from "../../base/streams";
import type { Entity, ScoredEntity } from "../../corpus";
import type { InputSentence } from "../../detector/input";
import type { TextEntity } from "../../detector/text-entities";

/** A sentence to predict, with the record that it came from. */
export interface SentenceLine extends InputSentence {
  readonly pos: readonly string[];
  readonly record: Readonly<Record<string, unknown>>;
  /** Where the record is: "line 3". */
  readonly place: string;
  /** Gold entities, if known. */
  readonly gold?: readonly Entity[];
  /** Adds the positions in the text to the entities of a sentence of a text. */
  readonly locate?: (entities: readonly ScoredEntity[]) => TextEntity[];
}

const filled = z.string("must be a string").min(1, "must not be an empty string");
const sentenceSchema = z
  .looseObject(
    {
      tokens: z.array(filled, "must be a list of strings").min(1, "must hold at least one token"),
      pos: z.array(filled, "must be a list of strings").optional(),
      ltokens: z.array(filled, "must be a list of strings").optional(),
      rtokens: z.array(filled, "must be a list of strings").optional(),
    },
    "must be an object {tokens, pos?, ltokens?, rtokens?}",
  )
  .refine(({ tokens, pos }) => pos === undefined || pos.length === tokens.length, {
    path: ["pos"],
    message: "must hold one tag for each token, or be omitted",
  });

/**
 * Reads sentences to predict from JSON Lines. Each line is an object `{tokens, pos?, ltokens?, rtokens?}`; the last two are the
 * sentences before and after it. `record` keeps other keys. Blank lines are skipped.
 * @param file what to call the input in messages
 * @throws CorpusError for the first line that is not such an object, and if there are no sentences
 */
export async function* sentenceLines(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<SentenceLine> {
  let isEmpty = true;
  for await (const line of linesOf(chunks, file)) {
    if (line.text.trim() === "") continue;
    isEmpty = false;
    yield sentenceLine(line, file);
  }
  if (isEmpty) throw new CorpusError({ file }, 'holds no sentences; give one {"tokens": […]} per line');
}

function sentenceLine({ number, text }: Line, file: string): SentenceLine {
  const value = parseLine(text, file, number);
  const parsed = sentenceSchema.safeParse(value);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    const actual = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)[key], value);
    const field = path.map((key) => (typeof key === "number" ? `[${key}]` : String(key))).join("");
    throw new CorpusError(
      { file, line: number, field: field || undefined },
      actual === undefined ? `is missing; it ${message}` : `${message}, not ${show(actual)}`,
    );
  }
  const { tokens, pos, ltokens, rtokens } = parsed.data;
  return {
    tokens,
    pos: pos ?? tokens.map(() => "X"),
    ...(ltokens && { previous: ltokens }),
    ...(rtokens && { next: rtokens }),
    record: parsed.data,
    place: `line ${number}`,
  };
}

function parseLine(text: string, file: string, line: number): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new CorpusError({ file, line }, `not valid JSON: ${reason(error)}`, { cause: error });
  }
}
