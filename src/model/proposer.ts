import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model";
import { gatherRows } from "../engine";
import { LayerNorm, Mlp } from "../nn/linear";
import type { Dropout, Scope } from "../nn/parameters";
import { type Coverage, coverageOf } from "./coverage";
import { type Level, Pyramid, type PyramidConfig } from "./pyramid";

/** The entity proposals of a batch, one a token (§3.2.3). */
export interface Proposals {
  /** q [batch, tokens, d] */
  readonly queries: tf.Tensor3D;
  /** n [batch, tokens, 2]: start and end position in tokens, end inclusive. */
  readonly locations: tf.Tensor3D;
  /** c [batch, tokens, T + 1]: category logarithms; the last one is None. */
  readonly logits: tf.Tensor3D;
}

/** The proposals, and the pyramid they were read from. */
export interface Proposed {
  readonly levels: readonly Level[];
  readonly proposals: Proposals;
}

/** The proposer (§3.2): feature pyramid and proposal fuse. */
export class Proposer {
  readonly pyramid: Pyramid;
  private readonly scorer: Mlp;
  private readonly classifier: Mlp;
  /** Of the fused query; absent where the query is the bottom feature. */
  private readonly norm: LayerNorm | undefined;

  constructor(scope: Scope, config: PyramidConfig & Pick<ModelConfig, "query">, classes: number) {
    const { hidden, query } = config;
    this.pyramid = new Pyramid(scope.at("pyramid"), config);
    this.scorer = new Mlp(scope.at("scorer"), hidden, 2);
    this.classifier = new Mlp(scope.at("classifier"), hidden, classes);
    this.norm = query === "fused" ? new LayerNorm(scope.at("norm"), hidden) : undefined;
  }

  /** @param hidden the encoder's output H [batch, tokens, d] */
  forward(hidden: tf.Tensor3D, lengths: readonly number[], drop: Dropout): Proposed {
    const levels = this.pyramid.forward(hidden, lengths, drop);
    const around = coverageOf(levels, lengths);
    const every = levels.map(({ features }) => features);
    const features = tf.concat<tf.Tensor3D>(every, 1); //                                                   h_{i,l}   [B, F, d]
    const weights = this.weigh(features, around); //                                        Eq. 8           α         [B, L, 2, N]
    const locations = locate(weights, around); //                                           Eq. 9           n         [B, L, 2]
    const queries = this.norm
      ? this.norm.forward(tf.add(hidden, drop(fuse(features, weights, around))) as tf.Tensor3D)
      : levels[0].features; //                                                                              q         [B, L, d]
    const logits = this.classifier.forward(queries); //                                     Eq. 10          c         [B, L, T + 1]
    return { levels, proposals: { queries, locations, logits } };
  }

  /** Weights of start and end of the features around each token (Eq. 8). */
  private weigh(features: tf.Tensor3D, { rows, mask, tokens, count }: Coverage): tf.Tensor4D {
    const [batch] = features.shape;
    const scores = tf.reshape(this.scorer.forward(features), [-1, 2]) as tf.Tensor2D; //                    r         [B · F, 2]
    const gathered = gatherRows(scores, tf.tensor1d(rows, "int32")); //                                               [B · L · N, 2]
    const bySide = tf.transpose(tf.reshape(gathered, [batch, tokens, count, 2]), [0, 1, 3, 2]);
    return tf.softmax(tf.add(bySide, tf.tensor4d(mask, [batch, tokens, 1, count], "float32")));
  }
}

/** Start and end as weighted means over the features around each token (Eq. 9): [B, L, 2] */
function locate(weights: tf.Tensor4D, { positions, tokens, count }: Coverage): tf.Tensor3D {
  return tf.sum(tf.mul(weights, tf.tensor3d(positions, [tokens, 2, count], "float32")), 3) as tf.Tensor3D;
}

/** The features around each token, weighted by the mean of their two weights: [B, L, d] */
function fuse(features: tf.Tensor3D, weights: tf.Tensor4D, { rows, tokens, count }: Coverage): tf.Tensor3D {
  const [batch, , width] = features.shape;
  const table = tf.reshape(features, [-1, width]) as tf.Tensor2D;
  const gathered = tf.reshape(gatherRows(table, tf.tensor1d(rows, "int32")), [batch, tokens, count, width]);
  const shares = tf.expandDims(tf.mean(weights, 2), 3); //                                                            [B, L, N, 1]
  return tf.sum(tf.mul(gathered, shares), 2) as tf.Tensor3D;
}
