import type * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";

/**
 * A computation that is a constant to whatever follows: nothing is kept for its backward pass, and none goes through it.
 */
export function withoutGradient<T extends tf.Tensor>(compute: () => T): T {
  return customGradient([], () => ({ value: compute(), gradFunc: () => [] })) as T;
}
