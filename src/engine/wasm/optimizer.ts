import type * as tf from "@tensorflow/tfjs-core";
import { util } from "@tensorflow/tfjs-core";
import type { AdamWNumbers } from "../ops/adam-w";
import { moduleOf, replaceKernel, wordOffset } from "./heap";
import type { OwnKernels } from "./own-kernels";

type Inputs = Readonly<Record<string, tf.TensorInfo>>;

interface OutsideMoments {
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly decay: number;
}

const wordBytes = 4;

/** Elements of moments that come into the engine's memory at a time. */
const pieceSize = 2 ** 20;

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

/** A parameter's tensors in memory: addresses of itself, its gradient and both moments. */
interface Update {
  readonly addresses: readonly number[];
  readonly count: number;
  readonly decay: number;
}

function update(kernels: OwnKernels, updates: readonly Update[], numbers: AdamWNumbers): void {
  const blocks = blocksOf(updates.map(({ count }) => count));
  kernels.withMemory([6 * wordBytes * blocks.length], (table) => {
    const { HEAP32, HEAPF32 } = moduleOf(kernels.backend);
    blocks.forEach(({ tensor, start, count }, block) => {
      const { addresses, decay } = updates[tensor];
      const own = (table >>> 2) + 6 * block;
      HEAP32.set(
        addresses.map((address) => address + start * wordBytes),
        own,
      );
      HEAP32[own + 4] = count;
      HEAPF32[own + 5] = decay;
    });
    const { scale, beta1, beta2, stepSize, correction, epsilon } = numbers;
    const operations = 20 * updates.reduce((sum, { count }) => sum + count, 0);
    kernels.run(
      "adamW",
      blocks.length,
      operations,
      table,
      scale,
      beta1,
      beta2,
      stepSize,
      correction,
      epsilon,
    );
  });
}

/** The optimizer's passes over all parameters and gradients. */
export function registerOptimizer(kernels: OwnKernels): void {
  // parameter0, gradient0, first0, second0, parameter1 …
  replaceKernel<Inputs, AdamWNumbers & { readonly decays: readonly number[] }>(
    "AdamW",
    () =>
      ({ inputs, attrs }) => {
        const updates = attrs.decays.map((decay, i) => {
          const set = ["parameter", "gradient", "first", "second"].map((name) => inputs[`${name}${i}`]);
          const addresses = set.map((tensor) => kernels.address(tensor));
          return { addresses, count: util.sizeFromShape(set[0].shape), decay };
        });
        update(kernels, updates, attrs);
        return [];
      },
  );

  // One parameter whose moments lie in plain memory: they come in piece by piece.
  replaceKernel<Inputs, AdamWNumbers & OutsideMoments>("AdamWOutside", () => ({ inputs, attrs }) => {
    const [parameter, gradient] = [inputs.parameter, inputs.gradient].map((tensor) =>
      kernels.address(tensor),
    );
    const moments = [attrs.first, attrs.second];
    const size = util.sizeFromShape(inputs.parameter.shape);
    kernels.withMemory([pieceSize * wordBytes, pieceSize * wordBytes], (...copies) => {
      for (let start = 0; start < size; start += pieceSize) {
        const count = Math.min(pieceSize, size - start);
        const here = [parameter, gradient].map((address) => address + start * wordBytes);
        const heap = () => moduleOf(kernels.backend).HEAPF32;
        for (const [i, copy] of copies.entries()) {
          heap().set(moments[i].subarray(start, start + count), copy >>> 2);
        }
        update(kernels, [{ addresses: [...here, ...copies], count, decay: attrs.decay }], attrs);
        for (const [i, copy] of copies.entries()) {
          moments[i].set(heap().subarray(copy >>> 2, (copy >>> 2) + count), start);
        }
      }
    });
    return [];
  });

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
