import * as tf from "@tensorflow/tfjs-core";
import { asRows, customGradient } from "./custom-gradient";
import { hasKernel, runKernel } from "./fused";

/**
 * Layer normalization of the last axis: (x - mean) / sqrt(variance + epsilon) ⊙ weight + bias, with the biased variance.
 *
 * @param input [..., size]
 * @param weight [size]
 * @param bias [size]
 */
export function layerNorm(
  input: tf.Tensor,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon: number = 1e-5,
): tf.Tensor {
  const compute = hasKernel("LayerNorm") ? fusedLayerNorm : composedLayerNorm;
  return compute(input, weight, bias, epsilon);
}

function fusedLayerNorm(
  input: tf.Tensor,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon: number,
): tf.Tensor {
  return customGradient([input, weight, bias], (save) => {
    const [value, statistics] = runKernel("LayerNorm", { input, weight, bias }, { epsilon });
    save([input, weight, statistics]);
    return {
      value,
      gradFunc: (dy, [x, w, saved]) =>
        runKernel("LayerNormGradient", { input: x, weight: w, statistics: saved, dy }),
    };
  });
}

export function composedLayerNorm(
  input: tf.Tensor,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon: number,
): tf.Tensor {
  const { shape } = input;
  const [size] = weight.shape;
  return customGradient([input, weight, bias], (save) => {
    const rows = asRows(input, size);
    const centered = tf.sub(rows, tf.mean(rows, 1, true));
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centered), 1, true), epsilon));
    const normal = tf.mul(centered, scale);
    save([normal, scale, weight]);
    return {
      value: tf.reshape(tf.add(tf.mul(normal, weight), bias), shape),
      gradFunc: (dy, [xHat, inverse, w]) => {
        const dRows = asRows(dy, size);
        const dNormal = tf.mul(dRows, w);
        const along = tf.mean(tf.mul(dNormal, xHat), 1, true);
        const dCentered = tf.sub(tf.sub(dNormal, tf.mean(dNormal, 1, true)), tf.mul(xHat, along));
        return [
          tf.reshape(tf.mul(dCentered, inverse), shape),
          tf.sum(tf.mul(dRows, xHat), 0),
          tf.sum(dRows, 0),
        ];
      },
    };
  });
}
