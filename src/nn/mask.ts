import * as tf from "@tensorflow/tfjs-core";
import type { Dropout } from "./parameters";

/** Added to a score, it makes the softmax weight of a masked place exactly 0; finite, so that no NaN can arise. */
export const masked = -1e12;

/** [batch, length] from a rule over (sentence, place): `inside` where it holds, else `outside`. */
export function placeMask(
  lengths: readonly number[],
  length: number,
  inside: number,
  outside: number,
): tf.Tensor2D {
  const values = new Float32Array(lengths.length * length).fill(outside);
  for (const [sentence, own] of lengths.entries()) {
    values.fill(inside, sentence * length, sentence * length + own);
  }
  return tf.tensor2d(values, [lengths.length, length], "float32");
}

/** The factors by which dropout multiplies a tensor of some shape; none where it leaves everything as it is. */
export function dropoutMask<R extends tf.Rank>(
  drop: Dropout,
  shape: tf.ShapeMap[R],
): tf.Tensor<R> | undefined {
  const whole = tf.ones<R>(shape);
  const mask = drop(whole);
  return mask === whole ? undefined : mask;
}
