import * as tf from "@tensorflow/tfjs-core";
import { Random, valueAndGradients } from "../../src/engine";
import { BiGru } from "../../src/nn/gru";
import { Parameters, Scope } from "../../src/nn/parameters";

/** A computation that shows what an engine can do on this machine, independently of the model. */
export interface Yardstick {
  readonly name: string;
  /** Floating-point operations of one run. */
  readonly operations: number;
  /** Creates its tensors. Returns functions that run it once and free them. */
  readonly prepare: () => { readonly run: () => void; readonly dispose: () => void };
}

const products = [
  { rows: 200, depth: 128, columns: 384 },
  { rows: 1024, depth: 1024, columns: 1024 },
] as const;

const sides = [
  { suffix: "", transposeA: false, transposeB: false },
  { suffix: ", second transposed", transposeA: false, transposeB: true },
  { suffix: ", first transposed", transposeA: true, transposeB: false },
] as const;

/** Sentences, tokens per sentence, and the width of the input and of each direction. */
const recurrences = [
  { batch: 8, time: 25, width: 128 },
  { batch: 150, time: 12, width: 50 },
  { batch: 4, time: 26, width: 768 },
  { batch: 4, time: 26, width: 1118 },
] as const;

/** Products before GRUs, small ones before large ones. */
export const yardsticks: readonly Yardstick[] = [
  ...products.flatMap(({ rows, depth, columns }) =>
    sides.map(({ suffix, transposeA, transposeB }) => ({
      name: `matmul ${rows}×${depth}×${columns}${suffix}`,
      operations: 2 * rows * depth * columns,
      prepare: () => prepareProduct(rows, depth, columns, transposeA, transposeB),
    })),
  ),
  ...recurrences.map(({ batch, time, width }) => ({
    name: `BiGRU forward and backward, batch ${batch}, ${time} steps, width ${width}`,
    // Two directions, three gates of input and state; the backward pass takes twice as many.
    operations: 3 * 2 * 2 * batch * time * 3 * width * (width + width),
    prepare: () => prepareGru(batch, time, width),
  })),
];

function noise(shape: number[], random: Random): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.uniform() - 0.5);
  return tf.tensor(values, shape, "float32");
}

function prepareProduct(
  rows: number,
  depth: number,
  columns: number,
  transposeA: boolean,
  transposeB: boolean,
): ReturnType<Yardstick["prepare"]> {
  const random = new Random(0);
  const a = noise(transposeA ? [depth, rows] : [rows, depth], random);
  const b = noise(transposeB ? [columns, depth] : [depth, columns], random);
  return {
    run: () => tf.matMul(a, b, transposeA, transposeB).dispose(),
    dispose: () => tf.dispose([a, b]),
  };
}

function prepareGru(batch: number, time: number, width: number): ReturnType<Yardstick["prepare"]> {
  const random = new Random(0);
  const parameters = new Parameters(random);
  const layer = new BiGru(new Scope(parameters), width, width);
  const input = tf.variable(noise([batch * time, width], random)) as tf.Variable<tf.Rank.R2>;
  const lengths = new Array<number>(batch).fill(time);
  const variables = [input, ...parameters.all];
  return {
    run: () => {
      const loss = () => tf.sum(layer.forward(input as tf.Tensor2D, lengths)) as tf.Scalar;
      tf.dispose(valueAndGradients(loss, variables).gradients);
    },
    dispose: () => {
      input.dispose();
      parameters.dispose();
    },
  };
}

/** Seconds of `count` runs, until the engine has computed them. */
export function timeRuns(run: () => void, count: number): number {
  const began = performance.now();
  for (let i = 0; i < count; i++) run();
  // An engine that queues its work must finish it before it can return a number.
  tf.tidy(() => tf.add(0, 1).dataSync());
  return (performance.now() - began) / 1000;
}
