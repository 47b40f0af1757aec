import * as tf from "@tensorflow/tfjs-core";
import { type IsNeeded, Recording } from "../recording";

/** The result of an operation, with a function that returns the gradient of each input. */
interface WithGradient {
  readonly value: tf.Tensor;
  /**
   * May read only `saved`: other tensors of the forward pass may be disposed by then. May omit the gradients of the last inputs, if
   * none of them is needed.
   */
  readonly gradFunc: (dy: tf.Tensor, saved: tf.Tensor[], isNeeded: IsNeeded) => tf.Tensor[];
}

type Operation<Result> = (save: tf.GradSaveFunc) => Result;

/** An operation on `inputs` with a custom gradient. It calls `save` once, with the tensors that its gradient reads. */
export function customGradient(inputs: readonly tf.Tensor[], operation: Operation<WithGradient>): tf.Tensor {
  const recording = Recording.current;
  if (recording) return recorded(recording, inputs, operation).value;
  const run = tf.customGrad((...args) => {
    const { value, gradFunc } = operation(args[inputs.length] as tf.GradSaveFunc);
    // Without tidy, tfjs frees intermediate tensors only at the end of the backward pass.
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => gradFunc(dy, saved, () => true)),
    };
  });
  return run(...inputs);
}

/** {@link customGradient} for an operation that also returns an auxiliary tensor, through which no gradient flows. */
export function customGradientWithAux(
  inputs: readonly tf.Tensor[],
  operation: Operation<WithGradient & { readonly aux: tf.Tensor }>,
): [value: tf.Tensor, aux: tf.Tensor] {
  const recording = Recording.current;
  if (recording) {
    const { value, aux } = recorded(recording, inputs, operation);
    return [value, aux];
  }
  let keptAux: tf.Tensor | undefined;
  const value = customGradient(inputs, (save) => {
    const result = operation(save);
    keptAux = tf.keep(result.aux);
    return result;
  });
  // A kept tensor outlives every scope. The clone belongs to the caller's.
  const aux = tf.clone(keptAux as unknown as tf.Tensor);
  tf.dispose(keptAux);
  return [value, aux];
}

/** Computes the operation without recording its inner steps, and adds it to the recording as one step. */
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
      recording.add(inputs, value, recording.save(saved), (dy, isNeeded) => gradFunc(dy, saved, isNeeded));
      return result as Result & tf.TensorContainer;
    });
  } finally {
    state.kernelDepth--;
  }
}

/** Computes a constant: saves nothing for the backward pass, and no gradient flows through it. */
export function withoutGradient<T extends tf.Tensor>(compute: () => T): T {
  return customGradient([], () => ({ value: compute(), gradFunc: () => [] })) as T;
}

/**
 * The sum of two tensors of the same shape. tfjs's addition also broadcasts, so it saves both and reshapes their gradients.
 *
 * @throws Error if the shapes differ
 */
export function plus<T extends tf.Tensor>(left: T, right: T): T {
  tf.util.assertShapesMatch(left.shape, right.shape, "plus: ");
  return customGradient([left, right], () => ({
    value: tf.add(left, right),
    gradFunc: (dy) => [tf.clone(dy), tf.clone(dy)],
  })) as T;
}

/** Reshapes `x` to the rows of its last axis: [..., size] -> [rows, size]. */
export function asRows(x: tf.Tensor, size: number): tf.Tensor2D {
  return tf.reshape(x, [x.size / size, size]);
}
