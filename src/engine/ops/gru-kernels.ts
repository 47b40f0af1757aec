// The GRU by kernels that go over the steps of one direction each. What does not depend on the step before is one product over
// all tokens.
import type * as tf from "@tensorflow/tfjs-core";
import { wordBytes } from "../wasm/heap";
import type { Kernels } from "../wasm/kernels";
import type { GruAttributes, GruInputs } from "./gru-inputs";
import { packedOrder } from "./gru-packed-order";

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
  const { rows, counts, tokens } = packedOrder(lengths);
  const value = kernels.output([rows, 2 * hidden]);
  const states = kernels.output([2, rows, 5 * hidden]);
  kernels.reserve(kernels.run.gruScratch({ sentences: counts[0], hidden }) * wordBytes);
  kernels.withMemory([rows * gates, rows * gates], (...projected) => {
    const weights = [inputs.weightInput0, inputs.weightInput1];
    for (const [direction, weight] of weights.entries()) {
      const [x, w] = [kernels.matrix(input, size), kernels.matrix(weight, size, true)];
      kernels.multiply([rows, size, gates], x, w, projected[direction]);
    }
    kernels.withLists([counts, ...tokens], (countsAt, ...tokensAt) => {
      const at = (tensor: tf.TensorInfo) => kernels.address(tensor);
      const table = [
        [projected[0], at(inputs.weightHidden0), at(inputs.biasInput0), at(inputs.biasHidden0), tokensAt[0]],
        [projected[1], at(inputs.weightHidden1), at(inputs.biasInput1), at(inputs.biasHidden1), tokensAt[1]],
      ];
      kernels.withLists([table.flat()], (tableAt) => {
        const compute = byBlas(kernels, counts, hidden) ? kernels.run.blasGruForward : kernels.run.gruForward;
        compute(
          {
            table: tableAt,
            counts: countsAt,
            steps: counts.length,
            rows,
            hidden,
            saved: states,
            output: value,
          },
          { units: 2, operations: 4 * rows * hidden * gates },
        );
      });
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
  const { rows, counts, tokens } = packedOrder(lengths);
  const later = rows - counts[0];
  const dInput = kernels.output(input.shape);
  const shapes = [[gates, size], [gates, hidden], [gates], [gates]];
  const dParameters = [0, 1].map(() => shapes.map((shape) => kernels.output(shape)));
  kernels.reserve(kernels.run.gruScratch({ sentences: counts[0], hidden }) * wordBytes);
  const each = [rows * gates, rows * gates, later * hidden];
  kernels.withMemory([...each, ...each], (...memory) => {
    const results = [memory.slice(0, 3), memory.slice(3)];
    kernels.withLists([counts, ...tokens], (countsAt, ...tokensAt) => {
      const table = [
        [kernels.address(saved.weightHidden0), tokensAt[0], ...results[0]],
        [kernels.address(saved.weightHidden1), tokensAt[1], ...results[1]],
      ];
      kernels.withLists([table.flat()], (tableAt) => {
        const compute = byBlas(kernels, counts, hidden)
          ? kernels.run.blasGruBackward
          : kernels.run.gruBackward;
        compute(
          {
            table: tableAt,
            counts: countsAt,
            steps: counts.length,
            rows,
            hidden,
            saved: states,
            dOutput: dy,
          },
          { units: 2, operations: 4 * rows * hidden * gates },
        );
      });
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

/** Whether a library computes the products of the steps, by the largest of them. */
function byBlas(kernels: Kernels, counts: Int32Array, hidden: number): boolean {
  return kernels.sendsToBlas(2 * counts[0] * hidden * 3 * hidden);
}
