import type * as tf from "@tensorflow/tfjs-core";
import { util } from "@tensorflow/tfjs-core";
import type { AdamWNumbers, AdamWTensors } from "../ops/adam-w";
import { moduleOf, replaceKernel, wordOffset } from "./heap";
import type { OwnKernels } from "./own-kernels";

/** The optimizer's passes over all parameters and gradients. */
export function registerOptimizer(kernels: OwnKernels): void {
  replaceKernel<AdamWTensors, AdamWNumbers>("AdamW", () => ({ inputs, attrs }) => {
    const { parameter, gradient, first, second } = inputs;
    kernels.run.adamW(
      kernels.address(parameter),
      kernels.address(gradient),
      kernels.address(first),
      kernels.address(second),
      util.sizeFromShape(parameter.shape),
      attrs.scale,
      attrs.beta1,
      attrs.beta2,
      attrs.stepSize,
      attrs.correction,
      attrs.epsilon,
      attrs.decay,
    );
    return [];
  });

  replaceKernel<Readonly<Record<string, tf.TensorInfo>>, object>("SumOfSquares", () => ({ inputs }) => {
    const out = kernels.backend.makeOutput([], "float32");
    const sum = Object.values(inputs)
      .map((tensor) => kernels.run.sumOfSquares(kernels.address(tensor), util.sizeFromShape(tensor.shape)))
      .reduce((total, squares) => total + squares, 0);
    moduleOf(kernels.backend).HEAPF32[wordOffset(kernels.backend, out)] = sum;
    return [out];
  });
}
