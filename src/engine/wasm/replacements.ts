// Kernels of tfjs that we replace because they are missing, slow or inaccurate.
import * as tf from "@tensorflow/tfjs-core";
import { hasWords, type Kernel, replaceKernel, wordBytes, wordOffset } from "./heap";
import type { Kernels } from "./kernels";
import { elementwise } from "./work";

const size = tf.util.sizeFromShape;

/** Replaces matMul. Reads operands transposed in place and caches nothing, so that weights may change in place. */
export function replaceMatMul(kernels: Kernels): void {
  replaceKernel<tf.BatchMatMulInputs, tf.BatchMatMulAttrs>(tf.BatchMatMul, () => ({ inputs, attrs }) => {
    const left = operandOf(inputs.a.shape, attrs.transposeA);
    const right = operandOf(inputs.b.shape, attrs.transposeB);
    const [rows, depth, columns] = [left.rows, left.columns, right.columns];
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(left.outer, right.outer);
    const out = kernels.output([...outer, rows, columns]);
    if (size(out.shape) === 0) return out;
    const a = kernels.matrix(inputs.a, left.stride, attrs.transposeA);
    const b = kernels.matrix(inputs.b, right.stride, attrs.transposeB);
    // If the batch shares its right operand, it is one product with more rows.
    if (right.batch === 1 && !attrs.transposeA)
      kernels.multiply([left.batch * rows, depth, columns], a, b, out);
    else if (size(outer) === 1) kernels.multiply([rows, depth, columns], a, b, out);
    else kernels.multiplyEach(size(outer), [rows, depth, columns], a, stepOf(left), b, stepOf(right), out);
    return out;
  });
}

/** An operand of a batched product. */
interface Operand {
  readonly rows: number;
  readonly columns: number;
  /** Elements from one stored row to the next. */
  readonly stride: number;
  readonly outer: number[];
  /** Number of matrices. */
  readonly batch: number;
}

function operandOf(shape: readonly number[], isTransposed: boolean): Operand {
  const [height, width] = shape.slice(-2);
  const [rows, columns] = isTransposed ? [width, height] : [height, width];
  const outer = shape.slice(0, -2);
  return { rows, columns, stride: width, outer, batch: size(outer) };
}

/** Elements from one matrix of a batch to the next; 0 if all products share it. */
function stepOf({ batch, rows, columns }: Operand): number {
  return batch === 1 ? 0 : rows * columns;
}

/** Replaces gather, which takes 34 ns per element, and adds UnsortedSegmentSum, its gradient, which tfjs lacks. */
export function replaceGather(kernels: Kernels): void {
  const { backend } = kernels;

  replaceKernel<tf.GatherV2Inputs, tf.GatherV2Attrs>(tf.GatherV2, (stock) => (call) => {
    const { x, indices } = call.inputs;
    const { batchDims } = call.attrs;
    const [axis] = tf.util.parseAxisParam(call.attrs.axis, x.shape);
    const rows = x.shape[axis];
    const count = size(indices.shape);
    const offset = wordOffset(backend, indices);
    const index = kernels.heap.HEAP32.subarray(offset, offset + count);
    // The stock kernel throws for an index out of range.
    if (batchDims !== 0 || !hasWords(x) || index.some((row) => row < 0 || row >= rows)) return stock(call);
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
      const width = size(shape);
      kernels.run.addToRows({ source: x, index: segmentIds, count, width, target: out, rows: numSegments });
      return out;
    },
  );
}

/** Replaces the transposition of matrices, alone or in a batch, which tfjs copies number by number on one thread. */
export function replaceTranspose(kernels: Kernels): void {
  replaceKernel<tf.TransposeInputs, tf.TransposeAttrs>(tf.Transpose, (stock) => (call) => {
    const { x } = call.inputs;
    const sides = swappedSides(x.shape, call.attrs.perm);
    if (x.dtype !== "float32" || sides === undefined || size(x.shape) === 0) return stock(call);
    const [matrices, rows, columns] = sides;
    const out = kernels.output(call.attrs.perm.map((axis) => x.shape[axis]));
    kernels.run.transposeEach(
      { source: x, rows, columns, target: out },
      { units: matrices * Math.ceil(columns / 4), operations: size(x.shape) },
    );
    return out;
  });
}

/** [matrices, rows, columns] if a permutation of axes swaps the sides of a batch of matrices. */
function swappedSides(
  shape: readonly number[],
  order: readonly number[],
): [number, number, number] | undefined {
  const moved = order.findIndex((axis, i) => axis !== i);
  if (moved < 0) return undefined;
  const cut = order[moved];
  const axes = [...shape.keys()];
  const expected = [...axes.slice(0, moved), ...axes.slice(cut), ...axes.slice(moved, cut)];
  if (expected.some((axis, i) => axis !== order[i])) return undefined;
  return [size(shape.slice(0, moved)), size(shape.slice(moved, cut)), size(shape.slice(cut))];
}

/** Replaces exp and tanh, which tfjs computes one by one with the C library. */
export function replaceElementwise(kernels: Kernels): void {
  const { exponential, hyperbolicTangent } = kernels.run;
  for (const [name, compute] of [
    [tf.Exp, exponential],
    [tf.Tanh, hyperbolicTangent],
  ] as const) {
    replaceKernel<tf.UnaryInputs, object>(name, (stock) => (call) => {
      const { x } = call.inputs;
      if (x.dtype !== "float32") return stock(call);
      const out = kernels.output(x.shape);
      const { count, ...work } = elementwise(x, 20);
      compute({ x, count, out }, work);
      return out;
    });
  }
}

/**
 * Replaces sum and mean, which tfjs adds up in single precision. This loses one or two digits if the numbers have both signs, as in
 * gradients of biases. Our kernels add in double precision.
 */
export function replaceSums(kernels: Kernels): void {
  replaceKernel<tf.SumInputs, tf.SumAttrs>(tf.Sum, (stock) => reduction(kernels, stock, () => 1));
  replaceKernel<tf.MeanInputs, tf.MeanAttrs>(tf.Mean, (stock) =>
    reduction(kernels, stock, (count) => 1 / count),
  );
}

/** @param scale the factor of a sum of `count` numbers */
function reduction(
  kernels: Kernels,
  stock: Kernel<tf.SumInputs, tf.SumAttrs>,
  scale: (count: number) => number,
): Kernel<tf.SumInputs, tf.SumAttrs> {
  return (call) => {
    const { x } = call.inputs;
    const axes = tf.util.parseAxisParam(call.attrs.axis, x.shape);
    const [first] = axes;
    const adjacent = axes.every((axis, i) => axis === first + i);
    if (x.dtype !== "float32" || axes.length === 0 || !adjacent) return stock(call);
    const end = first + axes.length;
    const reduced = call.attrs.keepDims ? axes.map(() => 1) : [];
    const out = call.backend.makeOutput(
      [...x.shape.slice(0, first), ...reduced, ...x.shape.slice(end)],
      x.dtype,
    );
    const count = size(x.shape.slice(first, end));
    const [outer, inner] = [size(x.shape.slice(0, first)), size(x.shape.slice(end))];
    if (inner === 1) {
      const work = { units: outer, operations: outer * count };
      kernels.run.sumColumns({ source: x, width: count, scale: scale(count), out }, work);
    } else kernels.sumRows(x, [outer, count, inner], out, scale(count));
    return out;
  };
}
