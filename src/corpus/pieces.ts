import type { Sentence } from "./types";
import type { WordPiece } from "./word-piece";

/** The pieces that BERT reads for a batch of sentences, one input after another. */
export interface EncodedPieces {
  /** Pieces of each input, context and special pieces included. */
  readonly lengths: readonly number[];
  /** [pieces] rows of BERT's table. */
  readonly ids: Int32Array;
  /**
   * [pieces] the token that each piece belongs to, as its place among all tokens of the batch; the number of these for what
   * belongs to no token: context and special pieces.
   */
  readonly tokens: Int32Array;
}

/** What BERT reads around a sentence (§3.1, "with the surrounding tokens"). */
export interface ContextRule {
  /** Words of sentence and context together; the sentence itself is never cut for it. */
  readonly words: number;
  /** Pieces, special ones included, that BERT has positions for. */
  readonly positions: number;
  /**
   * The next sentence comes first, whole or not at all, and the previous one's last words fill what is left; in the released
   * code only where the next sentence came in, and with fewer words than the budget, not as many.
   */
  readonly rule: "paper" | "released";
}

/** A sentence, and the sentences around it where they are known. */
export type ContextSentence = Pick<Sentence, "tokens"> & Partial<Pick<Sentence, "previous" | "next">>;

/** The words of its neighbors that a sentence is read with. */
export interface Context {
  readonly previous: readonly string[];
  readonly next: readonly string[];
}

export function contextOf(
  { tokens, previous = [], next = [] }: ContextSentence,
  { words, rule }: Pick<ContextRule, "words" | "rule">,
): Context {
  const withNext = tokens.length + next.length;
  const fits = rule === "released" ? withNext < words : withNext <= words;
  if (!fits && rule === "released") return { previous: [], next: [] };
  const room = words - (fits ? withNext : tokens.length);
  return { previous: room > 0 ? previous.slice(-room) : [], next: fits ? next : [] };
}

/**
 * `[CLS]`, the previous sentence, the sentence, the next one, `[SEP]`, as pieces. Where BERT has too few positions, the next
 * sentence still comes whole or not at all and the previous one loses words from its beginning; then the sentence loses pieces
 * from its end, so that its last tokens may have none.
 */
export function encodePieces(
  sentences: readonly ContextSentence[],
  wordPiece: Pick<WordPiece, "encode" | "special">,
  rule: ContextRule,
): EncodedPieces {
  const none = sentences.reduce((sum, { tokens }) => sum + tokens.length, 0);
  let firstToken = 0;
  const inputs = sentences.map((sentence) => {
    const room = rule.positions - 2;
    const { own, before, after } = fit(sentence, wordPiece, rule, room);
    const first = firstToken;
    const owners = own.flatMap((pieces, place) => pieces.map(() => first + place)).slice(0, room);
    firstToken += own.length;
    const [left, middle, right] = [before.flat(), own.flat().slice(0, room), after.flat()];
    const outside = (pieces: readonly number[]) => pieces.map(() => none);
    return {
      ids: [wordPiece.special("[CLS]"), ...left, ...middle, ...right, wordPiece.special("[SEP]")],
      tokens: [none, ...outside(left), ...owners, ...outside(right), none],
    };
  });
  return {
    lengths: inputs.map(({ ids }) => ids.length),
    ids: Int32Array.from(inputs.flatMap(({ ids }) => ids)),
    tokens: Int32Array.from(inputs.flatMap(({ tokens }) => tokens)),
  };
}

type Words = readonly (readonly number[])[];

/** The pieces of each word of a sentence and of as much context as there is room for, in pieces. */
function fit(
  sentence: ContextSentence,
  wordPiece: Pick<WordPiece, "encode">,
  rule: ContextRule,
  room: number,
): { own: Words; before: Words; after: Words } {
  const { previous, next } = contextOf(sentence, rule);
  const encode = (words: readonly string[]): Words => words.map((word) => wordPiece.encode(word));
  const count = (words: Words): number => words.reduce((sum, { length }) => sum + length, 0);
  const own = encode(sentence.tokens);
  const following = encode(next);
  const left = room - count(own);
  const after = count(following) <= left ? following : [];
  const preceding = encode(previous);
  let spare = left - count(after) - count(preceding);
  let dropped = 0;
  while (spare < 0 && dropped < preceding.length) spare += preceding[dropped++].length;
  return { own, before: preceding.slice(dropped), after };
}
