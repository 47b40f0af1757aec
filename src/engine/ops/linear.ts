import * as tf from "@tensorflow/tfjs-core";
import { asRows, customGradient } from "./custom-gradient";
import { hasKernel, runKernel } from "./fused";

/**
 * Affine map of the last axis, y = x Wᵀ + b: [..., in] -> [..., out].
 *
 * @param weight [out, in] (PyTorch's layout)
 * @param bias [out]
 */
export function linear(input: tf.Tensor, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor {
  const [size, inputSize] = weight.shape;
  const inputs = bias === undefined ? [input, weight] : [input, weight, bias];
  return customGradient(inputs, (save) => {
    const rows = affine(asRows(input, inputSize), weight, bias);
    save([input, weight]);
    return {
      value: tf.reshape(rows, [...input.shape.slice(0, -1), size]),
      gradFunc: (dy, [x, w]) => {
        const dRows = asRows(dy, size);
        const dInput = tf.reshape(tf.matMul(dRows, w as tf.Tensor2D), x.shape);
        const dWeight = tf.matMul(dRows, asRows(x, inputSize), true, false);
        return bias === undefined ? [dInput, dWeight] : [dInput, dWeight, tf.sum(dRows, 0)];
      },
    };
  });
}

function affine(input: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D | undefined): tf.Tensor {
  if (bias !== undefined && hasKernel("Linear")) return runKernel("Linear", { input, weight, bias })[0];
  const product = tf.matMul(input, weight, false, true);
  return bias === undefined ? product : tf.add(product, bias);
}
