// Bidirectional GRU: what does not depend on the step before is one product over all tokens.
import type * as tf from "@tensorflow/tfjs-core";
import type { GruKernelAttributes } from "../ops/gru-fused";
import { moduleOf, replaceKernel } from "./heap";
import { matrix, type OwnKernels } from "./own-kernels";
import { type PackedOrder, packedOrder } from "./packed-order";

type Attributes = GruKernelAttributes & object;

interface ForwardInputs {
  /** [tokens, in] */
  readonly input: tf.TensorInfo;
  readonly [parameter: string]: tf.TensorInfo;
}

interface BackwardInputs extends ForwardInputs {
  /** [tokens, 2 · hidden] */
  readonly dOutput: tf.TensorInfo;
  /** What the forward pass saved. */
  readonly saved: tf.TensorInfo;
}

const directions = [0, 1] as const;
const wordBytes = 4;

/** Writes words one after the other; returns where each list of them begins. */
function writeWords(kernels: OwnKernels, address: number, lists: readonly ArrayLike<number>[]): number[] {
  let next = address;
  return lists.map((list) => {
    moduleOf(kernels.backend).HEAP32.set(list, next >>> 2);
    next += list.length * wordBytes;
    return next - list.length * wordBytes;
  });
}

/** Bytes of the packed order and a table of five addresses for each direction. */
const orderBytes = ({ rows, counts }: PackedOrder): number => (counts.length + 2 * rows + 10) * wordBytes;

function forward(kernels: OwnKernels, inputs: ForwardInputs, { lengths }: Attributes): tf.TensorInfo[] {
  const { backend } = kernels;
  const size = inputs.input.shape[1];
  const hidden = inputs.weightHidden0.shape[1];
  const gates = 3 * hidden;
  const order = packedOrder(lengths);
  const { rows, counts } = order;
  const output = backend.makeOutput([rows, 2 * hidden], "float32");
  const saved = backend.makeOutput([2, rows, 5 * hidden], "float32");
  kernels.reserve(kernels.call("gruScratch", counts[0], hidden) * wordBytes);
  const projection = rows * gates * wordBytes;
  kernels.withMemory([orderBytes(order), projection, projection], (orderAt, ...projected) => {
    const at = (name: string) => kernels.address(inputs[name]);
    for (const d of directions) {
      const input = matrix(at("input"), size);
      const weight = matrix(at(`weightInput${d}`), size, true);
      kernels.multiply([rows, size, gates], input, weight, projected[d]);
    }
    const [countsAt, ...tokensAt] = writeWords(kernels, orderAt, [counts, ...order.tokens]);
    const table = orderAt + (counts.length + 2 * rows) * wordBytes;
    const entries = directions.map((d) => [
      projected[d],
      at(`weightHidden${d}`),
      at(`biasInput${d}`),
      at(`biasHidden${d}`),
      tokensAt[d],
    ]);
    writeWords(kernels, table, entries);
    kernels.run(
      "gruForward",
      2,
      4 * rows * hidden * gates,
      table,
      countsAt,
      counts.length,
      rows,
      hidden,
      kernels.address(saved),
      kernels.address(output),
    );
  });
  return [output, saved];
}

/** Gradients of the input and of each direction's input weight, hidden weight, input bias and hidden bias. */
function backward(kernels: OwnKernels, inputs: BackwardInputs, { lengths }: Attributes): tf.TensorInfo[] {
  const { backend } = kernels;
  const { input, dOutput, saved } = inputs;
  const size = input.shape[1];
  const hidden = inputs.weightHidden0.shape[1];
  const gates = 3 * hidden;
  const order = packedOrder(lengths);
  const { rows, counts } = order;
  const later = rows - counts[0];
  const dInput = backend.makeOutput(input.shape, "float32");
  const shapes = [[gates, size], [gates, hidden], [gates], [gates]];
  const dParameters = directions.map(() => shapes.map((shape) => backend.makeOutput(shape, "float32")));
  kernels.reserve(kernels.call("gruScratch", counts[0], hidden) * wordBytes);
  const each = [rows * gates, rows * gates, later * hidden].map((words) => words * wordBytes);
  kernels.withMemory([orderBytes(order), ...each, ...each], (orderAt, ...memory) => {
    const at = (name: string) => kernels.address(inputs[name]);
    const results = [memory.slice(0, 3), memory.slice(3)];
    const [countsAt, ...tokensAt] = writeWords(kernels, orderAt, [counts, ...order.tokens]);
    const table = orderAt + (counts.length + 2 * rows) * wordBytes;
    const entries = directions.map((d) => [at(`weightHidden${d}`), tokensAt[d], ...results[d]]);
    writeWords(kernels, table, entries);
    kernels.run(
      "gruBackward",
      2,
      4 * rows * hidden * gates,
      table,
      countsAt,
      counts.length,
      rows,
      hidden,
      kernels.address(saved),
      kernels.address(dOutput),
    );
    for (const d of directions) {
      const [dProjected, dProduct, previous] = results[d];
      const [dWeightInput, dWeightHidden, dBiasInput, dBiasHidden] = dParameters[d].map((tensor) =>
        kernels.address(tensor),
      );
      const byGate = matrix(dProjected, gates, true);
      kernels.multiply([gates, rows, size], byGate, matrix(at("input"), size), dWeightInput);
      // Before step 0 the states are zeros, which add nothing.
      const laterByGate = matrix(dProduct + counts[0] * gates * wordBytes, gates, true);
      kernels.multiply([gates, later, hidden], laterByGate, matrix(previous, hidden), dWeightHidden);
      kernels.call("sumRows", dProjected, 1, rows, gates, 1, dBiasInput);
      kernels.call("sumRows", dProduct, 1, rows, gates, 1, dBiasHidden);
      const weight = matrix(at(`weightInput${d}`), size);
      const target = kernels.address(dInput);
      const byToken = matrix(dProjected, gates);
      kernels.multiply([rows, gates, size], byToken, weight, target, { accumulate: d === 1 });
    }
  });
  return [dInput, ...dParameters.flat()];
}

export function registerGru(kernels: OwnKernels): void {
  replaceKernel<ForwardInputs, Attributes>(
    "GruForward",
    () =>
      ({ inputs, attrs }) =>
        forward(kernels, inputs as ForwardInputs, attrs),
  );
  replaceKernel<BackwardInputs, Attributes>(
    "GruBackward",
    () =>
      ({ inputs, attrs }) =>
        backward(kernels, inputs as BackwardInputs, attrs),
  );
}
