import * as tf from "@tensorflow/tfjs-core";
import { replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

/** exp and tanh, which stock tfjs computes element by element with the C library. */
export function replacePointwise(kernels: OwnKernels): void {
  const { run } = kernels;
  for (const [name, compute] of [
    [tf.Exp, run.exponential],
    [tf.Tanh, run.hyperbolicTangent],
  ] as const) {
    replaceKernel<tf.UnaryInputs, object>(name, (stock) => (call) => {
      const { x } = call.inputs;
      if (x.dtype !== "float32") return stock(call);
      const out = kernels.backend.makeOutput(x.shape, "float32");
      compute(kernels.address(x), tf.util.sizeFromShape(x.shape), kernels.address(out));
      return out;
    });
  }
}
