import * as tf from "@tensorflow/tfjs-core";
import { elementwise } from "../wasm/work";
import { customGradient } from "./custom-gradient";
import { fusedOp } from "./fused";

/** The exact Gaussian error linear unit, x Φ(x), with the normal distribution function Φ; any shape. */
export function gelu(input: tf.Tensor): tf.Tensor {
  return geluOp({ input }, {});
}

const geluOp = fusedOp({
  name: "Gelu",
  inputs: ["input"],
  saved: ["input"],

  forward(kernels, { input }) {
    const value = kernels.output(input.shape);
    const { count, ...work } = elementwise(input, 20);
    kernels.run.gelu({ x: input, count, out: value }, work);
    return { value };
  },

  backward(kernels, { input, dy }) {
    const dx = kernels.output(input.shape);
    const { count, ...work } = elementwise(input, 30);
    kernels.run.geluGradient({ x: input, dy, count, dx }, work);
    return [dx];
  },

  composed: ({ input }) =>
    customGradient([input], (save) => {
      const cumulative = tf.mul(tf.add(tf.erf(tf.mul(input, Math.SQRT1_2)), 1), 0.5);
      save([input, cumulative]);
      return {
        value: tf.mul(input, cumulative),
        gradFunc: (dy, [x, phi]) => {
          const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
          return [tf.mul(dy, tf.add(phi, tf.mul(x, density)))];
        },
      };
    }),
});
