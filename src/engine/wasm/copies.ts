// Replacements of tfjs kernels that copy. tfjs copies the whole source for every slice and makes two typed-array views per row, so
// slices and concatenations along a small last axis take hundreds of times longer than the copy itself. Ours copy inside the heap.
import * as tf from "@tensorflow/tfjs-core";
import { hasWords, replaceKernel, wordBytes } from "./heap";
import type { Kernels } from "./kernels";

const size = tf.util.sizeFromShape;

/** Copies `rows` rows of `width` words. Strides are the words from one row to the next. */
function copyRows(
  kernels: Kernels,
  rows: number,
  width: number,
  [source, sourceStride]: readonly [address: number, stride: number],
  [target, targetStride]: readonly [address: number, stride: number],
): void {
  kernels.run.copyRows(
    { source, sourceStride, width, target, targetStride },
    { units: rows, operations: rows * width },
  );
}

/** Splits `x` along `axis` into parts of the given sizes. */
function split(kernels: Kernels, x: tf.TensorInfo, sizes: readonly number[], axis: number): tf.TensorInfo[] {
  const outer = size(x.shape.slice(0, axis));
  const inner = size(x.shape.slice(axis + 1));
  let source = kernels.address(x);
  return sizes.map((part) => {
    const out = kernels.output(x.shape.with(axis, part), x.dtype);
    const width = part * inner;
    copyRows(kernels, outer, width, [source, x.shape[axis] * inner], [kernels.address(out), width]);
    source += width * wordBytes;
    return out;
  });
}

/** Concatenates tensors along `axis`. */
function join(kernels: Kernels, parts: readonly tf.TensorInfo[], axis: number): tf.TensorInfo {
  const shape = parts[0].shape.with(
    axis,
    parts.reduce((sum, part) => sum + part.shape[axis], 0),
  );
  const outer = size(shape.slice(0, axis));
  const inner = size(shape.slice(axis + 1));
  const out = kernels.output(shape, parts[0].dtype);
  let target = kernels.address(out);
  for (const part of parts) {
    const width = part.shape[axis] * inner;
    copyRows(kernels, outer, width, [kernels.address(part), width], [target, shape[axis] * inner]);
    target += width * wordBytes;
  }
  return out;
}

/** Copies the block at `begin` with the given size. The axes after the last one that is cut form one row. */
function slice(
  kernels: Kernels,
  x: tf.TensorInfo,
  begin: readonly number[],
  block: readonly number[],
): tf.TensorInfo {
  const out = kernels.output(block, x.dtype);
  if (size([...block]) === 0) return out;
  let cut = x.shape.length - 1;
  while (cut > 0 && block[cut] === x.shape[cut]) cut--;
  const strides = [...tf.util.computeStrides(x.shape), 1];
  const width = block[cut] * strides[cut];
  let target = kernels.address(out);
  const copy = (axis: number, source: number): void => {
    if (axis < cut - 1) {
      for (let i = 0; i < block[axis]; i++) copy(axis + 1, source + (begin[axis] + i) * strides[axis]);
      return;
    }
    const [rows, stride, offset] =
      axis === cut ? [1, width, 0] : [block[axis], strides[axis], begin[axis] * strides[axis]];
    const start = source + offset + begin[cut] * strides[cut];
    copyRows(kernels, rows, width, [kernels.address(x) + start * wordBytes, stride], [target, width]);
    target += rows * width * wordBytes;
  };
  copy(0, 0);
  return out;
}

const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export function replaceCopies(kernels: Kernels): void {
  // tfjs's tape clones every tensor that it keeps, and the stock kernel copies it. Ours shares the memory, as on other engines.
  replaceKernel<tf.IdentityInputs, object>(tf.Identity, (stock) => (call) => {
    const { x } = call.inputs;
    if (x.dtype === "string") return stock(call);
    return kernels.share(x);
  });
  replaceKernel<tf.SliceInputs, tf.SliceAttrs>(tf.Slice, (stock) => (call) => {
    const { x } = call.inputs;
    if (!hasWords(x) || x.shape.length === 0) return stock(call);
    const [begin, block] = tf.slice_util.parseSliceParams(x, call.attrs.begin, call.attrs.size);
    return slice(kernels, x, begin, block);
  });
  replaceKernel<tf.SplitVInputs, tf.SplitVAttrs>(tf.SplitV, (stock) => (call) => {
    const { x } = call.inputs;
    if (!hasWords(x)) return stock(call);
    const axis = axisOf(call.attrs.axis, x.shape.length);
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, call.attrs.numOrSizeSplits, axis);
    return split(kernels, x, sizes, axis);
  });
  replaceKernel<tf.ConcatInputs, tf.ConcatAttrs>(tf.Concat, (stock) => (call) => {
    const parts = call.inputs;
    if (!hasWords(parts[0])) return stock(call);
    return join(kernels, parts, axisOf(call.attrs.axis, parts[0].shape.length));
  });
  replaceKernel<tf.UnpackInputs, tf.UnpackAttrs>(tf.Unpack, (stock) => (call) => {
    const { value } = call.inputs;
    if (!hasWords(value)) return stock(call);
    const axis = axisOf(call.attrs.axis, value.shape.length);
    const parts = split(kernels, value, new Array(value.shape[axis]).fill(1), axis);
    return parts.map((part) => ({ ...part, shape: part.shape.toSpliced(axis, 1) }));
  });
  replaceKernel<tf.PackInputs, tf.PackAttrs>(tf.Pack, (stock) => (call) => {
    const parts = call.inputs;
    if (!hasWords(parts[0])) return stock(call);
    const axis = axisOf(call.attrs.axis, parts[0].shape.length + 1);
    const expanded = parts.map((part) => ({ ...part, shape: part.shape.toSpliced(axis, 0, 1) }));
    return join(kernels, expanded, axis);
  });
}
