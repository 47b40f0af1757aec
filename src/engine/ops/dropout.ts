import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../random";
import { customGradient } from "./custom-gradient";
import { hasKernel, runKernel } from "./fused";

/** What the kernels of {@link dropout} get; drawing changes the generator's state. */
export interface DropoutAttributes {
  readonly rate: number;
  readonly random: Random;
}

/**
 * Inverted dropout, any shape: each element is 0 with probability `rate`, else divided by 1 - rate.
 * The mask is drawn from `random`, one number an element, the same on every engine; rate 0 returns the input itself and
 * draws nothing.
 */
export function dropout(input: tf.Tensor, rate: number, random: Random): tf.Tensor {
  if (rate === 0) return input;
  return hasKernel("Dropout")
    ? fusedDropout(input, { rate, random })
    : composedDropout(input, { rate, random });
}

/** A kernel draws, multiplies and keeps a byte an element for the gradient. */
function fusedDropout(input: tf.Tensor, attributes: DropoutAttributes): tf.Tensor {
  return customGradient([input], (save) => {
    const [value, kept] = runKernel("Dropout", { input }, attributes);
    save([kept]);
    const gradFunc = (dy: tf.Tensor, [kept]: tf.Tensor[]) =>
      runKernel("DropoutGradient", { dy, kept }, { rate: attributes.rate });
    return { value, gradFunc };
  });
}

export function composedDropout(input: tf.Tensor, { rate, random }: DropoutAttributes): tf.Tensor {
  const values = new Float32Array(input.size);
  random.mask(values, rate, 1 / (1 - rate));
  return customGradient([input], (save) => {
    const mask = tf.tensor(values, input.shape, "float32");
    save([mask]);
    return { value: tf.mul(input, mask), gradFunc: (dy, [mask]) => [tf.mul(dy, mask)] };
  });
}
