import * as tf from "@tensorflow/tfjs-core";
import type { Dropout } from "./parameters";

/** Added to a score, it makes the softmax weight of a masked place exactly 0; finite, so that no NaN can arise. */
export const masked = -1e12;

/** The factors by which dropout multiplies a tensor of some shape; undefined where it changes nothing. */
export function dropoutMask<R extends tf.Rank>(
  drop: Dropout,
  shape: tf.ShapeMap[R],
): tf.Tensor<R> | undefined {
  const whole = tf.ones<R>(shape);
  const mask = drop(whole);
  return mask === whole ? undefined : mask;
}
