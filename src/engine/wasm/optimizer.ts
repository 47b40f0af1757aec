import type * as tf from "@tensorflow/tfjs-core";
import { util } from "@tensorflow/tfjs-core";
import type { AdamWNumbers } from "../ops/adam-w";
import { moduleOf, replaceKernel, wordOffset } from "./heap";
import type { OwnKernels } from "./own-kernels";

type Inputs = Readonly<Record<string, tf.TensorInfo>>;

const wordBytes = 4;

/** Elements of a block, the unit of work of a pass over all parameters. */
const blockSize = 16_384;

/** Blocks of tensors of several sizes: of which tensor, from which element on, and how many. */
function blocksOf(sizes: readonly number[]): { tensor: number; start: number; count: number }[] {
  return sizes.flatMap((size, tensor) =>
    Array.from({ length: Math.ceil(size / blockSize) }, (_, block) => ({
      tensor,
      start: block * blockSize,
      count: Math.min(blockSize, size - block * blockSize),
    })),
  );
}

/** The optimizer's passes over all parameters and gradients. */
export function registerOptimizer(kernels: OwnKernels): void {
  // parameter0, gradient0, first0, second0, parameter1 …
  replaceKernel<Inputs, AdamWNumbers & { readonly decays: readonly number[] }>(
    "AdamW",
    () =>
      ({ inputs, attrs }) => {
        const sets = attrs.decays.map((_, i) =>
          ["parameter", "gradient", "first", "second"].map((name) => inputs[`${name}${i}`]),
        );
        const addresses = sets.map((set) => set.map((tensor) => kernels.address(tensor)));
        const sizes = sets.map(([parameter]) => util.sizeFromShape(parameter.shape));
        const blocks = blocksOf(sizes);
        kernels.withMemory([6 * wordBytes * blocks.length], (table) => {
          const { HEAP32, HEAPF32 } = moduleOf(kernels.backend);
          blocks.forEach(({ tensor, start, count }, block) => {
            const own = (table >>> 2) + 6 * block;
            HEAP32.set(
              addresses[tensor].map((address) => address + start * wordBytes),
              own,
            );
            HEAP32[own + 4] = count;
            HEAPF32[own + 5] = attrs.decays[tensor];
          });
          const { scale, beta1, beta2, stepSize, correction, epsilon } = attrs;
          const operations = 20 * sizes.reduce((sum, size) => sum + size, 0);
          const numbers = [scale, beta1, beta2, stepSize, correction, epsilon];
          kernels.run("adamW", blocks.length, operations, table, ...numbers);
        });
        return [];
      },
  );

  replaceKernel<Inputs, object>("SumOfSquares", () => ({ inputs }) => {
    const tensors = Object.values(inputs);
    const sizes = tensors.map((tensor) => util.sizeFromShape(tensor.shape));
    const blocks = blocksOf(sizes);
    const out = kernels.backend.makeOutput([], "float32");
    kernels.withMemory([2 * wordBytes * blocks.length, 8 * blocks.length], (table, sums) => {
      const { HEAP32, HEAPF32, wasmMemory } = moduleOf(kernels.backend);
      blocks.forEach(({ tensor, start, count }, block) => {
        HEAP32[(table >>> 2) + 2 * block] = kernels.address(tensors[tensor]) + start * wordBytes;
        HEAP32[(table >>> 2) + 2 * block + 1] = count;
      });
      const operations = 8 * sizes.reduce((sum, size) => sum + size, 0);
      kernels.run("sumOfSquares", blocks.length, operations, table, sums);
      const squares = new Float64Array(wasmMemory.buffer, sums, blocks.length);
      HEAPF32[wordOffset(kernels.backend, out)] = squares.reduce((sum, square) => sum + square, 0);
    });
    return [out];
  });
}
