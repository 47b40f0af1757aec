// Stock tfjs adds up one number after the other in single precision, which costs sums of signed numbers, as the gradients of
// biases and softmaxes are, one or two digits more than in other libraries. These kernels add in double precision.

import * as tf from "@tensorflow/tfjs-core";
import { type Kernel, replaceKernel } from "./heap";
import type { Kernels } from "./kernels";

const size = tf.util.sizeFromShape;

/** Sums by our own kernels. */
export function replaceSums(kernels: Kernels): void {
  replaceKernel<tf.SumInputs, tf.SumAttrs>(tf.Sum, (stock) => reduction(kernels, stock, () => 1));
  replaceKernel<tf.MeanInputs, tf.MeanAttrs>(tf.Mean, (stock) =>
    reduction(kernels, stock, (count) => 1 / count),
  );
}

/** @param scale factor on the sum of so many numbers */
function reduction(
  kernels: Kernels,
  stock: Kernel<tf.SumInputs, tf.SumAttrs>,
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
    const [outer, inner] = [size(x.shape.slice(0, first)), size(x.shape.slice(behind))];
    if (inner === 1) {
      const work = { units: outer, operations: outer * count };
      kernels.run.sumColumns({ source: x, width: count, scale: scale(count), out }, work);
    } else kernels.sumRows(x, [outer, count, inner], out, scale(count));
    return out;
  };
}
