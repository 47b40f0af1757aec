// Stock tfjs takes XNNPACK's fast product only for a single, untransposed pair of matrices, and falls to scalar code
// (up to 50 times slower) for everything else, which the gradient of every matMul needs. This kernel turns the other cases
// into that one: a transposed operand is transposed in memory first, a batch times one matrix becomes a product of more
// rows, and a batch of pairs becomes a loop.

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { moduleOf, replaceKernel } from "./heap";

const size = tf.util.sizeFromShape;

/** Batched products of fewer multiplications each are quicker in scalar code than with XNNPACK's set-up (2 µs each). */
const smallProduct = 2048;

/** A batch of matrices, [batch, rows, columns]. */
interface Matrices {
  readonly tensor: tf.TensorInfo;
  readonly shape: readonly [batch: number, rows: number, columns: number];
  /** Made here, to be disposed after the product. */
  readonly temporary: boolean;
}

function untransposed(backend: BackendWasm, x: tf.TensorInfo, transposed: boolean): Matrices {
  const [rows, columns] = x.shape.slice(-2);
  const batch = size(x.shape.slice(0, -2));
  if (!transposed) return { tensor: x, shape: [batch, rows, columns], temporary: false };
  const transpose = tf.getKernel(tf.Transpose, "wasm").kernelFunc;
  const matrices = { ...x, shape: [batch, rows, columns] };
  const tensor = transpose({ inputs: { x: matrices }, backend, attrs: { perm: [0, 2, 1] } });
  return { tensor: tensor as tf.TensorInfo, shape: [batch, columns, rows], temporary: true };
}

/** Makes each matrix known to tfjs's C++ side under an id of its own, in place. */
function register(backend: BackendWasm, { tensor, shape: [batch, rows, columns] }: Matrices): number[] {
  const start = backend.getMemoryOffset(tensor.dataId);
  return Array.from({ length: batch }, (_, i) => {
    const { dataId } = backend.makeOutput([rows, columns], "float32", start + i * rows * columns * 4);
    const { id } = backend.dataIdMap.get(dataId);
    // Forgotten on this side without freeing: the memory is the whole tensor's.
    backend.dataIdMap.delete(dataId);
    return id;
  });
}

function unregister(backend: BackendWasm, ids: readonly number[]): void {
  for (const id of ids) moduleOf(backend).tfjs.disposeData(id);
}

/**
 * Ids of the matrices of right operands, kept while their tensor lives: XNNPACK packs a right operand once and knows it
 * again by its id. (Stock tfjs uses the tensor's own id and so multiplies wrongly after a reshape.)
 */
class RightOperands {
  private readonly known = new Map<tf.DataId, { shape: string; ids: number[] }>();

  constructor(private readonly backend: BackendWasm) {
    const dispose = backend.disposeData.bind(backend);
    backend.disposeData = (dataId, force) => {
      const gone = dispose(dataId, force);
      if (gone) this.forget(dataId);
      return gone;
    };
  }

  ids(matrices: Matrices): readonly number[] {
    const { dataId } = matrices.tensor;
    const shape = matrices.shape.join();
    const found = this.known.get(dataId);
    if (found?.shape === shape) return found.ids;
    this.forget(dataId);
    const ids = register(this.backend, matrices);
    this.known.set(dataId, { shape, ids });
    return ids;
  }

  private forget(dataId: tf.DataId): void {
    const found = this.known.get(dataId);
    if (found === undefined) return;
    unregister(this.backend, found.ids);
    this.known.delete(dataId);
  }
}

const bytes = (...shape: number[]): Uint8Array => new Uint8Array(new Int32Array(shape).buffer);

/** The C++ kernel: ids and shapes (and their ranks) of both operands, whether to transpose them, id of the output. */
const parameters = ["number", "array", "number", "number", "array", "number", "number", "number", "number"];

export function replaceMatMul(backend: BackendWasm): void {
  const multiply = moduleOf(backend).cwrap(tf.BatchMatMul, null, parameters);
  const rightOperands = new RightOperands(backend);
  const idOf = ({ tensor }: Pick<Matrices, "tensor">): number => backend.dataIdMap.get(tensor.dataId).id;

  replaceKernel<tf.BatchMatMulInputs, tf.BatchMatMulAttrs>(tf.BatchMatMul, () => ({ inputs, attrs }) => {
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(
      inputs.a.shape.slice(0, -2),
      inputs.b.shape.slice(0, -2),
    );
    const left = untransposed(backend, inputs.a, attrs.transposeA);
    const right = untransposed(backend, inputs.b, attrs.transposeB);
    const [leftBatch, leftRows, inner] = left.shape;
    const [rightBatch, , columns] = right.shape;
    const out = backend.makeOutput([...outer, leftRows, columns], "float32");
    if (size(out.shape) * inner === 0) {
      backend.typedArrayFromHeap(out).fill(0);
    } else if (rightBatch > 1 && leftBatch === rightBatch && leftRows * inner * columns < smallProduct) {
      multiply(
        idOf(left),
        bytes(...left.shape),
        3,
        idOf(right),
        bytes(...right.shape),
        3,
        0,
        0,
        idOf({ tensor: out }),
      );
    } else {
      const rows = rightBatch === 1 ? leftBatch * leftRows : leftRows;
      const leftIds = register(backend, {
        ...left,
        shape: [rightBatch === 1 ? 1 : leftBatch, rows, inner],
      });
      const rightIds = rightOperands.ids(right);
      const outIds = register(backend, { tensor: out, shape: [rightBatch, rows, columns], temporary: false });
      const leftShape = bytes(1, rows, inner);
      const rightShape = bytes(1, inner, columns);
      for (let i = 0; i < rightBatch; i++) {
        const leftId = leftIds[leftIds.length === 1 ? 0 : i];
        multiply(leftId, leftShape, 3, rightIds[i], rightShape, 3, 0, 0, outIds[i]);
      }
      unregister(backend, leftIds);
      unregister(backend, outIds);
    }
    for (const { temporary, tensor } of [left, right]) if (temporary) backend.disposeData(tensor.dataId);
    return out;
  });
}
