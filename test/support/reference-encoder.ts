// The sentence encoder, from the paper's §3.1.
import type { ModelConfig } from "../../src/config/model-config";
import { represent } from "./reference-bert";
import { biGru, linear, type Matrix, mean, type Weights } from "./reference-math";

/** One sentence as indices into the embedding tables. */
export interface IndexedSentence {
  readonly words: readonly number[];
  readonly pos: readonly number[];
  /** Characters of each token. */
  readonly characters: readonly (readonly number[])[];
  /** The pieces that BERT reads, with the token of each, if any. */
  readonly pieces: readonly { readonly id: number; readonly token: number | undefined }[];
}

/** H (Eq. 4), one row per token. */
export function encode(
  weights: Weights,
  { embedding, bert }: ModelConfig,
  sentence: IndexedSentence,
): Matrix {
  const row = (part: Weights, index: number) => part.matrix("weight")[index];
  const { pieces } = sentence;
  const read = bert
    ? represent(
        weights.at("bert"),
        bert,
        pieces.map(({ id }) => id),
      )
    : [];
  const tokens = sentence.words.map((word, i) => {
    const spelling = () => {
      const part = weights.at("characters");
      return mean(
        biGru(
          part.at("gru"),
          sentence.characters[i].map((c) => row(part.at("embedding"), c)),
        ),
      ); // Eq. 2
    };
    return [
      ...(embedding.characters ? spelling() : []),
      ...(bert ? mean(read.filter((_, p) => pieces[p].token === i)) : []), //                   Eq. 3
      ...(embedding.words ? row(weights.at("words"), word) : []),
      ...(embedding.pos ? row(weights.at("pos"), sentence.pos[i]) : []),
    ]; // Eq. 1
  });
  return biGru(weights.at("gru"), tokens).map((state) => linear(weights.at("output"), state)); // Eq. 4
}
