/** Elements of a block, the unit of work of a pass over all parameters. */
const blockSize = 16_384;

export interface Block {
  /** Of which tensor. */
  readonly tensor: number;
  /** Its first element. */
  readonly start: number;
  readonly count: number;
}

/** Cuts tensors of the given numbers of elements into blocks. */
export function blocksOf(sizes: readonly number[]): Block[] {
  return sizes.flatMap((size, tensor) =>
    Array.from({ length: Math.ceil(size / blockSize) }, (_, block) => ({
      tensor,
      start: block * blockSize,
      count: Math.min(blockSize, size - block * blockSize),
    })),
  );
}
