import * as tf from "@tensorflow/tfjs-core";
import type { EncodedPieces } from "../corpus";
import { type Lengths, offsetsOf, scoped, segmentMean, withoutGradient } from "../engine";
import type { BertEncoder } from "./bert-encoder";
import type { BertOutputs } from "./outputs/output-store";

/**
 * A BERT that is not trained. It reads each sentence separately, so that the output does not depend on the rest of the batch, not even in
 * the last bit, and can be cached.
 */
export class FrozenBert {
  outputs: BertOutputs | undefined;
  private readonly bert: BertEncoder;
  private readonly width: number;

  constructor(bert: BertEncoder, width: number) {
    this.bert = bert;
    this.width = width;
  }

  /**
   * The mean over the pieces of each token: a constant [tokens, width], 0 for a token without pieces.
   * @param lengths tokens of each sentence
   */
  tokenMeans({ ids, tokens, lengths: pieces }: EncodedPieces, lengths: Lengths): tf.Tensor2D {
    const [firstPieces, firstTokens] = [pieces, lengths].map(offsetsOf);
    const count = firstTokens[lengths.length];
    const means = new Float32Array(count * this.width);
    for (const [sentence, length] of lengths.entries()) {
      const [from, to] = [firstPieces[sentence], firstPieces[sentence + 1]];
      const first = firstTokens[sentence];
      const owners = tokens.slice(from, to).map((token) => (token === count ? length : token - first));
      means.set(this.sentenceMeans(ids.slice(from, to), owners, length), first * this.width);
    }
    return tf.tensor2d(means, [count, this.width], "float32");
  }

  /** [tokens, width] */
  private sentenceMeans(ids: Int32Array, owners: Int32Array, tokens: number): Float32Array {
    const key = this.outputs?.keyOf(ids, owners, tokens);
    const cached = key === undefined ? undefined : this.outputs?.get(key);
    if (cached?.length === tokens * this.width) return cached;
    const means = scoped(() => {
      const mean = withoutGradient(() =>
        segmentMean(this.bert.forward({ ids, lengths: [ids.length] }), owners, tokens),
      );
      return (mean.dataSync() as Float32Array).slice();
    });
    if (key !== undefined) this.outputs?.put(key, means);
    return means;
  }
}
