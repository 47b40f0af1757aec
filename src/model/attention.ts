import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import {
  attention,
  type Lengths,
  moveLocations,
  rowsOf,
  softmaxOverHeads,
  squaresOf,
  weighHeads,
} from "../engine";
import { Linear, Mlp } from "../nn/linear";
import { dropoutMask } from "../nn/mask";
import type { Dropout, Scope } from "../nn/parameters";
import { Locator } from "./gaussian";

/**
 * The output and intermediate results of spatially modulated attention, with M heads of width D = d / M. `attentionMaps` derives
 * the maps for display from it.
 */
export interface Attention {
  /** q' [tokens, d] (Eq. 17) */
  readonly output: tf.Tensor2D;
  /** n for the next layer [tokens, 2] (Eq. 16) */
  readonly locations: tf.Tensor2D;
  /** Queries, keys and values, concatenated; the heads are concatenated within each [tokens, 3 · d]. */
  readonly transformed: tf.Tensor2D;
  /** Δn and θ of each head's Gaussian [tokens, M, 6] (Eq. 13). */
  readonly gaussians: tf.Tensor3D;
  /** n that the Gaussians are relative to, from the previous layer [tokens, 2]. */
  readonly inputLocations: tf.Tensor2D;
  /** Whether the Gaussians are part of the scores. */
  readonly modulated: boolean;
  /** α of Eq. 14, [M, L, L] for each sentence, before dropout. */
  readonly weights: tf.Tensor1D;
  /** α of Eq. 15 [tokens, M, 2]: the weight of each head in the new start and end. */
  readonly headWeights: tf.Tensor3D;
}

/** Changes to a single pass of a trained model. The weights stay the same. */
export interface Intervention {
  /** False leaves log G out of Eq. 14 in all layers, so that attention scores depend on content only. */
  readonly spatial?: boolean;
}

export type AttentionConfig = Pick<ModelConfig, "hidden" | "heads" | "spatial" | "headFusion">;

/** Spatially modulated attention (§3.3.2). The heads of a layer share one locator and one head scorer. */
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
   * @param embedded h' [tokens, d]: query, key and value at once
   * @param locations n [tokens, 2]
   */
  forward(
    embedded: tf.Tensor2D,
    locations: tf.Tensor2D,
    lengths: Lengths,
    drop: Dropout,
    { spatial = true }: Intervention = {},
  ): Attention {
    const { heads } = this;
    const modulated = this.spatial && spatial;
    const transformed = this.transform.forward(embedded); //                                                q k v     [N, 3 d]
    const queries = tf.slice(transformed, [0, 0], embedded.shape);
    const gaussians = this.locator.predict(this.byHead(queries)) as tf.Tensor3D; //         Eq. 13          Δn θ      [N, M, 6]
    const prior = modulated ? { gaussians, locations } : undefined;
    const mask = dropoutMask(drop, [heads * rowsOf(squaresOf(lengths))]);
    const shape = { heads, lengths };
    const { output: values, weights } = attention({ transformed, prior, mask }, shape); //  Eq. 14          o         [N, d]
    const headWeights = softmaxOverHeads(this.headScorer.forward(this.byHead(values))); //  Eq. 15          α         [N, M, 2]
    const fused = this.weighted ? weighHeads(values, headWeights) : values;
    return {
      output: drop(this.output.forward(fused)), //                                          Eq. 17          q'        [N, d]
      locations: moveLocations(headWeights, gaussians, locations), //                       Eq. 16          n         [N, 2]
      transformed,
      gaussians,
      inputLocations: locations,
      modulated,
      weights,
      headWeights,
    };
  }

  /** [N, d] → [N, M, D] */
  private byHead(rows: tf.Tensor2D): tf.Tensor3D {
    const [tokens, width] = rows.shape;
    return tf.reshape(rows, [tokens, this.heads, width / this.heads]);
  }
}
