import * as tf from "@tensorflow/tfjs-core";
import { wordBytes } from "../wasm/heap";
import type { Kernels } from "../wasm/kernels";
import { blocksOf } from "./blocks";
import { kernelOp } from "./fused";

/** What a step of AdamW works on: a parameter, its gradient and the gradient's two running moments, of one shape. */
export interface AdamWTensors {
  readonly parameter: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly first: Moment;
  readonly second: Moment;
  /** Factor on the parameter: 1 - learning rate · weight decay. */
  readonly decay: number;
}

/** A running moment: on the engine, or in plain memory where it would take up too much of the engine's (both, or none). */
export type Moment = tf.Variable | Float32Array;

/**
 * Whether the moments of a model of so many parameters belong in plain memory: its weights, their gradients and both moments
 * would fill more than half of what the engine can address.
 */
export function keepsMomentsOutside(parameters: number): boolean {
  const halfOfWasm = 2 ** 31;
  return adamWOp.exists() && parameters * 4 * Float32Array.BYTES_PER_ELEMENT > halfOfWasm;
}

/** Numbers of one step. */
export interface AdamWNumbers {
  /** Factor on the gradient. */
  readonly scale: number;
  /** Share of the moments before in the new ones. */
  readonly beta1: number;
  readonly beta2: number;
  /** Learning rate over 1 - beta1^steps. */
  readonly stepSize: number;
  /** 1 / √(1 - beta2^steps) */
  readonly correction: number;
  readonly epsilon: number;
}

/** One step of Adam with decoupled weight decay: changes all parameters and their moments. */
export function adamW(parameters: readonly AdamWTensors[], numbers: AdamWNumbers): void {
  if (!adamWOp.exists()) {
    for (const tensors of parameters) composedAdamW(tensors, numbers);
    return;
  }
  const inside: Record<string, tf.Tensor> = {};
  const decays: number[] = [];
  for (const { parameter, gradient, first, second, decay } of parameters) {
    makeSoleOwner(parameter);
    if (first instanceof Float32Array) {
      adamWOutside({ parameter, gradient }, { ...numbers, first, second: second as Float32Array, decay });
      continue;
    }
    for (const moment of [first, second as tf.Variable]) makeSoleOwner(moment);
    const i = decays.push(decay) - 1;
    Object.assign(
      inside,
      Object.fromEntries(names.map((name, n) => [`${name}${i}`, [parameter, gradient, first, second][n]])),
    );
  }
  adamWOp(inside, { ...numbers, decays });
}

const names = ["parameter", "gradient", "first", "second"] as const;

/** Inputs parameter0, gradient0, first0, second0, parameter1 … */
const adamWOp = kernelOp(
  "AdamW",
  (
    kernels,
    inputs: Readonly<Record<string, tf.TensorInfo>>,
    { decays, ...numbers }: AdamWNumbers & { readonly decays: readonly number[] },
  ) => {
    const updates = decays.map((decay, i) => {
      const tensors = names.map((name) => inputs[`${name}${i}`]);
      return {
        addresses: tensors.map((tensor) => kernels.address(tensor)),
        count: tf.util.sizeFromShape(tensors[0].shape),
        decay,
      };
    });
    update(kernels, updates, numbers);
    return [];
  },
);

/** Elements of moments that come into the engine's memory at a time. */
const pieceSize = 2 ** 20;

/** One parameter whose moments lie in plain memory: they are copied into the engine's piece by piece. */
const adamWOutside = kernelOp(
  "AdamWOutside",
  (
    kernels,
    { parameter, gradient }: Readonly<Record<"parameter" | "gradient", tf.TensorInfo>>,
    {
      first,
      second,
      decay,
      ...numbers
    }: AdamWNumbers & Readonly<{ first: Float32Array; second: Float32Array; decay: number }>,
  ) => {
    const addresses = [parameter, gradient].map((tensor) => kernels.address(tensor));
    const size = tf.util.sizeFromShape(parameter.shape);
    kernels.withMemory([pieceSize, pieceSize], (...copies) => {
      for (let start = 0; start < size; start += pieceSize) {
        const count = Math.min(pieceSize, size - start);
        const here = addresses.map((address) => address + start * wordBytes);
        const { HEAPF32 } = kernels.heap;
        for (const [i, moment] of [first, second].entries()) {
          HEAPF32.set(moment.subarray(start, start + count), copies[i] >>> 2);
        }
        update(kernels, [{ addresses: [...here, ...copies], count, decay }], numbers);
        const after = kernels.heap.HEAPF32;
        for (const [i, moment] of [first, second].entries()) {
          moment.set(after.subarray(copies[i] >>> 2, (copies[i] >>> 2) + count), start);
        }
      }
    });
    return [];
  },
);

/** A parameter's tensors in memory: addresses of itself, its gradient and both moments. */
interface Update {
  readonly addresses: readonly number[];
  readonly count: number;
  readonly decay: number;
}

function update(kernels: Kernels, updates: readonly Update[], numbers: AdamWNumbers): void {
  const blocks = blocksOf(updates.map(({ count }) => count));
  kernels.withMemory([6 * blocks.length], (table) => {
    const { HEAP32, HEAPF32 } = kernels.heap;
    for (const [i, { tensor, start, count }] of blocks.entries()) {
      const { addresses, decay } = updates[tensor];
      const row = (table >>> 2) + 6 * i;
      HEAP32.set(
        addresses.map((address) => address + start * wordBytes),
        row,
      );
      HEAP32[row + 4] = count;
      HEAPF32[row + 5] = decay;
    }
    const operations = 20 * updates.reduce((sum, { count }) => sum + count, 0);
    kernels.run.adamW({ table, ...numbers }, { units: blocks.length, operations });
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

/** The kernel writes in place, which must not change a clone or reshaped view that shares the variable's memory. */
function makeSoleOwner(variable: tf.Variable): void {
  if (tf.engine().backend.refCount(variable.dataId) > 1) {
    tf.tidy(() => variable.assign(tf.mul(variable, 1)));
  }
}
