import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../random";

/**
 * Inverted dropout, any shape: each element is 0 with probability `rate`, else divided by 1 - rate.
 * The mask is drawn from `random`; rate 0 returns the input itself and draws nothing.
 */
export function dropout(input: tf.Tensor, rate: number, random: Random): tf.Tensor {
  if (rate === 0) return input;
  const mask = new Float32Array(input.size);
  const kept = 1 / (1 - rate);
  for (let i = 0; i < mask.length; i++) mask[i] = random.uniform() < rate ? 0 : kept;
  return tf.tidy(() => tf.mul(input, tf.tensor(mask, input.shape, "float32")));
}
