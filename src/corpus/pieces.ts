import type { PieceVocabulary } from "./piece-vocabulary";
import type { Sentence } from "./types";

/** The pieces that BERT reads for a batch of sentences, input after input. */
export interface EncodedPieces {
  /** Pieces of each input, including context and special pieces. */
  readonly lengths: readonly number[];
  /** [pieces] rows of BERT's embedding table. */
  readonly ids: Int32Array;
  /** [pieces] index of each piece's token in the batch. For context and special pieces, the number of tokens in the batch. */
  readonly tokens: Int32Array;
}

/** The context that BERT reads around a sentence (§3.1, "with the surrounding tokens"). */
export interface ContextRule {
  /** Words of the sentence and its context together. The sentence itself is never shortened for it. */
  readonly words: number;
  /** BERT's positions. They limit the pieces, including special ones. */
  readonly positions: number;
  /**
   * The next sentence is added first, whole or not at all. The last words of the previous sentence fill the rest of `words`. The
   * released code adds them only if it added the next sentence, which it does if the sum is less than `words`, not equal.
   */
  readonly rule: "paper" | "released";
}

/** A sentence, and its neighbors if known. */
export type ContextSentence = Pick<Sentence, "tokens"> & Partial<Pick<Sentence, "previous" | "next">>;

/** The words of the neighbors that are read with a sentence. */
export interface Context {
  readonly previous: readonly string[];
  readonly next: readonly string[];
}

/** @internal */
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
 * Encodes each sentence as `[CLS]`, previous sentence, sentence, next sentence, `[SEP]`. If BERT has too few positions, the next
 * sentence is dropped, then the previous sentence loses words from its beginning, then the sentence loses pieces from its end. Its last
 * tokens may then have no pieces.
 */
export function encodePieces(
  sentences: readonly ContextSentence[],
  vocabulary: Pick<PieceVocabulary, "encode" | "special">,
  rule: ContextRule,
): EncodedPieces {
  const noToken = sentences.reduce((sum, { tokens }) => sum + tokens.length, 0);
  let firstToken = 0;
  const inputs = sentences.map((sentence) => {
    const room = rule.positions - 2;
    const { words, before, after } = fitContext(sentence, vocabulary, rule, room);
    const first = firstToken;
    const owners = words.flatMap((pieces, index) => pieces.map(() => first + index)).slice(0, room);
    firstToken += words.length;
    const [left, middle, right] = [before.flat(), words.flat().slice(0, room), after.flat()];
    const outside = (pieces: readonly number[]) => pieces.map(() => noToken);
    return {
      ids: [vocabulary.special("[CLS]"), ...left, ...middle, ...right, vocabulary.special("[SEP]")],
      tokens: [noToken, ...outside(left), ...owners, ...outside(right), noToken],
    };
  });
  return {
    lengths: inputs.map(({ ids }) => ids.length),
    ids: Int32Array.from(inputs.flatMap(({ ids }) => ids)),
    tokens: Int32Array.from(inputs.flatMap(({ tokens }) => tokens)),
  };
}

type Words = readonly (readonly number[])[];

/** The pieces of each word of a sentence, and of as much context as fits into `room` pieces. */
function fitContext(
  sentence: ContextSentence,
  vocabulary: Pick<PieceVocabulary, "encode">,
  rule: ContextRule,
  room: number,
): { words: Words; before: Words; after: Words } {
  const { previous, next } = contextOf(sentence, rule);
  const encode = (words: readonly string[]): Words => words.map((word) => vocabulary.encode(word));
  const count = (words: Words): number => words.reduce((sum, { length }) => sum + length, 0);
  const words = encode(sentence.tokens);
  const following = encode(next);
  const contextRoom = room - count(words);
  const after = count(following) <= contextRoom ? following : [];
  const preceding = encode(previous);
  let spare = contextRoom - count(after) - count(preceding);
  let dropped = 0;
  while (spare < 0 && dropped < preceding.length) spare += preceding[dropped++].length;
  return { words, before: preceding.slice(dropped), after };
}
