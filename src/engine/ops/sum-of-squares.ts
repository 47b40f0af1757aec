import * as tf from "@tensorflow/tfjs-core";
import { scoped } from "../memory";
import { wordBytes, wordOffset } from "../wasm/heap";
import { blocksOf } from "../wasm/work";
import { kernelOp } from "./fused";

/** The sum of the squares of all elements of all tensors. */
export function sumOfSquares(tensors: readonly tf.Tensor[]): number {
  return scoped(() => {
    const [sum] = sumOfSquaresOp.exists()
      ? sumOfSquaresOp(Object.fromEntries(tensors.entries()), {})
      : [tf.sum(tf.stack(tensors.map((tensor) => tf.sum(tf.square(tensor)))))];
    return sum.dataSync()[0];
  });
}

const sumOfSquaresOp = kernelOp(
  "SumOfSquares",
  (kernels, inputs: Readonly<Record<string, tf.TensorInfo>>) => {
    const tensors = Object.values(inputs);
    const { blocks, ...work } = blocksOf(tensors, 8);
    const out = kernels.output([]);
    const table = blocks.flatMap(({ tensor, start, count }) => [
      kernels.address(tensors[tensor]) + start * wordBytes,
      count,
    ]);
    kernels.withLists([table], (tableAt) =>
      kernels.withMemory([2 * blocks.length], (sums) => {
        kernels.run.sumOfSquares({ table: tableAt, out: sums }, work);
        const { HEAPF32, wasmMemory } = kernels.heap;
        const squares = new Float64Array(wasmMemory.buffer, sums, blocks.length);
        HEAPF32[wordOffset(kernels.backend, out)] = squares.reduce((sum, square) => sum + square, 0);
      }),
    );
    return [out];
  },
);
