import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../random";
import { elementwise } from "../wasm/work";
import { customGradient } from "./custom-gradient";
import { kernelOp } from "./fused";

/** Determines a mask: which elements are dropped, and the factor of the others. */
interface DropoutMask {
  readonly rate: number;
  /** Two unsigned 32-bit integers. They determine every element, so the mask need not be stored. */
  readonly keys: readonly [number, number];
}

/**
 * Inverted dropout, any shape: each element is 0 with probability `rate`, else divided by 1 - rate. Draws two numbers, which
 * determine the same mask on every engine. Rate 0 returns the input itself and draws nothing.
 */
export function dropout(input: tf.Tensor, rate: number, random: Random): tf.Tensor {
  if (rate === 0) return input;
  const mask: DropoutMask = { rate, keys: [random.integer32(), random.integer32()] };
  return customGradient([input], () => ({
    value: apply(input, mask),
    gradFunc: (dy) => [apply(dy, mask)],
  }));
}

function apply(x: tf.Tensor, mask: DropoutMask): tf.Tensor {
  return dropoutOp.exists() ? dropoutOp({ x }, mask)[0] : composedApply(x, mask);
}

const dropoutOp = kernelOp(
  "Dropout",
  (kernels, { x }: Record<"x", tf.TensorInfo>, { rate, keys: [firstKey, secondKey] }: DropoutMask) => {
    const out = kernels.output(x.shape);
    const { count, ...work } = elementwise(x, 4);
    const below = Math.ceil(rate * 2 ** 32);
    kernels.run.dropout({ x, count, firstKey, secondKey, below, kept: 1 / (1 - rate), out }, work);
    return [out];
  },
);

function composedApply(x: tf.Tensor, { rate, keys: [first, second] }: DropoutMask): tf.Tensor {
  const factors = new Float32Array(x.size);
  const [below, scale] = [rate * 2 ** 32, 1 / (1 - rate)];
  for (let i = 0; i < factors.length; i++) factors[i] = hash(i, first, second) < below ? 0 : scale;
  return tf.mul(x, tf.tensor(factors, x.shape, "float32"));
}

/** An unsigned 32-bit hash of `i`, as in the kernel. */
function hash(i: number, first: number, second: number): number {
  let x = (i + first) | 0;
  x = Math.imul(x ^ (x >>> 17), 0xed5ad4bb) ^ second;
  x = Math.imul(x ^ (x >>> 11), 0xac4c1b51);
  x = Math.imul(x ^ (x >>> 15), 0x31848bab);
  return (x ^ (x >>> 14)) >>> 0;
}
