import * as tf from "@tensorflow/tfjs-core";
import { scoped } from "../scope";
import { hasKernel, runKernel } from "./fused";

/** Σ of the squares of all elements of all tensors. */
export function sumOfSquares(tensors: readonly tf.Tensor[]): number {
  return scoped(() => {
    const [sum] = hasKernel("SumOfSquares")
      ? runKernel("SumOfSquares", Object.fromEntries(tensors.entries()))
      : [tf.sum(tf.stack(tensors.map((tensor) => tf.sum(tf.square(tensor)))))];
    return sum.dataSync()[0];
  });
}
