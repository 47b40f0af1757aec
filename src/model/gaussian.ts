import * as tf from "@tensorflow/tfjs-core";
import { Mlp } from "../nn/linear";
import type { Scope } from "../nn/parameters";

/** A Gaussian-like distribution over spans for each query (Eq. 12): centre μ [..., 2] and factor θ [..., 4], row-major 2 × 2. */
export interface Gaussian {
  readonly center: tf.Tensor;
  readonly factor: tf.Tensor;
}

/** Predicts a Gaussian around each proposal from its query (Eq. 13). */
export class Locator {
  private readonly mlp: Mlp;

  constructor(scope: Scope, width: number) {
    this.mlp = new Mlp(scope, width, 6);
  }

  /**
   * @param queries [..., width]
   * @param locations n, broadcast to [..., 2]
   */
  forward(queries: tf.Tensor, locations: tf.Tensor): Gaussian {
    return gaussianAt(this.predict(queries), locations);
  }

  /** Δn and θ, as they are: [..., width] → [..., 6] */
  predict(queries: tf.Tensor): tf.Tensor {
    return this.mlp.forward(queries);
  }
}

/**
 * @param predicted Δn and θ [..., 6]
 * @param locations n, broadcast to [..., 2]
 */
export function gaussianAt(predicted: tf.Tensor, locations: tf.Tensor): Gaussian {
  const [offset, factor] = tf.split(predicted, [2, 4], -1);
  return { center: tf.add(locations, offset), factor }; //                           μ = n + Δn
}

/** The two coordinates of the last axis, each with that axis kept at size 1. */
export function coordinates(pairs: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [start, end] = tf.split(pairs, 2, -1);
  return [start, end];
}

/**
 * log G(x) = -(x - μ)ᵀ θθᵀ (x - μ) = -|θᵀ(x - μ)|² (Eq. 12 with its misprinted sign mended), written out in coordinates:
 * the differences and the four θ broadcast against each other.
 */
export function logDensity(start: tf.Tensor, end: tf.Tensor, factor: tf.Tensor): tf.Tensor {
  const [a, b, c, d] = tf.split(factor, 4, -1);
  const first = tf.add(tf.mul(a, start), tf.mul(c, end));
  const second = tf.add(tf.mul(b, start), tf.mul(d, end));
  return tf.neg(tf.add(tf.square(first), tf.square(second)));
}

/** Θ = θθᵀ, [..., 4] row-major from θ [..., 4]. */
export function precision(factor: tf.Tensor): tf.Tensor {
  const [a, b, c, d] = tf.split(factor, 4, -1);
  const off = tf.add(tf.mul(a, c), tf.mul(b, d));
  return tf.concat([tf.add(tf.square(a), tf.square(b)), off, off, tf.add(tf.square(c), tf.square(d))], -1);
}
