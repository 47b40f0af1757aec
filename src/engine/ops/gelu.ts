import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";
import { hasKernel, runKernel } from "./fused";

/** Gaussian error linear unit in its exact form, x Φ(x) with Φ the normal distribution function; any shape. */
export function gelu(input: tf.Tensor): tf.Tensor {
  return hasKernel("Gelu") ? fusedGelu(input) : composedGelu(input);
}

function fusedGelu(input: tf.Tensor): tf.Tensor {
  return customGradient([input], (save) => {
    save([input]);
    return {
      value: runKernel("Gelu", { x: input })[0],
      gradFunc: (dy, [x]) => runKernel("GeluGradient", { x, dy }),
    };
  });
}

export function composedGelu(input: tf.Tensor): tf.Tensor {
  return customGradient([input], (save) => {
    const cumulative = tf.mul(tf.add(tf.erf(tf.mul(input, Math.SQRT1_2)), 1), 0.5);
    save([input, cumulative]);
    return {
      value: tf.mul(input, cumulative),
      gradFunc: (dy, [x, phi]) => {
        const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return [tf.mul(dy, tf.add(phi, tf.mul(x, density)))];
      },
    };
  });
}
