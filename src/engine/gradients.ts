import * as tf from "@tensorflow/tfjs-core";
import "./tfjs-gradients";

/**
 * The value of `loss` and its gradient for each of `variables`, in their order; zeros for a variable that the loss does
 * not use. Nothing else is left in memory, also when the loss throws. The caller disposes the gradients.
 */
export function valueAndGradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { value: number; gradients: tf.Tensor[] } {
  let value = 0;
  try {
    const gradients = tf.tidy(() => {
      const result = tf.engine().gradients(loss, [...variables], undefined, true);
      [value] = result.value.dataSync();
      return variables.map((variable, i) => result.grads[i] ?? tf.zerosLike(variable));
    });
    return { value, gradients };
  } catch (error) {
    disposeTape();
    throw error;
  }
}

/** tfjs frees what it saved for a backward pass only at the end of that pass, which an error keeps from coming. */
function disposeTape(): void {
  const { state } = tf.engine();
  for (const node of state.activeTape ?? []) tf.dispose(node.saved);
  state.activeTape = [];
}
