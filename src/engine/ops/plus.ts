import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";

/**
 * Sum of two tensors of one shape. tfjs's own addition may broadcast: it saves both for its gradient, and reshapes that for each.
 *
 * @throws Error when the shapes differ
 */
export function plus<T extends tf.Tensor>(left: T, right: T): T {
  tf.util.assertShapesMatch(left.shape, right.shape, "plus: ");
  return customGradient([left, right], () => ({
    value: tf.add(left, right),
    gradFunc: (dy) => [tf.clone(dy), tf.clone(dy)],
  })) as T;
}
