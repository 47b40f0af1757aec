import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

/** exp and tanh, which stock tfjs computes element by element with the C library. */
export function replacePointwise(kernels: OwnKernels): void {
  for (const [name, kernel] of [
    [tf.Exp, "exponential"],
    [tf.Tanh, "hyperbolicTangent"],
  ] as const) {
    replaceKernel<tf.UnaryInputs, object>(name, (stock) => (call) => {
      const { x } = call.inputs;
      if (x.dtype !== "float32") return stock(call);
      const out = kernels.backend.makeOutput(x.shape, "float32");
      const count = tf.util.sizeFromShape(x.shape);
      const blocks = Math.ceil(count / 1024);
      kernels.run(kernel, blocks, 20 * count, kernels.address(x), count, kernels.address(out));
      return out;
    });
  }
}
