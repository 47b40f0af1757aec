// Stock tfjs gathers element by element (34 ns each), and lacks UnsortedSegmentSum, the gradient of gathering.
import * as tf from "@tensorflow/tfjs-core";
import { hasWords, moduleOf, replaceKernel, wordOffset } from "./heap";

const size = tf.util.sizeFromShape;

export function replaceRowKernels(): void {
  replaceKernel<tf.GatherV2Inputs, tf.GatherV2Attrs>(tf.GatherV2, (stock) => (call) => {
    const { x, indices } = call.inputs;
    const { batchDims } = call.attrs;
    const [axis] = tf.util.parseAxisParam(call.attrs.axis, x.shape);
    const rows = x.shape[axis];
    const count = size(indices.shape);
    const words = moduleOf(call.backend).HEAP32;
    const first = wordOffset(call.backend, indices);
    const selected = words.slice(first, first + count);
    // Stock throws for an index out of range.
    if (batchDims !== 0 || !hasWords(x) || selected.some((row) => row < 0 || row >= rows)) return stock(call);
    const outer = size(x.shape.slice(0, axis));
    const inner = size(x.shape.slice(axis + 1));
    const out = call.backend.makeOutput(
      [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)],
      x.dtype,
    );
    const heap = moduleOf(call.backend).HEAP32;
    let target = wordOffset(call.backend, out);
    for (let block = 0; block < outer; block++) {
      const source = wordOffset(call.backend, x) + block * rows * inner;
      for (let i = 0; i < count; i++, target += inner) {
        const start = source + selected[i] * inner;
        heap.copyWithin(target, start, start + inner);
      }
    }
    return out;
  });

  replaceKernel<tf.UnsortedSegmentSumInputs, tf.UnsortedSegmentSumAttrs>(
    tf.UnsortedSegmentSum,
    () => (call) => {
      const { x, segmentIds } = call.inputs;
      const { numSegments } = call.attrs;
      const count = size(segmentIds.shape);
      const inner = size(x.shape.slice(segmentIds.shape.length));
      const out = call.backend.makeOutput([numSegments, ...x.shape.slice(segmentIds.shape.length)], x.dtype);
      const heap = moduleOf(call.backend);
      const values = x.dtype === "int32" ? heap.HEAP32 : heap.HEAPF32;
      const ids = wordOffset(call.backend, segmentIds);
      const target = wordOffset(call.backend, out);
      let source = wordOffset(call.backend, x);
      values.fill(0, target, target + numSegments * inner);
      for (let i = 0; i < count; i++, source += inner) {
        const segment = heap.HEAP32[ids + i];
        if (segment < 0 || segment >= numSegments) continue;
        const row = target + segment * inner;
        for (let j = 0; j < inner; j++) values[row + j] += values[source + j];
      }
      return out;
    },
  );
}
