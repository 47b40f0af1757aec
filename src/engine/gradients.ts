import "./tfjs-gradients";
import * as tf from "@tensorflow/tfjs-core";

/**
 * The value of `loss` and its gradient for each of `variables`, in their order; zeros for a variable that the loss does
 * not use. Nothing else is left in memory. The caller disposes the gradients.
 */
export function valueAndGradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { value: number; gradients: tf.Tensor[] } {
  let value = 0;
  const gradients = tf.tidy(() => {
    const result = tf.engine().gradients(loss, [...variables], undefined, true);
    value = result.value.dataSync()[0];
    return variables.map((variable, i) => result.grads[i] ?? tf.zerosLike(variable));
  });
  return { value, gradients };
}
