import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import { type BertConfig, BertEncoder, type BertOutputs, inputKey } from "../bert";
import type { EncodedBatch, EncodedPieces } from "../corpus";
import { scoped, segmentMean, withoutGradient } from "../engine";
import { type Dropout, type Parameters, readTensor, type Scope } from "../nn/parameters";

/** Where a model keeps its BERT. */
export const bertPrefix = "encoder.bert.";

/** Parameters of a model's BERT, under their names in it; one at a time is copied out of the engine. */
export function* bertWeights(
  parameters: Parameters,
): Generator<readonly [name: string, tensor: StoredTensor]> {
  for (const name of parameters.names) {
    if (name.startsWith(bertPrefix)) yield [name.slice(bertPrefix.length), readTensor(parameters.get(name))];
  }
}

/**
 * BERT's output, averaged over the token's pieces (Eq. 3); 0 for a token that has lost them to BERT's last position. A frozen BERT reads
 * each sentence by itself, so that its output does not depend, not by a bit, on what the sentence is batched with: it may then come
 * from where it was kept.
 */
export class BertTokenEmbedding {
  readonly width: number;
  /** Keeps the outputs of a frozen BERT. */
  outputs: BertOutputs | undefined;
  private readonly bert: BertEncoder;
  private readonly frozen: boolean;

  constructor(scope: Scope, count: number | undefined, config: BertConfig) {
    if (count === undefined) throw new PnrError("A model with BERT needs a vocabulary of pieces.");
    this.width = config.hidden;
    this.frozen = config.frozen;
    this.bert = new BertEncoder(scope, config, count);
  }

  /** [batch, tokens, width] */
  forward(batch: EncodedBatch, drop: Dropout): tf.Tensor3D {
    const { pieces, size, length } = batch;
    if (!pieces) throw new PnrError("A model with BERT needs batches with pieces (encodeBatch, context).");
    if (this.frozen) return this.constant(batch, pieces);
    const hidden = this.bert.forward(pieces, drop); //                                     [B, P, width]
    const rows = tf.reshape(hidden, [-1, this.width]) as tf.Tensor2D;
    return tf.reshape(segmentMean(rows, pieces.tokens, size * length), [size, length, this.width]);
  }

  private constant({ size, length, lengths }: EncodedBatch, pieces: EncodedPieces): tf.Tensor3D {
    const all = new Float32Array(size * length * this.width);
    for (const [row, count] of lengths.entries()) {
      const from = row * pieces.length;
      const to = from + pieces.lengths[row];
      const owners = pieces.tokens
        .slice(from, to)
        .map((token) => (token === size * length ? count : token - row * length));
      all.set(this.sentence(pieces.ids.slice(from, to), owners, count), row * length * this.width);
    }
    return tf.tensor3d(all, [size, length, this.width], "float32");
  }

  /** Rows of a sentence's tokens, [tokens, width]. */
  private sentence(ids: Int32Array, owners: Int32Array, tokens: number): Float32Array {
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
