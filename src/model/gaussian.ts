import * as tf from "@tensorflow/tfjs-core";
import { Mlp } from "../nn/linear";
import type { Scope } from "../nn/parameters";

/**
 * A Gaussian-like distribution over spans x for each query (Eq. 12, with its misprinted sign corrected):
 *
 *     log G(x) = -(x - μ)ᵀ Θ (x - μ) = -|θᵀ(x - μ)|²,   Θ = θθᵀ
 *
 * The engine takes μ and θ, and itself adds log G to the scores of attention (Eq. 14) and of spans (Eq. 22). Its L² values per
 * head and L³ values per sentence then need not all be in memory.
 */
export interface Gaussian {
  /** μ [..., 2] */
  readonly center: tf.Tensor;
  /** θ [..., 4], row-major 2 × 2 */
  readonly factor: tf.Tensor;
}

/** Predicts a Gaussian around each proposal from its query (Eq. 13). */
export class Locator {
  private readonly mlp: Mlp;

  constructor(scope: Scope, width: number) {
    this.mlp = new Mlp(scope, width, 6);
  }

  /** Δn and θ of queries [..., width], side by side [..., 6] (Eq. 13, line 1) */
  predict(queries: tf.Tensor): tf.Tensor {
    return this.mlp.forward(queries);
  }

  /** @param locations n, broadcast to [..., 2] */
  forward(queries: tf.Tensor, locations: tf.Tensor): Gaussian {
    return gaussianAt(this.predict(queries), locations);
  }
}

/**
 * @param predicted Δn and θ [..., 6]
 * @param locations n, broadcast to [..., 2]
 */
export function gaussianAt(predicted: tf.Tensor, locations: tf.Tensor): Gaussian {
  const [offset, factor] = tf.split(predicted, [2, 4], -1);
  return { center: tf.add(locations, offset), factor }; //                                  Eq. 13, line 2  μ = n + Δn
}

/** Θ = θθᵀ, [..., 4] row-major from θ [..., 4] (Eq. 13, line 3). */
export function precision(factor: tf.Tensor): tf.Tensor {
  const [a, b, c, d] = tf.split(factor, 4, -1);
  const off = tf.add(tf.mul(a, c), tf.mul(b, d));
  return tf.concat([tf.add(tf.square(a), tf.square(b)), off, off, tf.add(tf.square(c), tf.square(d))], -1);
}
