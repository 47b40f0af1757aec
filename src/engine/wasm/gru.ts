// Bidirectional GRU: what does not depend on the step before is one product over all tokens.
import * as tf from "@tensorflow/tfjs-core";
import type { GruKernelAttributes } from "../ops/gru-fused";
import { moduleOf, replaceKernel, wordOffset } from "./heap";
import { matrix, type OwnKernels } from "./own-kernels";
import { type PackedOrder, packedOrder } from "./packed-order";

type Attributes = GruKernelAttributes & object;

interface ForwardInputs {
  /** [batch, time, in] */
  readonly input: tf.TensorInfo;
  readonly [parameter: string]: tf.TensorInfo;
}

interface BackwardInputs extends ForwardInputs {
  /** [batch, time, 2 · hidden] */
  readonly dOutput: tf.TensorInfo;
  /** What the forward pass saved. */
  readonly saved: tf.TensorInfo;
}

const directions = [0, 1] as const;
const wordBytes = 4;

/** The packed order in memory: counts, tokens of the direction, previous rows. */
function writeOrder(kernels: OwnKernels, order: PackedOrder, direction: 0 | 1, address: number): number[] {
  let next = address;
  return [order.counts, order.tokens[direction], order.previous].map((values) => {
    moduleOf(kernels.backend).HEAP32.set(values, next >>> 2);
    next += values.length * wordBytes;
    return next - values.length * wordBytes;
  });
}

function zeros(kernels: OwnKernels, shape: number[]): tf.TensorInfo {
  const out = kernels.backend.makeOutput(shape, "float32");
  const start = wordOffset(kernels.backend, out);
  moduleOf(kernels.backend).HEAPF32.fill(0, start, start + tf.util.sizeFromShape(shape));
  return out;
}

const orderBytes = ({ rows, counts }: PackedOrder): number => (counts.length + 2 * rows) * wordBytes;

function forward(kernels: OwnKernels, inputs: ForwardInputs, { lengths }: Attributes): tf.TensorInfo[] {
  const { run, backend } = kernels;
  const [batch, time, size] = inputs.input.shape;
  const hidden = inputs.weightHidden0.shape[1];
  const order = packedOrder(lengths, time);
  const { rows, counts } = order;
  const output = zeros(kernels, [batch, time, 2 * hidden]);
  const saved = backend.makeOutput([2, rows, 5 * hidden], "float32");
  const scratch = [orderBytes(order), rows * size * 4, rows * 3 * hidden * 4];
  kernels.withScratch([...scratch, run.gruScratch(counts[0], hidden) * 4], (...addresses) => {
    const [orderAt, packedInput, projected, working] = addresses;
    for (const direction of directions) {
      const parameter = (name: string) => kernels.address(inputs[`${name}${direction}`]);
      const [countsAt, tokens] = writeOrder(kernels, order, direction, orderAt);
      run.gatherRows(kernels.address(inputs.input), size, tokens, rows, size, packedInput, size);
      kernels.multiply(
        [rows, size, 3 * hidden],
        matrix(packedInput, size),
        matrix(parameter("weightInput"), size, true),
        projected,
      );
      const savedAt = kernels.address(saved) + direction * rows * 5 * hidden * wordBytes;
      run.gruForward(
        projected,
        parameter("weightHidden"),
        parameter("biasInput"),
        parameter("biasHidden"),
        countsAt,
        counts.length,
        hidden,
        savedAt,
        working,
      );
      const states = savedAt + 4 * hidden * wordBytes;
      const half = kernels.address(output) + direction * hidden * wordBytes;
      run.scatterRows(states, 5 * hidden, tokens, rows, hidden, half, 2 * hidden, 0);
    }
  });
  return [output, saved];
}

/** Gradients of the input and of each direction's input weight, hidden weight, input bias and hidden bias. */
function backward(kernels: OwnKernels, inputs: BackwardInputs, { lengths }: Attributes): tf.TensorInfo[] {
  const { run, backend } = kernels;
  const { input, dOutput, saved } = inputs;
  const [, time, size] = input.shape;
  const hidden = inputs.weightHidden0.shape[1];
  const gates = 3 * hidden;
  const order = packedOrder(lengths, time);
  const { rows, counts, previous } = order;
  const dInput = zeros(kernels, input.shape);
  const shapes = [[gates, size], [gates, hidden], [gates], [gates]];
  const dParameters = directions.map(() => shapes.map((shape) => backend.makeOutput(shape, "float32")));
  const scratch = [rows * size, rows * hidden, rows * gates, rows * gates, run.gruScratch(counts[0], hidden)];
  kernels.withScratch([orderBytes(order), ...scratch.map((words) => words * wordBytes)], (...addresses) => {
    const [orderAt, packed, states, dProjected, dProduct, working] = addresses;
    for (const direction of directions) {
      const [dWeightInput, dWeightHidden, dBiasInput, dBiasHidden] = dParameters[direction].map((tensor) =>
        kernels.address(tensor),
      );
      const [countsAt, tokens, previousAt] = writeOrder(kernels, order, direction, orderAt);
      const savedAt = kernels.address(saved) + direction * rows * 5 * hidden * wordBytes;
      const half = kernels.address(dOutput) + direction * hidden * wordBytes;
      run.gatherRows(half, 2 * hidden, tokens, rows, hidden, states, hidden);
      run.gruBackward(
        states,
        savedAt,
        kernels.address(inputs[`weightHidden${direction}`]),
        countsAt,
        counts.length,
        rows,
        hidden,
        dProjected,
        dProduct,
        working,
      );
      run.gatherRows(kernels.address(input), size, tokens, rows, size, packed, size);
      kernels.multiply(
        [gates, rows, size],
        matrix(dProjected, gates, true),
        matrix(packed, size),
        dWeightInput,
      );
      // The states before: those of step 0 are zeros and add nothing.
      run.gatherRows(
        savedAt + 4 * hidden * wordBytes,
        5 * hidden,
        previousAt,
        previous.length,
        hidden,
        states,
        hidden,
      );
      const afterFirst = dProduct + counts[0] * gates * wordBytes;
      kernels.multiply(
        [gates, previous.length, hidden],
        matrix(afterFirst, gates, true),
        matrix(states, hidden),
        dWeightHidden,
      );
      run.sumRows(dProjected, 1, rows, gates, 1, dBiasInput);
      run.sumRows(dProduct, 1, rows, gates, 1, dBiasHidden);
      const weightInput = kernels.address(inputs[`weightInput${direction}`]);
      kernels.multiply([rows, gates, size], matrix(dProjected, gates), matrix(weightInput, size), packed);
      run.scatterRows(packed, size, tokens, rows, size, kernels.address(dInput), size, direction);
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
