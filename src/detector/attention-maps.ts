import * as tf from "@tensorflow/tfjs-core";
import { attentionScores } from "../engine";
import type { Attention } from "../model/attention";
import { type Gaussian, gaussianAt } from "../model/gaussian";

/** What an {@link Attention} over a single sentence is made of, query by key; training and prediction do without it. */
export interface AttentionMaps {
  /** q and k [M, L, D] */
  readonly queries: tf.Tensor;
  readonly keys: tf.Tensor;
  /** Scaled dot products [M, L, L]. */
  readonly content: tf.Tensor;
  /** log G [M, L, L]; absent without spatial modulation. */
  readonly logPrior: tf.Tensor | undefined;
  /** μ [M, L, 2] and θ [M, L, 4] of each head. */
  readonly gaussian: Gaussian;
}

export function attentionMaps({
  transformed,
  gaussians,
  inputLocations,
  modulated,
}: Attention): AttentionMaps {
  const prior = modulated ? { gaussians, locations: inputLocations } : undefined;
  return {
    ...attentionScores({ transformed, prior }, gaussians.shape[1]),
    gaussian: gaussianAt(tf.transpose(gaussians, [1, 0, 2]), inputLocations),
  };
}
