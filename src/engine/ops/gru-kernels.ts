// The GRU by kernels that go over the steps of one direction each. What does not depend on the step before is one product over
// all tokens.
import type * as tf from "@tensorflow/tfjs-core";
import { wordBytes } from "../wasm/heap";
import type { Kernels, Work } from "../wasm/kernels";
import type { GruAttributes, GruInputs } from "./gru-inputs";
import { type PackedOrder, packedOrder } from "./gru-packed-order";

/** @returns the output [tokens, 2 · hidden], and the states of all steps for {@link gruBackward} */
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
    const at = (tensor: tf.TensorInfo) => kernels.address(tensor);
    const entries = [
      [projected[0], at(inputs.weightHidden0), at(inputs.biasInput0), at(inputs.biasHidden0)],
      [projected[1], at(inputs.weightHidden1), at(inputs.biasInput1), at(inputs.biasHidden1)],
    ];
    const table = (tokensAt: readonly number[]) => entries.map((entry, d) => [...entry, tokensAt[d]]);
    withSteps(kernels, order, hidden, table, (steps, byBlas, work) => {
      const { gruForward: own, blasGruForward } = kernels.run;
      (byBlas ? blasGruForward : own)({ ...steps, saved: states, output: value }, work);
    });
  });
  return { value, states };
}

/** Gradients of the input and of each direction's input weight, hidden weight, input bias and hidden bias. */
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
      const { gruBackward: own, blasGruBackward } = kernels.run;
      (byBlas ? blasGruBackward : own)({ ...steps, saved: states, dOutput: dy }, work);
    });
    const weights = [saved.weightInput0, saved.weightInput1];
    for (const [direction, weight] of weights.entries()) {
      const [dProjected, dProduct, previous] = results[direction];
      const [dWeightInput, dWeightHidden, dBiasInput, dBiasHidden] = dParameters[direction];
      const byGate = kernels.matrix(dProjected, gates, true);
      kernels.multiply([gates, rows, size], byGate, kernels.matrix(input, size), dWeightInput);
      // Before step 0 the states are zeros, which add nothing.
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
 * Puts the order of the steps into memory, and calls `compute` with the arguments that both kernels have.
 *
 * @param table a row of five addresses for each direction, given those of the directions' tokens
 * @param compute gets whether a library multiplies the steps, by the largest of them
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
      const byBlas = kernels.sendsToBlas(2 * counts[0] * hidden * gates);
      compute(steps, byBlas, { units: 2, operations: 4 * rows * hidden * gates });
    });
  });
}
