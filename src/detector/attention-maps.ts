import * as tf from "@tensorflow/tfjs-core";
import type { Attention } from "../model/attention";
import { coordinates, type Gaussian, gaussianAt, logDensity } from "../model/gaussian";

/** What an {@link Attention} is made of, query by key; training and prediction do without it. */
export interface AttentionMaps {
  /** Scaled dot products [batch, M, L, L]. */
  readonly content: tf.Tensor4D;
  /** log G [batch, M, L, L]; absent without spatial modulation. */
  readonly logPrior: tf.Tensor4D | undefined;
  /** μ [batch, M, L, 2] and θ [batch, M, L, 4] of each head. */
  readonly gaussian: Gaussian;
}

export function attentionMaps({ transformed, gaussians, places, modulated }: Attention): AttentionMaps {
  const [batch, tokens, heads] = gaussians.shape;
  const width = transformed.shape[2] / 3 / heads;
  const split = tf.reshape(transformed, [batch, tokens, 3, heads, width]);
  const [queries, keys] = tf.unstack(tf.transpose(split, [2, 0, 3, 1, 4])); // [B, M, L, D]
  const gaussian = gaussianAt(tf.transpose(gaussians, [0, 2, 1, 3]), tf.expandDims(places, 1));
  return {
    content: tf.mul(tf.matMul(queries, keys, false, true), 1 / Math.sqrt(width)) as tf.Tensor4D,
    logPrior: modulated ? logPrior(gaussian, places) : undefined,
    gaussian,
  };
}

/** log G_{i,m}(n_j): [B, M, L (i), L (j)] */
function logPrior({ center, factor }: Gaussian, locations: tf.Tensor3D): tf.Tensor4D {
  const [batch, tokens] = locations.shape;
  const [start, end] = coordinates(locations).map((side) => tf.reshape(side, [batch, 1, 1, tokens]));
  const [centerStart, centerEnd] = coordinates(center); //             2 × [B, M, L, 1]
  return logDensity(tf.sub(start, centerStart), tf.sub(end, centerEnd), factor) as tf.Tensor4D;
}
