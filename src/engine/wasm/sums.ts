// Stock tfjs adds up one number after the other in single precision, which costs sums of signed numbers, as the gradients of
// biases and softmaxes are, one or two digits more than in other libraries. These kernels add in double precision.

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { type Kernel, replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

const size = tf.util.sizeFromShape;

/** Adds up `x`, [outer, count, inner], along the middle into `out`, [outer, inner], and multiplies by `scale`. */
export type Add = (
  backend: BackendWasm,
  x: tf.TensorInfo,
  out: tf.TensorInfo,
  shape: readonly [outer: number, count: number, inner: number],
  scale: number,
) => void;

/** Sums by our own kernels. */
export function replaceSums(kernels: OwnKernels): void {
  replaceSumsBy((_backend, x, out, [outer, count, inner], scale) => {
    const [from, to] = [kernels.address(x), kernels.address(out)];
    if (inner === 1) kernels.call("sumColumns", from, outer, count, scale, to);
    else kernels.call("sumRows", from, outer, count, inner, scale, to);
  });
}

function replaceSumsBy(add: Add): void {
  replaceKernel<tf.SumInputs, tf.SumAttrs>(tf.Sum, (stock) => reduction(stock, add, () => 1));
  replaceKernel<tf.MeanInputs, tf.MeanAttrs>(tf.Mean, (stock) => reduction(stock, add, (count) => 1 / count));
}

/** @param scale factor on the sum of so many numbers */
function reduction(
  stock: Kernel<tf.SumInputs, tf.SumAttrs>,
  add: Add,
  scale: (count: number) => number,
): Kernel<tf.SumInputs, tf.SumAttrs> {
  return (call) => {
    const { x } = call.inputs;
    const axes = tf.util.parseAxisParam(call.attrs.axis, x.shape);
    const [first] = axes;
    const adjacent = axes.every((axis, at) => axis === first + at);
    if (x.dtype !== "float32" || axes.length === 0 || !adjacent) return stock(call);
    const behind = first + axes.length;
    const kept = call.attrs.keepDims ? axes.map(() => 1) : [];
    const out = call.backend.makeOutput(
      [...x.shape.slice(0, first), ...kept, ...x.shape.slice(behind)],
      x.dtype,
    );
    const count = size(x.shape.slice(first, behind));
    const shape = [size(x.shape.slice(0, first)), count, size(x.shape.slice(behind))] as const;
    add(call.backend, x, out, shape, scale(count));
    return out;
  };
}
