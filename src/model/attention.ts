import * as tf from "@tensorflow/tfjs-core";
import { softmax } from "../engine";
import { Linear, Mlp } from "../nn/linear";
import { masked, placeMask } from "../nn/mask";
import type { Dropout, Scope } from "../nn/parameters";
import type { ModelConfig } from "./config";
import { coordinates, type Gaussian, Locator, logDensity } from "./gaussian";

/** What spatially modulated attention computed; M heads of width D = d / M over L tokens. */
export interface Attention {
  /** q' [batch, L, d] (Eq. 17) */
  readonly output: tf.Tensor3D;
  /** n of the next layer [batch, L, 2] (Eq. 16) */
  readonly locations: tf.Tensor3D;
  /** Scaled dot products [batch, M, L, L]. */
  readonly content: tf.Tensor4D;
  /** log G [batch, M, L, L]; absent without spatial modulation. */
  readonly logPrior: tf.Tensor4D | undefined;
  /** α of Eq. 14 [batch, M, L, L], before dropout. */
  readonly weights: tf.Tensor4D;
  /** μ [batch, M, L, 2] and θ [batch, M, L, 4] of each head. */
  readonly gaussian: Gaussian;
  /** α of Eq. 15 [batch, 2, L, M]: each head's weight in the new start and end. */
  readonly headWeights: tf.Tensor4D;
}

export type AttentionConfig = Pick<ModelConfig, "hidden" | "heads" | "spatial" | "headFusion">;

/** Spatially modulated attention (§3.3.2). Locator and head scores are shared by the heads of a layer. */
export class SpatialAttention {
  private readonly heads: number;
  private readonly spatial: boolean;
  private readonly weighted: boolean;
  private readonly transform: Linear;
  private readonly locator: Locator;
  private readonly headScorer: Mlp;
  private readonly output: Linear;

  constructor(scope: Scope, { hidden: width, heads, spatial, headFusion }: AttentionConfig) {
    this.heads = heads;
    this.spatial = spatial;
    this.weighted = headFusion === "weighted";
    this.transform = new Linear(scope.at("transform"), width, 3 * width);
    this.locator = new Locator(scope.at("locator"), width / heads);
    this.headScorer = new Mlp(scope.at("headScorer"), width / heads, 2);
    this.output = new Linear(scope.at("output"), width, width);
  }

  /**
   * @param embedded h' [batch, L, d]: query, key and value at once
   * @param locations n [batch, L, 2]
   */
  forward(
    embedded: tf.Tensor3D,
    locations: tf.Tensor3D,
    lengths: readonly number[],
    drop: Dropout,
  ): Attention {
    const [batch, tokens, width] = embedded.shape;
    const [queries, keys, values] = tf
      .split(this.transform.forward(embedded), 3, 2)
      .map((part) => this.byHead(part)); //                                              3 × [B, M, L, D]
    const gaussian = this.locator.forward(queries, tf.expandDims(locations, 1)); //  Eq. 13
    const content = tf.mul(
      tf.matMul(queries, keys, false, true),
      1 / Math.sqrt(width / this.heads),
    ) as tf.Tensor4D; //                                                                 [B, M, L, L]
    const logPrior = this.spatial ? this.logPrior(gaussian, locations) : undefined; //   [B, M, L, L]
    const mask = tf.reshape(placeMask(lengths, tokens, 0, masked), [batch, 1, 1, tokens]);
    const scores = tf.add(logPrior ? tf.add(content, logPrior) : content, mask);
    const weights = softmax(scores) as tf.Tensor4D; //                            Eq. 14
    const read = tf.matMul(drop(weights), values) as tf.Tensor4D; //                 o   [B, M, L, D]

    const headScores = tf.transpose(this.headScorer.forward(read), [0, 3, 2, 1]); //     [B, 2, L, M]
    const headWeights = softmax(headScores); //                    Eq. 15
    const centers = tf.transpose(gaussian.center, [0, 3, 2, 1]); //                      [B, 2, L, M]
    const moved = tf.sum(tf.mul(headWeights, centers), 3); //                        Eq. 16
    const shares = tf.expandDims(tf.transpose(tf.mean(headWeights, 1), [0, 2, 1]), 3); //  [B, M, L, 1]
    const fused = this.weighted ? tf.mul(read, shares) : read;
    const joined = tf.reshape(tf.transpose(fused, [0, 2, 1, 3]), [batch, tokens, width]) as tf.Tensor3D;
    return {
      output: drop(this.output.forward(joined)), //                                  Eq. 17
      locations: tf.transpose(moved, [0, 2, 1]) as tf.Tensor3D,
      content,
      logPrior,
      weights,
      gaussian,
      headWeights,
    };
  }

  /** [B, L, d] → [B, M, L, D] */
  private byHead(part: tf.Tensor): tf.Tensor4D {
    const [batch, tokens, width] = part.shape;
    return tf.transpose(
      tf.reshape(part, [batch, tokens, this.heads, width / this.heads]),
      [0, 2, 1, 3],
    ) as tf.Tensor4D;
  }

  /** log G_{i,m}(n_j): [B, M, L (i), L (j)] */
  private logPrior({ center, factor }: Gaussian, locations: tf.Tensor3D): tf.Tensor4D {
    const [batch, tokens] = locations.shape;
    const [start, end] = coordinates(locations).map((side) => tf.reshape(side, [batch, 1, 1, tokens]));
    const [centerStart, centerEnd] = coordinates(center); //                             2 × [B, M, L, 1]
    return logDensity(tf.sub(start, centerStart), tf.sub(end, centerEnd), factor) as tf.Tensor4D;
  }
}
