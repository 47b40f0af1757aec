import * as tf from "@tensorflow/tfjs-core";

/** How a kernel call is cut for the threads. */
export interface Work {
  /** The number of units into which it can be cut. */
  readonly units: number;
  /** The approximate number of operations. Decides the number of threads. */
  readonly operations: number;
}

/** Elements per unit of an elementwise kernel. */
const elementsPerUnit = 1024;

/** The work of an elementwise kernel. @param operationsPerElement approximate */
export function elementwise(
  x: tf.TensorInfo,
  operationsPerElement: number,
): Work & { readonly count: number } {
  const count = tf.util.sizeFromShape(x.shape);
  return { count, units: Math.ceil(count / elementsPerUnit), operations: operationsPerElement * count };
}

/** Elements of a {@link Block}. Its parameter, gradient and moments fit into a core's cache. */
export const blockSize = 16_384;

/** A unit of a kernel that works on many tensors. */
export interface Block {
  /** The index of its tensor. */
  readonly tensor: number;
  /** Its first element. */
  readonly start: number;
  readonly count: number;
}

/** The work of a kernel on many tensors. @param operationsPerElement approximate */
export function blocksOf(
  tensors: readonly tf.TensorInfo[],
  operationsPerElement: number,
): Work & { readonly blocks: readonly Block[] } {
  const sizes = tensors.map(({ shape }) => tf.util.sizeFromShape(shape));
  const blocks = sizes.flatMap((size, tensor) =>
    Array.from({ length: Math.ceil(size / blockSize) }, (_, block) => ({
      tensor,
      start: block * blockSize,
      count: Math.min(blockSize, size - block * blockSize),
    })),
  );
  const operations = operationsPerElement * sizes.reduce((sum, size) => sum + size, 0);
  return { blocks, units: blocks.length, operations };
}
