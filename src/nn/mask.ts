import * as tf from "@tensorflow/tfjs-core";
import type { Dropout } from "./parameters";

/** Added to a score, makes its softmax weight exactly 0. It is finite, so that no NaN can arise. */
export const maskScore = -1e12;

/** The factors that dropout multiplies a tensor of this shape by; undefined when dropout is off. */
export function dropoutMask<R extends tf.Rank>(
  drop: Dropout,
  shape: tf.ShapeMap[R],
): tf.Tensor<R> | undefined {
  const ones = tf.ones<R>(shape);
  const mask = drop(ones);
  return mask === ones ? undefined : mask;
}
