import * as tf from "@tensorflow/tfjs-core";
import type { EncodedBatch, EncodedPieces } from "../corpus";
import { scoped, segmentMean, withoutGradient } from "../engine";
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

  /** The mean over each token's pieces, a constant [batch, tokens, width]; 0 for a token without. */
  tokenMeans(
    { size, length, lengths }: Pick<EncodedBatch, "size" | "length" | "lengths">,
    pieces: EncodedPieces,
  ): tf.Tensor3D {
    const all = new Float32Array(size * length * this.width);
    for (const [row, count] of lengths.entries()) {
      const from = row * pieces.length;
      const to = from + pieces.lengths[row];
      const owners = pieces.tokens
        .slice(from, to)
        .map((token) => (token === size * length ? count : token - row * length));
      all.set(this.ofSentence(pieces.ids.slice(from, to), owners, count), row * length * this.width);
    }
    return tf.tensor3d(all, [size, length, this.width], "float32");
  }

  /** [tokens, width] */
  private ofSentence(ids: Int32Array, owners: Int32Array, tokens: number): Float32Array {
    const key = this.outputs && inputKey(ids, owners, tokens);
    const known = key === undefined ? undefined : this.outputs?.get(key);
    if (known?.length === tokens * this.width) return known;
    const found = scoped(() => {
      const mean = withoutGradient(() => {
        const hidden = this.bert.forward({ ids, length: ids.length, lengths: [ids.length] });
        return segmentMean(tf.reshape(hidden, [-1, this.width]) as tf.Tensor2D, owners, tokens);
      });
      return (mean.dataSync() as Float32Array).slice();
    });
    if (key !== undefined) this.outputs?.put(key, found);
    return found;
  }
}
