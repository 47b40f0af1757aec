import * as tf from "@tensorflow/tfjs-core";
import { Recording } from "../recording";

/** What an operation returns: its value, and the gradient of each input, given that of the value and what was saved. */
export interface WithGradient {
  readonly value: tf.Tensor;
  /** Works on `saved` alone: by the time it runs, tensors of the forward pass may be gone. */
  readonly gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[];
}

/** An operation on `inputs` with a gradient of its own; `save`, called once, keeps tensors for it. */
export function customGradient(
  inputs: readonly tf.Tensor[],
  operation: (save: tf.GradSaveFunc) => WithGradient,
): tf.Tensor {
  const recording = Recording.current;
  if (recording) return recorded(recording, inputs, operation);
  const run = tf.customGrad((...given) => {
    const { value, gradFunc } = operation(given[inputs.length] as tf.GradSaveFunc);
    // tfjs frees what a backward pass leaves only at its very end.
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => gradFunc(dy, saved)) };
  });
  return run(...inputs);
}

function recorded(
  recording: Recording,
  inputs: readonly tf.Tensor[],
  operation: (save: tf.GradSaveFunc) => WithGradient,
): tf.Tensor {
  const { state } = tf.engine();
  let saved: tf.Tensor[] = [];
  state.kernelDepth++;
  try {
    return tf.tidy(() => {
      const { value, gradFunc } = operation((tensors) => {
        saved = tensors;
      });
      recording.add(inputs, value, recording.save(saved), (dy) => gradFunc(dy, saved));
      return value;
    });
  } finally {
    state.kernelDepth--;
  }
}

/** `x` as rows of its last axis: [..., size] -> [rows, size]. */
export function asRows(x: tf.Tensor, size: number): tf.Tensor2D {
  return tf.reshape(x, [x.size / size, size]);
}
