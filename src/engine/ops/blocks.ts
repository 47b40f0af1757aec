import * as tf from "@tensorflow/tfjs-core";
import type { Work } from "../wasm/kernels";
import { blockSize } from "../wasm/outside";

export interface Block {
  /** Of which tensor. */
  readonly tensor: number;
  /** Its first element. */
  readonly start: number;
  readonly count: number;
}

/** Cuts tensors into blocks. @param operationsEach about how many an element takes */
export function blocksOf(
  tensors: readonly tf.TensorInfo[],
  operationsEach: number,
): Work & { readonly blocks: readonly Block[] } {
  const sizes = tensors.map(({ shape }) => tf.util.sizeFromShape(shape));
  const blocks = sizes.flatMap((size, tensor) =>
    Array.from({ length: Math.ceil(size / blockSize) }, (_, block) => ({
      tensor,
      start: block * blockSize,
      count: Math.min(blockSize, size - block * blockSize),
    })),
  );
  const operations = operationsEach * sizes.reduce((sum, size) => sum + size, 0);
  return { blocks, units: blocks.length, operations };
}
