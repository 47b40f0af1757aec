import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, runKernel } from "./fused";

/** What one step of AdamW works on: a parameter, its gradient and the gradient's two running moments, of one shape. */
export interface AdamWTensors {
  readonly parameter: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly first: tf.Variable;
  readonly second: tf.Variable;
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
  /** Factor on the parameter: 1 - learning rate · weight decay. */
  readonly decay: number;
}

/** One step of Adam with decoupled weight decay: changes the parameter and both moments. */
export function adamW(tensors: AdamWTensors, numbers: AdamWNumbers): void {
  if (hasKernel("AdamW")) {
    const { parameter, first, second } = tensors;
    for (const variable of [parameter, first, second]) makeSoleOwner(variable);
    runKernel("AdamW", { ...tensors }, numbers);
  } else {
    composedAdamW(tensors, numbers);
  }
}

function composedAdamW(
  { parameter, gradient, first, second }: AdamWTensors,
  { scale, beta1, beta2, stepSize, correction, epsilon, decay }: AdamWNumbers,
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
