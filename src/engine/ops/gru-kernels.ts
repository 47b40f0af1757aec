// GRU kernels. A unit of work is one direction, step after step. Whatever does not depend on the previous step is one product
// over all tokens.
import type * as tf from "@tensorflow/tfjs-core";
import { wordBytes } from "../wasm/heap";
import type { Kernels } from "../wasm/kernels";
import type { Work } from "../wasm/work";
import type { GruAttributes, GruInputs } from "./gru-inputs";
import { type PackedOrder, packedOrder } from "./gru-order";

/** @returns the output [tokens, 2 · hidden] and the states that {@link gruBackward} reads */
export function gruForward(
  kernels: Kernels,
  inputs: GruInputs<tf.TensorInfo>,
  { lengths }: GruAttributes,
): Record<"value" | "states", tf.TensorInfo> {
  const { input } = inputs;
  const [, size] = input.shape;
  const hidden = inputs.weightHidden0.shape[1];
  const gates = 3 * hidden;
  const order = packedOrder(lengths);
  const { rows } = order;
  const value = kernels.output([rows, 2 * hidden]);
  const states = kernels.output([2, rows, 5 * hidden]);
  kernels.withMemory([rows * gates, rows * gates], (...projected) => {
    const weights = [inputs.weightInput0, inputs.weightInput1];
    for (const [direction, weight] of weights.entries()) {
      const [x, w] = [kernels.matrix(input, size), kernels.matrix(weight, size, true)];
      kernels.multiply([rows, size, gates], x, w, projected[direction]);
    }
    const address = (tensor: tf.TensorInfo) => kernels.address(tensor);
    const entries = [
      [projected[0], address(inputs.weightHidden0), address(inputs.biasInput0), address(inputs.biasHidden0)],
      [projected[1], address(inputs.weightHidden1), address(inputs.biasInput1), address(inputs.biasHidden1)],
    ];
    const table = (tokensAt: readonly number[]) => entries.map((entry, d) => [...entry, tokensAt[d]]);
    withSteps(kernels, order, hidden, table, (steps, byBlas, work) => {
      const run = byBlas ? kernels.run.blasGruForward : kernels.run.gruForward;
      run({ ...steps, saved: states, output: value }, work);
    });
  });
  return { value, states };
}

/** Gradients of the input, then of each direction's input weight, hidden weight, input bias and hidden bias. */
export function gruBackward(
  kernels: Kernels,
  saved: GruInputs<tf.TensorInfo> & Readonly<Record<"states" | "dy", tf.TensorInfo>>,
  { lengths }: GruAttributes,
): tf.TensorInfo[] {
  const { input, states, dy } = saved;
  const [, size] = input.shape;
  const hidden = saved.weightHidden0.shape[1];
  const gates = 3 * hidden;
  const order = packedOrder(lengths);
  const { rows, counts } = order;
  const later = rows - counts[0];
  const dInput = kernels.output(input.shape);
  const shapes = [[gates, size], [gates, hidden], [gates], [gates]];
  const dParameters = [0, 1].map(() => shapes.map((shape) => kernels.output(shape)));
  const each = [rows * gates, rows * gates, later * hidden];
  kernels.withMemory([...each, ...each], (...memory) => {
    const results = [memory.slice(0, 3), memory.slice(3)];
    const weightsAt = [saved.weightHidden0, saved.weightHidden1].map((tensor) => kernels.address(tensor));
    const table = (tokensAt: readonly number[]) =>
      weightsAt.map((weight, d) => [weight, tokensAt[d], ...results[d]]);
    withSteps(kernels, order, hidden, table, (steps, byBlas, work) => {
      const run = byBlas ? kernels.run.blasGruBackward : kernels.run.gruBackward;
      run({ ...steps, saved: states, dOutput: dy }, work);
    });
    const weights = [saved.weightInput0, saved.weightInput1];
    for (const [direction, weight] of weights.entries()) {
      const [dProjected, dProduct, previous] = results[direction];
      const [dWeightInput, dWeightHidden, dBiasInput, dBiasHidden] = dParameters[direction];
      const byGate = kernels.matrix(dProjected, gates, true);
      kernels.multiply([gates, rows, size], byGate, kernels.matrix(input, size), dWeightInput);
      // The states before step 0 are zeros and add nothing.
      const laterByGate = kernels.matrix(dProduct + counts[0] * gates * wordBytes, gates, true);
      kernels.multiply([gates, later, hidden], laterByGate, kernels.matrix(previous, hidden), dWeightHidden);
      kernels.sumRows(dProjected, [1, rows, gates], dBiasInput);
      kernels.sumRows(dProduct, [1, rows, gates], dBiasHidden);
      const byToken = kernels.matrix(dProjected, gates);
      const accumulate = direction === 1;
      kernels.multiply([rows, gates, size], byToken, kernels.matrix(weight, size), dInput, { accumulate });
    }
  });
  return [dInput, ...dParameters.flat()];
}

/**
 * Number of sentences from which the library computes a step faster than our kernel. Measured with OpenBLAS at hidden widths from
 * 50 to 768: our kernel is 1.2 to 2.5 times as fast for up to three sentences, equal for four, slower from six on.
 */
const fewestBlasSentences = 4;

/**
 * Writes the order of the steps to memory and calls `compute` with the arguments that both kernels share.
 *
 * @param table returns five addresses per direction, given the address of each direction's tokens
 * @param compute `byBlas`: whether a BLAS multiplies; the largest step decides for all
 */
function withSteps(
  kernels: Kernels,
  { rows, counts, tokens }: PackedOrder,
  hidden: number,
  table: (tokensAt: readonly number[]) => number[][],
  compute: (
    steps: Readonly<Record<"table" | "counts" | "steps" | "rows" | "hidden", number>>,
    byBlas: boolean,
    work: Work,
  ) => void,
): void {
  const gates = 3 * hidden;
  kernels.reserve(kernels.run.gruScratch({ sentences: counts[0], hidden }) * wordBytes);
  kernels.withLists([counts, ...tokens], (countsAt, ...tokensAt) => {
    kernels.withLists([table(tokensAt).flat()], (tableAt) => {
      const steps = { table: tableAt, counts: countsAt, steps: counts.length, rows, hidden };
      const byBlas = counts[0] >= fewestBlasSentences && kernels.sendsToBlas(2 * counts[0] * hidden * gates);
      compute(steps, byBlas, { units: 2, operations: 4 * rows * hidden * gates });
    });
  });
}
