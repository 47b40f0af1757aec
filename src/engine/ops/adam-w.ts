import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, runKernel } from "./fused";

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
  return hasKernel("AdamWOutside") && parameters * 4 * Float32Array.BYTES_PER_ELEMENT > halfOfWasm;
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
  if (!hasKernel("AdamW")) {
    for (const tensors of parameters) composedAdamW(tensors, numbers);
    return;
  }
  const inside: Record<string, tf.Tensor> = {};
  const decays: number[] = [];
  for (const { parameter, gradient, first, second, decay } of parameters) {
    makeSoleOwner(parameter);
    if (first instanceof Float32Array) {
      runKernel("AdamWOutside", { parameter, gradient }, { ...numbers, first, second, decay });
      continue;
    }
    const i = decays.push(decay) - 1;
    for (const moment of [first, second as tf.Variable]) makeSoleOwner(moment);
    Object.assign(inside, {
      [`parameter${i}`]: parameter,
      [`gradient${i}`]: gradient,
      [`first${i}`]: first,
      [`second${i}`]: second,
    });
  }
  runKernel("AdamW", inside, { ...numbers, decays });
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
