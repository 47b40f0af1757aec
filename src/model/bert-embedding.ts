import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../base/errors";
import { type BertConfig, BertEncoder, type BertOutputs, FrozenBert } from "../bert";
import type { EncodedBatch } from "../corpus";
import { segmentMean } from "../engine";
import type { Dropout, Scope } from "../nn/parameters";

/** BERT's output, averaged over the token's pieces (Eq. 3); 0 for a token that has lost them to BERT's last position. */
export class BertTokenEmbedding {
  readonly width: number;
  private readonly bert: BertEncoder;
  private readonly frozen: FrozenBert | undefined;

  constructor(scope: Scope, count: number | undefined, config: BertConfig) {
    if (count === undefined) throw new PnrError("A model with BERT needs a vocabulary of pieces.");
    this.width = config.hidden;
    this.bert = new BertEncoder(scope, config, count);
    this.frozen = config.frozen ? new FrozenBert(this.bert, config.hidden) : undefined;
  }

  /** Where a frozen BERT looks up and keeps its outputs. */
  keepOutputs(outputs: BertOutputs | undefined): void {
    if (this.frozen) this.frozen.outputs = outputs;
  }

  forward(batch: EncodedBatch, drop: Dropout): tf.Tensor3D {
    const { pieces, size, length } = batch;
    if (!pieces) throw new PnrError("A model with BERT needs batches with pieces (encodeBatch, context).");
    if (this.frozen) return this.frozen.tokenMeans(batch, pieces); //                                                 [B, L, width]
    const hidden = this.bert.forward(pieces, drop); //                                                      h^b       [B, P, width]
    const rows = tf.reshape(hidden, [-1, this.width]) as tf.Tensor2D; //                                              [B · P, width]
    const pooled = segmentMean(rows, pieces.tokens, size * length); //                      Eq. 3                     [B · L, width]
    return tf.reshape(pooled, [size, length, this.width]); //                                               h^bert    [B, L, width]
  }
}
