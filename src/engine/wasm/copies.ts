// Stock tfjs copies the whole source for every slice and makes two typed-array views per row, so that slicing, splitting
// and joining along a small last axis take hundreds of times longer than the copy itself. These kernels copy inside the heap.

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { hasWords, moduleOf, replaceKernel, wordOffset } from "./heap";

/** Rows up to this many words are copied faster by a plain loop than by a call of `copyWithin`. */
const shortRow = 24;

/** Copies `rows` rows of `width` words; a stride is the distance between the starts of two rows. */
function copyRows(
  words: Int32Array,
  source: number,
  sourceStride: number,
  target: number,
  targetStride: number,
  rows: number,
  width: number,
): void {
  if (sourceStride === width && targetStride === width) {
    words.copyWithin(target, source, source + rows * width);
    return;
  }
  for (let row = 0; row < rows; row++, source += sourceStride, target += targetStride) {
    if (width > shortRow) words.copyWithin(target, source, source + width);
    else for (let i = 0; i < width; i++) words[target + i] = words[source + i];
  }
}

const size = tf.util.sizeFromShape;

/** Splits `x` along `axis` into parts of the given sizes. */
function split(
  backend: BackendWasm,
  x: tf.TensorInfo,
  sizes: readonly number[],
  axis: number,
): tf.TensorInfo[] {
  const outer = size(x.shape.slice(0, axis));
  const inner = size(x.shape.slice(axis + 1));
  let start = 0;
  return sizes.map((part) => {
    const shape = [...x.shape];
    shape[axis] = part;
    const out = backend.makeOutput(shape, x.dtype);
    copyRows(
      moduleOf(backend).HEAP32,
      wordOffset(backend, x) + start * inner,
      x.shape[axis] * inner,
      wordOffset(backend, out),
      part * inner,
      outer,
      part * inner,
    );
    start += part;
    return out;
  });
}

/** Joins tensors of equal shape but for `axis` along that axis. */
function join(backend: BackendWasm, parts: readonly tf.TensorInfo[], axis: number): tf.TensorInfo {
  const shape = [...parts[0].shape];
  shape[axis] = parts.reduce((sum, part) => sum + part.shape[axis], 0);
  const outer = size(shape.slice(0, axis));
  const inner = size(shape.slice(axis + 1));
  const out = backend.makeOutput(shape, parts[0].dtype);
  let target = wordOffset(backend, out);
  for (const part of parts) {
    const width = part.shape[axis] * inner;
    copyRows(
      moduleOf(backend).HEAP32,
      wordOffset(backend, part),
      width,
      target,
      shape[axis] * inner,
      outer,
      width,
    );
    target += width;
  }
  return out;
}

/** Copies the block at `begin` with the given size; the axes after the last one that is cut are copied as one row. */
function slice(
  backend: BackendWasm,
  x: tf.TensorInfo,
  begin: readonly number[],
  block: readonly number[],
): tf.TensorInfo {
  const out = backend.makeOutput([...block], x.dtype);
  if (size([...block]) === 0) return out;
  let cut = x.shape.length - 1;
  while (cut > 0 && block[cut] === x.shape[cut]) cut--;
  const strides = [...tf.util.computeStrides(x.shape), 1];
  const width = block[cut] * strides[cut];
  const words = moduleOf(backend).HEAP32;
  let target = wordOffset(backend, out);
  const copy = (axis: number, source: number): void => {
    if (axis === cut) {
      const start = source + begin[cut] * strides[cut];
      copyRows(words, start, width, target, width, 1, width);
      target += width;
    } else if (axis === cut - 1) {
      const start = source + begin[axis] * strides[axis] + begin[cut] * strides[cut];
      copyRows(words, start, strides[axis], target, width, block[axis], width);
      target += block[axis] * width;
    } else {
      for (let i = 0; i < block[axis]; i++) copy(axis + 1, source + (begin[axis] + i) * strides[axis]);
    }
  };
  copy(0, wordOffset(backend, x));
  return out;
}

const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export function replaceCopies(): void {
  replaceKernel<tf.SliceInputs, tf.SliceAttrs>(tf.Slice, (stock) => (call) => {
    const { x } = call.inputs;
    if (!hasWords(x) || x.shape.length === 0) return stock(call);
    const [begin, block] = tf.slice_util.parseSliceParams(x, call.attrs.begin, call.attrs.size);
    return slice(call.backend, x, begin, block);
  });
  replaceKernel<tf.SplitVInputs, tf.SplitVAttrs>(tf.SplitV, (stock) => (call) => {
    const { x } = call.inputs;
    if (!hasWords(x)) return stock(call);
    const axis = axisOf(call.attrs.axis, x.shape.length);
    return split(
      call.backend,
      x,
      tf.backend_util.prepareSplitSize(x as tf.Tensor, call.attrs.numOrSizeSplits, axis),
      axis,
    );
  });
  replaceKernel<tf.ConcatInputs, tf.ConcatAttrs>(tf.Concat, (stock) => (call) => {
    const parts = call.inputs;
    if (!hasWords(parts[0])) return stock(call);
    return join(call.backend, parts, axisOf(call.attrs.axis, parts[0].shape.length));
  });
  replaceKernel<tf.UnpackInputs, tf.UnpackAttrs>(tf.Unpack, (stock) => (call) => {
    const { value } = call.inputs;
    if (!hasWords(value)) return stock(call);
    const axis = axisOf(call.attrs.axis, value.shape.length);
    const parts = split(call.backend, value, new Array(value.shape[axis]).fill(1), axis);
    return parts.map((part) => ({ ...part, shape: part.shape.toSpliced(axis, 1) }));
  });
  replaceKernel<tf.PackInputs, tf.PackAttrs>(tf.Pack, (stock) => (call) => {
    const parts = call.inputs;
    if (!hasWords(parts[0])) return stock(call);
    const axis = axisOf(call.attrs.axis, parts[0].shape.length + 1);
    const expanded = parts.map((part) => ({ ...part, shape: part.shape.toSpliced(axis, 0, 1) }));
    return join(call.backend, expanded, axis);
  });
}
