import type * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../base/errors";
import { type BertConfig, BertEncoder, type BertOutputs, FrozenBert } from "../bert";
import type { EncodedBatch } from "../corpus";
import { rowsOf, segmentMean } from "../engine";
import type { Dropout, Scope } from "../nn/parameters";

/** BERT's output, averaged over the token's pieces (Eq. 3). It is 0 for a token whose pieces lie beyond BERT's last position. */
export class BertTokenEmbedding {
  readonly width: number;
  private readonly bert: BertEncoder;
  private readonly frozen: FrozenBert | undefined;

  constructor(scope: Scope, count: number | undefined, config: BertConfig) {
    if (count === undefined) throw new PnrError("A model with BERT needs a WordPiece vocabulary.");
    this.width = config.hidden;
    this.bert = new BertEncoder(scope, config, count);
    this.frozen = config.frozen ? new FrozenBert(this.bert, config.hidden) : undefined;
  }

  /** Sets the cache for the outputs of a frozen BERT; undefined disables it. Cached and computed outputs are equal. */
  cacheOutputs(outputs: BertOutputs | undefined): void {
    if (this.frozen) this.frozen.outputs = outputs;
  }

  forward({ pieces, lengths }: EncodedBatch, drop: Dropout): tf.Tensor2D {
    if (!pieces) throw new PnrError("A model with BERT needs batches with pieces (encodeBatch, context).");
    if (this.frozen) return this.frozen.tokenMeans(pieces, lengths); //                                               [N, width]
    const hidden = this.bert.forward(pieces, drop); //                                                      h^b       [pieces, width]
    return segmentMean(hidden, pieces.tokens, rowsOf(lengths)); //                          Eq. 3           h^bert    [N, width]
  }
}
