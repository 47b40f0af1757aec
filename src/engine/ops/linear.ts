import * as tf from "@tensorflow/tfjs-core";
import type { Epilogue, Kernels } from "../wasm/kernels";
import { elementwise } from "../wasm/work";
import { asRows, customGradient } from "./custom-gradient";
import { fusedOp } from "./fused";
import { gelu } from "./gelu";

/** An activation that is fused with the affine map. */
export type Activation = "gelu";

/**
 * Affine map of the last axis, y = x Wᵀ + b, or GELU(y): [..., in] -> [..., out].
 *
 * @param weight [out, in] (PyTorch's layout)
 * @param bias [out]
 */
export function linear<T extends tf.Tensor>(
  input: T,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation?: Activation,
): T {
  return (activation === "gelu" ? linearGeluOp : linearOp)({ input, weight, bias }, {}) as T;
}

type Named<Name extends string> = Readonly<Record<Name, tf.TensorInfo>>;

const size = tf.util.sizeFromShape;

const products = ({ input, weight }: Named<"input" | "weight">): number =>
  2 * size(input.shape) * weight.shape[0];

const linearOp = fusedOp({
  name: "Linear",
  inputs: ["input", "weight", "bias"],
  saved: ["input", "weight"],
  products,
  forward: (kernels, inputs) => ({ value: affine(kernels, inputs) }),
  backward: (kernels, { dy, ...saved }, { needed }) => affineGradient(kernels, saved, dy, needed),
  composed: composedLinear,
});

const linearGeluOp = fusedOp({
  name: "LinearGelu",
  inputs: ["input", "weight", "bias"],
  outputs: ["inner"],
  saved: ["input", "weight", "inner"],
  products,

  forward(kernels, inputs) {
    const value = kernels.output(outputShape(inputs));
    return { value, inner: affine(kernels, inputs, value) };
  },

  backward(kernels, { input, weight, inner, dy }, { needed }) {
    const { count, ...work } = elementwise(inner, 30);
    return kernels.withMemory([count], (dInner) => {
      kernels.run.geluGradient({ x: inner, dy, count, dx: dInner }, work);
      return affineGradient(kernels, { input, weight }, dInner, needed);
    });
  },

  composed: (inputs) => gelu(linearOp(inputs, {})),
});

function outputShape({ input, weight }: Named<"input" | "weight">): number[] {
  return [...input.shape.slice(0, -1), weight.shape[0]];
}

/** x Wᵀ + b. @param activated receives GELU of the result */
function affine(
  kernels: Kernels,
  inputs: Named<"input" | "weight" | "bias">,
  activated?: Epilogue["activated"],
): tf.TensorInfo {
  const { input, weight, bias } = inputs;
  const [columns, depth] = weight.shape;
  const out = kernels.output(outputShape(inputs));
  const [left, right] = [kernels.matrix(input, depth), kernels.matrix(weight, depth, true)];
  kernels.multiply([size(input.shape) / depth, depth, columns], left, right, out, { bias, activated });
  return out;
}

/**
 * Gradients of x, W and b.
 * @param dy the gradient of x Wᵀ + b, or its address
 * @param needed 1: only that of x, because the parameters are frozen
 */
function affineGradient(
  kernels: Kernels,
  { input, weight }: Named<"input" | "weight">,
  dy: number | tf.TensorInfo,
  needed: number,
): tf.TensorInfo[] {
  const [columns, depth] = weight.shape;
  const rows = size(input.shape) / depth;
  const [x, w] = [input, weight].map((tensor) => kernels.matrix(tensor, depth));
  const dInput = kernels.output(input.shape);
  kernels.multiply([rows, columns, depth], kernels.matrix(dy, columns), w, dInput);
  if (needed === 1) return [dInput];
  const [dWeight, dBias] = [weight.shape, [columns]].map((shape) => kernels.output(shape));
  kernels.multiply([columns, rows, depth], kernels.matrix(dy, columns, true), x, dWeight);
  kernels.sumRows(dy, [1, rows, columns], dBias);
  return [dInput, dWeight, dBias];
}

function composedLinear({
  input,
  weight,
  bias,
}: Readonly<Record<"input" | "weight" | "bias", tf.Tensor>>): tf.Tensor {
  const [columns, depth] = weight.shape;
  return customGradient([input, weight, bias], (save) => {
    const rows = tf.add(tf.matMul(asRows(input, depth), weight as tf.Tensor2D, false, true), bias);
    save([input, weight]);
    return {
      value: tf.reshape(rows, [...input.shape.slice(0, -1), columns]),
      gradFunc: (dy, [x, w], isNeeded) => {
        const dRows = asRows(dy, columns);
        const dInput = tf.reshape(tf.matMul(dRows, w as tf.Tensor2D), x.shape);
        if (!isNeeded(1) && !isNeeded(2)) return [dInput];
        return [dInput, tf.matMul(dRows, asRows(x, depth), true, false), tf.sum(dRows, 0)];
      },
    };
  });
}
