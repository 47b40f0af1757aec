import * as tf from "@tensorflow/tfjs-core";
import { Recording } from "../recording";

/** What an operation returns: its value, and the gradient of each input, given that of the value and what was saved. */
export interface WithGradient {
  readonly value: tf.Tensor;
  /** Works on `saved` alone: by the time it runs, tensors of the forward pass may be gone. */
  readonly gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[];
}

type Operation<Result> = (save: tf.GradSaveFunc) => Result;

/** An operation on `inputs` with a gradient of its own; `save`, called once, keeps tensors for it. */
export function customGradient(inputs: readonly tf.Tensor[], operation: Operation<WithGradient>): tf.Tensor {
  const recording = Recording.current;
  if (recording) return recorded(recording, inputs, operation).value;
  const run = tf.customGrad((...given) => {
    const { value, gradFunc } = operation(given[inputs.length] as tf.GradSaveFunc);
    // tfjs frees what a backward pass leaves only at its very end.
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => gradFunc(dy, saved)) };
  });
  return run(...inputs);
}

/** The same for an operation that also returns an auxiliary tensor, through which no gradient flows. */
export function customGradientWithAux(
  inputs: readonly tf.Tensor[],
  operation: Operation<WithGradient & { readonly aux: tf.Tensor }>,
): [value: tf.Tensor, aux: tf.Tensor] {
  const recording = Recording.current;
  if (recording) {
    const { value, aux } = recorded(recording, inputs, operation);
    return [value, aux];
  }
  let kept: tf.Tensor | undefined;
  const value = customGradient(inputs, (save) => {
    const result = operation(save);
    kept = tf.keep(result.aux);
    return result;
  });
  // What is kept outlives every scope; its clone belongs to the caller's.
  const aux = tf.clone(kept as unknown as tf.Tensor);
  tf.dispose(kept);
  return [value, aux];
}

/** Computes the operation without recording its inner steps, and adds it to the recording as one. */
function recorded<Result extends WithGradient>(
  recording: Recording,
  inputs: readonly tf.Tensor[],
  operation: Operation<Result>,
): Result {
  const { state } = tf.engine();
  let saved: tf.Tensor[] = [];
  state.kernelDepth++;
  try {
    return tf.tidy(() => {
      const result = operation((tensors) => {
        saved = tensors;
      });
      const { value, gradFunc } = result;
      recording.add(inputs, value, recording.save(saved), (dy) => gradFunc(dy, saved));
      return result as Result & tf.TensorContainer;
    });
  } finally {
    state.kernelDepth--;
  }
}

/** `x` as rows of its last axis: [..., size] -> [rows, size]. */
export function asRows(x: tf.Tensor, size: number): tf.Tensor2D {
  return tf.reshape(x, [x.size / size, size]);
}
