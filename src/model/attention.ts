import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model";
import { attention, moveLocations, softmaxOverHeads, weighHeads } from "../engine";
import { Linear, Mlp } from "../nn/linear";
import { dropoutMask } from "../nn/mask";
import type { Dropout, Scope } from "../nn/parameters";
import { Locator } from "./gaussian";

/**
 * What spatially modulated attention computed; M heads of width D = d / M over L tokens. `attentionMaps` makes of it what
 * a reader wants to see.
 */
export interface Attention {
  /** q' [batch, L, d] (Eq. 17) */
  readonly output: tf.Tensor3D;
  /** n of the next layer [batch, L, 2] (Eq. 16) */
  readonly locations: tf.Tensor3D;
  /** Queries, keys and values side by side, each head after head [batch, L, 3 · d]. */
  readonly transformed: tf.Tensor3D;
  /** Δn and θ of each head's Gaussian [batch, L, M, 6] (Eq. 13). */
  readonly gaussians: tf.Tensor4D;
  /** n that they lie around [batch, L, 2]. */
  readonly places: tf.Tensor3D;
  /** Whether they are part of the scores. */
  readonly modulated: boolean;
  /** α of Eq. 14 [batch, M, L, L], before dropout. */
  readonly weights: tf.Tensor4D;
  /** α of Eq. 15 [batch, L, M, 2]: each head's weight in the new start and end. */
  readonly headWeights: tf.Tensor4D;
}

/** What one pass does differently from how the model was trained, with the same weights. */
export interface Intervention {
  /** False: scores of attention are content alone, in all layers; log G is left out of Eq. 14. */
  readonly spatial?: boolean;
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
    { spatial = true }: Intervention = {},
  ): Attention {
    const { heads } = this;
    const modulated = this.spatial && spatial;
    const [batch, tokens] = embedded.shape;
    const transformed = this.transform.forward(embedded); //                                                q k v     [B, L, 3 d]
    const queries = tf.slice(transformed, [0, 0, 0], embedded.shape);
    const gaussians = this.locator.predict(this.byHead(queries)) as tf.Tensor4D; //         Eq. 13          Δn θ      [B, L, M, 6]
    const prior = modulated ? { gaussians, locations } : undefined;
    const mask = dropoutMask(drop, [batch, heads, tokens, tokens]);
    const shape = { heads, lengths };
    const { output: read, weights } = attention({ transformed, prior, mask }, shape); //    Eq. 14          o         [B, L, d]
    const headWeights = softmaxOverHeads(this.headScorer.forward(this.byHead(read))); //    Eq. 15          α         [B, L, M, 2]
    const fused = this.weighted ? weighHeads(read, headWeights) : read;
    return {
      output: drop(this.output.forward(fused)), //                                          Eq. 17          q'        [B, L, d]
      locations: moveLocations(headWeights, gaussians, locations), //                       Eq. 16          n         [B, L, 2]
      transformed,
      gaussians,
      places: locations,
      modulated,
      weights,
      headWeights,
    };
  }

  /** [B, L, d] → [B, L, M, D] */
  private byHead(part: tf.Tensor3D): tf.Tensor4D {
    const [batch, tokens, width] = part.shape;
    return tf.reshape(part, [batch, tokens, this.heads, width / this.heads]);
  }
}
