import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, runKernel } from "./fused";

/** What a step of AdamW works on: a parameter, its gradient and the gradient's two running moments, of one shape. */
export interface AdamWTensors {
  readonly parameter: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly first: tf.Variable;
  readonly second: tf.Variable;
  /** Factor on the parameter: 1 - learning rate · weight decay. */
  readonly decay: number;
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
  const inputs: Record<string, tf.Tensor> = {};
  for (const [i, { parameter, gradient, first, second }] of parameters.entries()) {
    for (const variable of [parameter, first, second]) makeSoleOwner(variable);
    Object.assign(inputs, {
      [`parameter${i}`]: parameter,
      [`gradient${i}`]: gradient,
      [`first${i}`]: first,
      [`second${i}`]: second,
    });
  }
  runKernel("AdamW", inputs, { ...numbers, decays: parameters.map(({ decay }) => decay) });
}

function composedAdamW(
  { parameter, gradient, first, second, decay }: AdamWTensors,
  { scale, beta1, beta2, stepSize, correction, epsilon }: AdamWNumbers,
): void {
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
