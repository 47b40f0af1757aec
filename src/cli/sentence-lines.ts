import { z } from "zod";
import { CorpusError, show } from "../base/errors";
import { reason } from "../base/files";
import { parseJson } from "../base/json";
import { type Line, linesOf } from "../base/streams";
import type { Entity, ScoredEntity } from "../corpus";
import type { InputSentence } from "../detector/input";
import type { TextEntity } from "../detector/text-entities";

/** A sentence to predict, the object that it was given as, and where that stands. */
export interface SentenceLine extends InputSentence {
  readonly pos: readonly string[];
  readonly record: Readonly<Record<string, unknown>>;
  /** As in "line 3". */
  readonly place: string;
  /** Gold entities, where they are known. */
  readonly gold?: readonly Entity[];
  /** Of a sentence of a text: its entities with where they stand in that. */
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
    message: "must hold one tag for each token, or be left out",
  });

/**
 * Reads sentences to predict from JSON Lines: one object `{tokens, pos?, ltokens?, rtokens?}` a line, the last two being the
 * sentences before and after it; other keys are kept in `record`, blank lines passed over.
 * @param file what to call the input in messages.
 * @throws CorpusError for the first line that is not such an object, and when there is none.
 */
export async function* sentenceLines(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<SentenceLine> {
  let none = true;
  for await (const line of linesOf(chunks, file)) {
    if (line.text.trim() === "") continue;
    none = false;
    yield sentenceLine(line, file);
  }
  if (none) throw new CorpusError({ file }, 'holds no sentences; give one {"tokens": […]} a line');
}

function sentenceLine({ number, text }: Line, file: string): SentenceLine {
  const value = parsedLine(text, file, number);
  const parsed = sentenceSchema.safeParse(value);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    const found = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], value);
    const field = path.map((key) => (typeof key === "number" ? `[${key}]` : String(key))).join("");
    throw new CorpusError(
      { file, line: number, field: field || undefined },
      found === undefined ? `is missing; it ${message}` : `${message}, not ${show(found)}`,
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

function parsedLine(text: string, file: string, line: number): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new CorpusError({ file, line }, `not valid JSON: ${reason(error)}`, { cause: error });
  }
}
