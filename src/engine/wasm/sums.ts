// Stock tfjs adds up one number after the other in single precision, which costs sums of signed numbers, as the gradients of
// biases and softmaxes are, one or two digits more than in other libraries. These kernels add in double precision.
import * as tf from "@tensorflow/tfjs-core";
import { type Kernel, moduleOf, replaceKernel, wordOffset } from "./heap";

const size = tf.util.sizeFromShape;

export function replaceSums(): void {
  replaceKernel<tf.SumInputs, tf.SumAttrs>(tf.Sum, (stock) => reduction(stock, () => 1));
  replaceKernel<tf.MeanInputs, tf.MeanAttrs>(tf.Mean, (stock) => reduction(stock, (count) => 1 / count));
}

/** @param scale factor on the sum of so many numbers */
function reduction(
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
    const add = behind === x.shape.length ? addRows : addColumns;
    add(
      moduleOf(call.backend).HEAPF32,
      wordOffset(call.backend, x),
      wordOffset(call.backend, out),
      [size(x.shape.slice(0, first)), count, size(x.shape.slice(behind))],
      scale(count),
    );
    return out;
  };
}

type Add = (
  heap: Float32Array,
  source: number,
  target: number,
  shape: readonly [outer: number, count: number, inner: number],
  scale: number,
) => void;

/** [outer, count] → [outer]; four sums at a time, because each addition waits for the one before. */
const addRows: Add = (heap, source, target, [outer, count], scale) => {
  for (let row = 0, at = source; row < outer; row++) {
    const end = at + count;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (const last = end - 3; at < last; at += 4) {
      a += heap[at];
      b += heap[at + 1];
      c += heap[at + 2];
      d += heap[at + 3];
    }
    for (; at < end; at++) a += heap[at];
    heap[target + row] = (a + b + (c + d)) * scale;
  }
};

/** [outer, count, inner] → [outer, inner] */
const addColumns: Add = (heap, source, target, [outer, count, inner], scale) => {
  const sums = new Float64Array(inner);
  for (let block = 0, at = source; block < outer; block++) {
    sums.fill(0);
    for (let row = 0; row < count; row++, at += inner) {
      for (let column = 0; column < inner; column++) sums[column] += heap[at + column];
    }
    for (let column = 0; column < inner; column++)
      heap[target + block * inner + column] = sums[column] * scale;
  }
};
