import * as tf from "@tensorflow/tfjs-core";
import type { DropoutMask } from "../ops/dropout";
import { replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

export function registerDropout(kernels: OwnKernels): void {
  const { backend } = kernels;
  replaceKernel<{ x: tf.TensorInfo }, DropoutMask & object>("Dropout", () => ({ inputs: { x }, attrs }) => {
    const { rate, keys } = attrs;
    const out = backend.makeOutput(x.shape, "float32");
    const count = tf.util.sizeFromShape(x.shape);
    const below = Math.ceil(rate * 2 ** 32);
    const numbers = [kernels.address(x), count, ...keys, below, 1 / (1 - rate), kernels.address(out)];
    kernels.run("dropout", Math.ceil(count / 1024), 4 * count, ...numbers);
    return [out];
  });
}
