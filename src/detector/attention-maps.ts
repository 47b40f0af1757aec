import * as tf from "@tensorflow/tfjs-core";
import { attentionScores } from "../engine";
import type { Attention } from "../model/attention";
import { type Gaussian, gaussianAt } from "../model/gaussian";

/** What an {@link Attention} is made of, query by key; training and prediction do without it. */
export interface AttentionMaps {
  /** q and k [batch, M, L, D] */
  readonly queries: tf.Tensor;
  readonly keys: tf.Tensor;
  /** Scaled dot products [batch, M, L, L]. */
  readonly content: tf.Tensor;
  /** log G [batch, M, L, L]; absent without spatial modulation. */
  readonly logPrior: tf.Tensor | undefined;
  /** μ [batch, M, L, 2] and θ [batch, M, L, 4] of each head. */
  readonly gaussian: Gaussian;
}

export function attentionMaps({ transformed, gaussians, places, modulated }: Attention): AttentionMaps {
  const prior = modulated ? { gaussians, locations: places } : undefined;
  return {
    ...attentionScores({ transformed, prior }, gaussians.shape[2]),
    gaussian: gaussianAt(tf.transpose(gaussians, [0, 2, 1, 3]), tf.expandDims(places, 1)),
  };
}
