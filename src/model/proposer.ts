import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import { gatherRows, type Lengths, plus } from "../engine";
import { LayerNorm, Mlp } from "../nn/linear";
import type { Dropout, Scope } from "../nn/parameters";
import { type Coverage, coverageOf } from "./coverage";
import { type Level, Pyramid, type PyramidConfig } from "./pyramid";

/** The entity proposals of a batch, one per token (§3.2.3). */
export interface Proposals {
  /** q [tokens, d] */
  readonly queries: tf.Tensor2D;
  /** n [tokens, 2]: start and end position in the sentence, in tokens; the end is inclusive. */
  readonly locations: tf.Tensor2D;
  /** c [tokens, T + 1]: class logits, None last. */
  readonly logits: tf.Tensor2D;
}

/** The proposals, and the pyramid that they are computed from. */
export interface Proposed {
  readonly levels: readonly Level[];
  readonly proposals: Proposals;
}

/** The proposer (§3.2): feature pyramid and proposal fuse. */
export class Proposer {
  readonly pyramid: Pyramid;
  private readonly scorer: Mlp;
  private readonly classifier: Mlp;
  /** Applied to the fused query; undefined if the query is the bottom feature. */
  private readonly norm: LayerNorm | undefined;

  constructor(scope: Scope, config: PyramidConfig & Pick<ModelConfig, "query">, classes: number) {
    const { hidden, query } = config;
    this.pyramid = new Pyramid(scope.at("pyramid"), config);
    this.scorer = new Mlp(scope.at("scorer"), hidden, 2);
    this.classifier = new Mlp(scope.at("classifier"), hidden, classes);
    this.norm = query === "fused" ? new LayerNorm(scope.at("norm"), hidden) : undefined;
  }

  /** @param hidden the encoder's output H [tokens, d] */
  forward(hidden: tf.Tensor2D, lengths: Lengths, drop: Dropout): Proposed {
    const levels = this.pyramid.forward(hidden, lengths, drop);
    const coverage = coverageOf(levels, lengths);
    const features = tf.concat(levels.map((level) => level.features)); //                                   h_{i,l}   [F, d]
    const weights = this.weigh(features, coverage); //                                      Eq. 8           α         [N, 2, K]
    const locations = locate(weights, coverage); //                                         Eq. 9           n         [N, 2]
    const queries = this.norm
      ? this.norm.forward(plus(hidden, drop(fuse(features, weights, coverage))))
      : levels[0].features; //                                                                              q         [N, d]
    const logits = this.classifier.forward(queries); //                                     Eq. 10          c         [N, T + 1]
    return { levels, proposals: { queries, locations, logits } };
  }

  /** Start and end weights of the features that cover each token (Eq. 8). */
  private weigh(features: tf.Tensor2D, { rows, mask, count }: Coverage): tf.Tensor3D {
    const scores = this.scorer.forward(features); //                                                        r         [F, 2]
    const gathered = gatherRows(scores, rows); //                                                                  [N · K, 2]
    const bySide = tf.transpose(tf.reshape(gathered, [-1, count, 2]), [0, 2, 1]);
    return tf.softmax(tf.add(bySide, tf.tensor3d(mask, [mask.length / count, 1, count], "float32")));
  }
}

/** Start and end as weighted means over the features that cover each token (Eq. 9): [N, 2] */
function locate(weights: tf.Tensor3D, { positions }: Coverage): tf.Tensor2D {
  return tf.sum(tf.mul(weights, tf.tensor3d(positions, weights.shape, "float32")), 2) as tf.Tensor2D;
}

/** The sum of the features that cover each token, weighted by the mean of their two weights: [N, d] */
function fuse(features: tf.Tensor2D, weights: tf.Tensor3D, { rows, count }: Coverage): tf.Tensor2D {
  const [, width] = features.shape;
  const gathered = tf.reshape(gatherRows(features, rows), [-1, count, width]);
  const shares = tf.expandDims(tf.mean(weights, 1), 2); //                                                            [N, K, 1]
  return tf.sum(tf.mul(gathered, shares), 1) as tf.Tensor2D;
}
