import * as tf from "@tensorflow/tfjs-core";
import { elementwise } from "../elementwise";
import { replaceKernel } from "./heap";
import type { Kernels } from "./kernels";

/** exp and tanh, which stock tfjs computes element by element with the C library. */
export function replacePointwise(kernels: Kernels): void {
  const { exponential, hyperbolicTangent } = kernels.run;
  for (const [name, compute] of [
    [tf.Exp, exponential],
    [tf.Tanh, hyperbolicTangent],
  ] as const) {
    replaceKernel<tf.UnaryInputs, object>(name, (stock) => (call) => {
      const { x } = call.inputs;
      if (x.dtype !== "float32") return stock(call);
      const out = kernels.output(x.shape);
      const { count, ...work } = elementwise(x, 20);
      compute({ x, count, out }, work);
      return out;
    });
  }
}
