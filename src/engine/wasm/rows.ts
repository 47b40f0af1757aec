// Stock tfjs gathers element by element (34 ns each), and lacks UnsortedSegmentSum, the gradient of gathering.
import * as tf from "@tensorflow/tfjs-core";
import { hasWords, replaceKernel, wordBytes, wordOffset } from "./heap";
import type { Kernels } from "./kernels";

const size = tf.util.sizeFromShape;

export function replaceRowKernels(kernels: Kernels): void {
  const { backend } = kernels;

  replaceKernel<tf.GatherV2Inputs, tf.GatherV2Attrs>(tf.GatherV2, (stock) => (call) => {
    const { x, indices } = call.inputs;
    const { batchDims } = call.attrs;
    const [axis] = tf.util.parseAxisParam(call.attrs.axis, x.shape);
    const rows = x.shape[axis];
    const count = size(indices.shape);
    const first = wordOffset(backend, indices);
    const selected = kernels.heap.HEAP32.subarray(first, first + count);
    // Stock throws for an index out of range.
    if (batchDims !== 0 || !hasWords(x) || selected.some((row) => row < 0 || row >= rows)) return stock(call);
    const outer = size(x.shape.slice(0, axis));
    const inner = size(x.shape.slice(axis + 1));
    const out = backend.makeOutput(
      [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)],
      x.dtype,
    );
    for (let block = 0; block < outer; block++) {
      const source = kernels.address(x) + wordBytes * block * rows * inner;
      const target = kernels.address(out) + wordBytes * block * count * inner;
      kernels.run.gatherRows(
        { source, rows, index: indices, width: inner, target },
        { units: count, operations: count * inner },
      );
    }
    return out;
  });

  replaceKernel<tf.UnsortedSegmentSumInputs, tf.UnsortedSegmentSumAttrs>(
    tf.UnsortedSegmentSum,
    () => (call) => {
      const { x, segmentIds } = call.inputs;
      const { numSegments } = call.attrs;
      if (x.dtype !== "float32") throw new Error(`UnsortedSegmentSum: ${x.dtype} is not supported`);
      const count = size(segmentIds.shape);
      const shape = x.shape.slice(segmentIds.shape.length);
      const out = backend.makeOutput([numSegments, ...shape], x.dtype);
      kernels.run.addToRows({
        source: x,
        index: segmentIds,
        count,
        width: size(shape),
        target: out,
        rows: numSegments,
      });
      return out;
    },
  );
}
