import * as tf from "@tensorflow/tfjs-core";
import type { EncodedPieces } from "../corpus";
import { type Lengths, offsetsOf, scoped, segmentMean, withoutGradient } from "../engine";
import type { BertEncoder } from "./encoder";
import { inputKey } from "./outputs/key";
import type { BertOutputs } from "./outputs/store";

/**
 * A BERT that is not trained. It reads each sentence by itself, so that its output does not depend, not by a bit, on what the
 * sentence is batched with: it may then come from where it was kept.
 */
export class FrozenBert {
  /** Keeps the outputs. */
  outputs: BertOutputs | undefined;
  private readonly bert: BertEncoder;
  private readonly width: number;

  constructor(bert: BertEncoder, width: number) {
    this.bert = bert;
    this.width = width;
  }

  /**
   * The mean over each token's pieces, a constant [tokens, width]; 0 for a token without.
   * @param lengths tokens of each sentence
   */
  tokenMeans({ ids, tokens, lengths: pieces }: EncodedPieces, lengths: Lengths): tf.Tensor2D {
    const [firstPieces, firstTokens] = [pieces, lengths].map(offsetsOf);
    const count = firstTokens[lengths.length];
    const all = new Float32Array(count * this.width);
    for (const [sentence, length] of lengths.entries()) {
      const [from, to] = [firstPieces[sentence], firstPieces[sentence + 1]];
      const first = firstTokens[sentence];
      const owners = tokens.slice(from, to).map((token) => (token === count ? length : token - first));
      all.set(this.ofSentence(ids.slice(from, to), owners, length), first * this.width);
    }
    return tf.tensor2d(all, [count, this.width], "float32");
  }

  /** [tokens, width] */
  private ofSentence(ids: Int32Array, owners: Int32Array, tokens: number): Float32Array {
    const key = this.outputs && inputKey(ids, owners, tokens);
    const known = key === undefined ? undefined : this.outputs?.get(key);
    if (known?.length === tokens * this.width) return known;
    const found = scoped(() => {
      const mean = withoutGradient(() =>
        segmentMean(this.bert.forward({ ids, lengths: [ids.length] }), owners, tokens),
      );
      return (mean.dataSync() as Float32Array).slice();
    });
    if (key !== undefined) this.outputs?.put(key, found);
    return found;
  }
}
