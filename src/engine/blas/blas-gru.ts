// The GRU of ../kernels/gru.ts, with the products of its steps computed by a BLAS.
import type { NumberFunction } from "../wasm/heap";
import { kernelParameters } from "../wasm/kernel-parameters.generated";
import type { Multiply } from "./blas-product";

const wordBytes = 4;

/** The parameter names of {@link gruKernels}, in order: those of our WebAssembly kernels. */
export const gruParameters: {
  readonly blasGruForward: typeof kernelParameters.gruForward;
  readonly blasGruBackward: typeof kernelParameters.gruBackward;
} = {
  blasGruForward: kernelParameters.gruForward,
  blasGruBackward: kernelParameters.gruBackward,
};

/** @param cells our WebAssembly kernels for the cells of one step */
export function gruKernels(
  multiply: Multiply,
  memory: WebAssembly.Memory,
  cells: Readonly<Record<"gruForwardCells" | "gruBackwardCells", NumberFunction>>,
): Readonly<Record<keyof typeof gruParameters, NumberFunction>> {
  // Addresses and counts are unsigned.
  const wordsAt = (address: number, count: number): number[] => [
    ...new Uint32Array(memory.buffer, address, count),
  ];
  const clear = (address: number, count: number): void => {
    new Float32Array(memory.buffer, address, count).fill(0);
  };

  return {
    blasGruForward(first, end, ...parameters) {
      const [table, countsAt, steps, rows, hidden, saved, output, product] = parameters;
      const row = 5 * hidden * wordBytes;
      const counts = wordsAt(countsAt, steps);
      for (let direction = first; direction < end; direction++) {
        const entry = wordsAt(table + 5 * wordBytes * direction, 5);
        const [projected, weight, biasInput, biasHidden] = entry;
        const half = output + hidden * wordBytes * direction;
        let tokens = entry[4];
        let step = saved + row * rows * direction;
        let before = 0;
        clear(product, counts[0] * 3 * hidden);
        for (const count of counts) {
          if (before !== 0) {
            const states = before + 4 * hidden * wordBytes;
            multiply(
              [count, hidden, 3 * hidden],
              [states, 5 * hidden, 1],
              [weight, 1, hidden],
              [product, 3 * hidden],
              0,
            );
          }
          const weights = [biasInput, biasHidden];
          cells.gruForwardCells(projected, product, ...weights, tokens, count, before, hidden, step, half);
          before = step;
          tokens += count * wordBytes;
          step += count * row;
        }
      }
      return 0;
    },

    blasGruBackward(first, end, ...parameters) {
      const [table, countsAt, steps, rows, hidden, saved, dOutput, carried] = parameters;
      const row = 5 * hidden * wordBytes;
      const counts = wordsAt(countsAt, steps);
      for (let direction = first; direction < end; direction++) {
        const [weight, tokens, dProjected, dProduct, previous] = wordsAt(
          table + 5 * wordBytes * direction,
          5,
        );
        const states = saved + row * rows * direction;
        const half = dOutput + hidden * wordBytes * direction;
        clear(carried, counts[0] * hidden);
        let firstRow = rows;
        for (let step = steps - 1; step >= 0; step--) {
          const count = counts[step];
          firstRow -= count;
          const gradient = dProduct + 3 * hidden * wordBytes * firstRow;
          cells.gruBackwardCells(
            half,
            carried,
            states + row * firstRow,
            tokens + wordBytes * firstRow,
            count,
            step > 0 ? states + row * (firstRow - counts[step - 1]) : 0,
            hidden,
            dProjected,
            gradient,
            previous + hidden * wordBytes * (firstRow - counts[0]),
          );
          if (step === 0) break;
          multiply(
            [count, 3 * hidden, hidden],
            [gradient, 3 * hidden, 1],
            [weight, hidden, 1],
            [carried, hidden],
            1,
          );
        }
      }
      return 0;
    },
  };
}
