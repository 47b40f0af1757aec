import * as tf from "@tensorflow/tfjs-core";
import { wordBytes } from "../wasm/heap";
import type { Kernels } from "../wasm/kernels";
import { outsideScratch } from "../wasm/outside";
import { type Block, blocksOf, type Work } from "../wasm/work";
import { kernelOp } from "./fused";

/** A parameter, its gradient and the gradient's two running moments, all of the same shape. */
interface AdamWTensors {
  readonly parameter: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly first: Moment;
  readonly second: Moment;
  /** Factor of the parameter: 1 - learning rate · weight decay. */
  readonly decay: number;
}

/** A running moment, inside or outside the engine's memory. Both moments of a parameter are in the same place. */
export type Moment = tf.Variable | Float32Array<SharedArrayBuffer>;

/**
 * Whether the moments belong outside the engine's memory: weights, gradients and both moments would fill more than half of it.
 *
 * @param parameters the number of a model's parameters
 */
export function keepsMomentsOutside(parameters: number): boolean {
  const halfOfWasm = 2 ** 31;
  return adamWOp.exists() && parameters * 4 * Float32Array.BYTES_PER_ELEMENT > halfOfWasm;
}

interface AdamWNumbers {
  /** Factor of the gradient. */
  readonly scale: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Learning rate over 1 - beta1^steps. */
  readonly stepSize: number;
  /** 1 / √(1 - beta2^steps) */
  readonly correction: number;
  readonly epsilon: number;
}

/** One step of Adam with decoupled weight decay. Updates all parameters and their moments in place. */
export function adamW(parameters: readonly AdamWTensors[], numbers: AdamWNumbers): void {
  if (!adamWOp.exists()) {
    for (const tensors of parameters) composedAdamW(tensors, numbers);
    return;
  }
  const [inside, outside] = [new Inputs(), new Inputs()];
  const decays: number[] = [];
  const outsideMoments: OutsideMoments[] = [];
  for (const { parameter, gradient, first, second, decay } of parameters) {
    makeSoleOwner(parameter);
    if (first instanceof Float32Array) {
      outside.add({ parameter, gradient });
      outsideMoments.push({ first, second: second as typeof first, decay });
      continue;
    }
    const moments = { first, second: second as tf.Variable };
    for (const moment of Object.values(moments)) makeSoleOwner(moment);
    inside.add({ parameter, gradient, ...moments });
    decays.push(decay);
  }
  if (decays.length) adamWOp(inside.byName, { ...numbers, decays });
  if (outsideMoments.length) adamWOutside(outside.byName, { ...numbers, moments: outsideMoments });
}

/** The inputs of a kernel for any number of parameters: parameter0, gradient0 …, parameter1 … */
class Inputs {
  readonly byName: Record<string, tf.Tensor> = {};
  private count = 0;

  add(tensors: Readonly<Record<string, tf.Tensor>>): void {
    for (const [name, tensor] of Object.entries(tensors)) this.byName[`${name}${this.count}`] = tensor;
    this.count++;
  }
}

type NumberedInfos = Readonly<Record<string, tf.TensorInfo>>;

const adamWOp = kernelOp(
  "AdamW",
  (
    kernels,
    inputs: NumberedInfos,
    { decays, ...numbers }: AdamWNumbers & { readonly decays: readonly number[] },
  ) => {
    const names = ["parameter", "gradient", "first", "second"];
    withTable(
      kernels,
      inputs,
      names,
      decays,
      () => [],
      (table, work) => {
        kernels.run.adamW({ table, ...numbers }, work);
      },
    );
    return [];
  },
);

interface OutsideMoments {
  readonly first: Float32Array<SharedArrayBuffer>;
  readonly second: Float32Array<SharedArrayBuffer>;
  readonly decay: number;
}

/** Copies the moments through the threads' scratch, block by block. */
const adamWOutside = kernelOp(
  "AdamWOutside",
  (
    kernels,
    inputs: NumberedInfos,
    { moments, ...numbers }: AdamWNumbers & { readonly moments: readonly OutsideMoments[] },
  ) => {
    kernels.reserve(outsideScratch);
    const decays = moments.map(({ decay }) => decay);
    const momentsOf = ({ tensor, start }: Block) => {
      const { first, second } = moments[tensor];
      return [kernels.idOf(first.buffer), kernels.idOf(second.buffer), start];
    };
    withTable(kernels, inputs, ["parameter", "gradient"], decays, momentsOf, (table, work) => {
      kernels.run.adamWOutside({ table, ...numbers }, work);
    });
    return [];
  },
);

/**
 * Calls `run` with the address of a table with a row per block: the addresses of the named inputs, the words of `extra`, the
 * number of elements, and the factor of the parameter.
 */
function withTable(
  kernels: Kernels,
  inputs: NumberedInfos,
  names: readonly string[],
  decays: readonly number[],
  extra: (block: Block) => readonly number[],
  run: (table: number, work: Work) => void,
): void {
  const parameters = decays.map((_, i) => inputs[`parameter${i}`]);
  const { blocks, ...work } = blocksOf(parameters, 20);
  const rows = blocks.map((block) => [
    ...names.map((name) => kernels.address(inputs[`${name}${block.tensor}`]) + block.start * wordBytes),
    ...extra(block),
    block.count,
    0,
  ]);
  kernels.withLists([rows.flat()], (table) => {
    const { HEAPF32 } = kernels.heap;
    let end = table >>> 2;
    for (const [i, { tensor }] of blocks.entries()) {
      end += rows[i].length;
      HEAPF32[end - 1] = decays[tensor];
    }
    run(table, work);
  });
}

function composedAdamW(
  { parameter, gradient, decay, ...moments }: AdamWTensors,
  { scale, beta1, beta2, stepSize, correction, epsilon }: AdamWNumbers,
): void {
  const [first, second] = [moments.first, moments.second] as tf.Variable[];
  tf.tidy(() => {
    const scaled = tf.mul(gradient, scale);
    first.assign(tf.add(tf.mul(first, beta1), tf.mul(scaled, 1 - beta1)));
    second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(scaled), 1 - beta2)));
    const root = tf.add(tf.mul(tf.sqrt(second), correction), epsilon);
    parameter.assign(tf.sub(tf.mul(parameter, decay), tf.mul(tf.div(first, root), stepSize)));
  });
}

/** Copies a variable whose memory is shared. The kernel writes in place, and must not change clones or reshaped views. */
function makeSoleOwner(variable: tf.Variable): void {
  if (tf.engine().backend.refCount(variable.dataId) > 1) {
    tf.tidy(() => variable.assign(tf.mul(variable, 1)));
  }
}
