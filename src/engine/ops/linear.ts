import * as tf from "@tensorflow/tfjs-core";

/**
 * Affine map of the last axis: [..., in] -> [..., out], y = x Wᵀ + b.
 *
 * @param weight [out, in] (PyTorch's layout)
 * @param bias [out]
 */
export function linear(input: tf.Tensor, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor {
  const [size, inputSize] = weight.shape;
  const rows = tf.reshape(input, [input.size / inputSize, inputSize]);
  const product = tf.matMul(rows, weight, false, true);
  return tf.reshape(bias === undefined ? product : tf.add(product, bias), [
    ...input.shape.slice(0, -1),
    size,
  ]);
}
