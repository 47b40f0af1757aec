import * as tf from "@tensorflow/tfjs-core";
import { asRows, customGradient } from "./custom-gradient";
import { hasKernel, runKernel } from "./fused";
import { composedGelu } from "./gelu";

/** What may follow an affine map in one operation. */
export type Activation = "gelu";

/**
 * Affine map of the last axis, y = x Wᵀ + b, or GELU(y): [..., in] -> [..., out].
 *
 * @param weight [out, in] (PyTorch's layout)
 * @param bias [out]
 */
export function linear(
  input: tf.Tensor,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation?: Activation,
): tf.Tensor {
  if (activation === "gelu") {
    return (hasKernel("LinearGelu") ? fusedLinearGelu : composedLinearGelu)(input, weight, bias);
  }
  return (hasKernel("Linear") ? fusedLinear : composedLinear)(input, weight, bias);
}

function fusedLinear(input: tf.Tensor, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor {
  return customGradient([input, weight, bias], (save) => {
    save([input, weight]);
    return {
      value: runKernel("Linear", { input, weight, bias })[0],
      gradFunc: (dy, [x, w]) => runKernel("LinearGradient", { input: x, weight: w, dy }),
    };
  });
}

function fusedLinearGelu(input: tf.Tensor, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor {
  return customGradient([input, weight, bias], (save) => {
    const [value, inner] = runKernel("LinearGelu", { input, weight, bias });
    save([input, weight, inner]);
    return {
      value,
      gradFunc: (dy, [x, w, saved]) =>
        runKernel("LinearGeluGradient", { input: x, weight: w, inner: saved, dy }),
    };
  });
}

export function composedLinear(input: tf.Tensor, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor {
  const [size, inputSize] = weight.shape;
  return customGradient([input, weight, bias], (save) => {
    const rows = tf.add(tf.matMul(asRows(input, inputSize), weight, false, true), bias);
    save([input, weight]);
    return {
      value: tf.reshape(rows, [...input.shape.slice(0, -1), size]),
      gradFunc: (dy, [x, w]) => {
        const dRows = asRows(dy, size);
        return [
          tf.reshape(tf.matMul(dRows, w as tf.Tensor2D), x.shape),
          tf.matMul(dRows, asRows(x, inputSize), true, false),
          tf.sum(dRows, 0),
        ];
      },
    };
  });
}

export function composedLinearGelu(input: tf.Tensor, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor {
  return composedGelu(composedLinear(input, weight, bias));
}
