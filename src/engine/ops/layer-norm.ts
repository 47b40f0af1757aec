import * as tf from "@tensorflow/tfjs-core";
import { asRows, customGradient } from "./custom-gradient";
import { fusedOp } from "./fused";

/**
 * Layer normalization of the last axis: (x - mean) / sqrt(variance + epsilon) ⊙ weight + bias, with the biased variance.
 *
 * @param input [..., size]
 * @param weight [size]
 * @param bias [size]
 */
export function layerNorm<T extends tf.Tensor>(
  input: T,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon: number = 1e-5,
): T {
  return layerNormOp({ input, weight, bias }, { epsilon }) as T;
}

const size = tf.util.sizeFromShape;

const layerNormOp = fusedOp({
  name: "LayerNorm",
  inputs: ["input", "weight", "bias"],
  outputs: ["statistics"],
  saved: ["input", "weight", "statistics"],

  forward(kernels, { input, weight, bias }, { epsilon }: { readonly epsilon: number }) {
    const width = size(weight.shape);
    const rows = size(input.shape) / width;
    const value = kernels.output(input.shape);
    const statistics = kernels.output([rows, 2]);
    kernels.run.layerNorm(
      { x: input, weight, bias, size: width, epsilon, out: value, statistics },
      { units: rows, operations: 8 * rows * width },
    );
    return { value, statistics };
  },

  backward(kernels, { input: x, weight, statistics, dy }) {
    const width = size(weight.shape);
    const rows = size(x.shape) / width;
    const [dx, dWeight, dBias] = [x.shape, [width], [width]].map((shape) => kernels.output(shape));
    const operations = 10 * rows * width;
    kernels.run.layerNormInputGradient(
      { x, weight, statistics, dy, size: width, dx },
      { units: rows, operations },
    );
    kernels.run.layerNormParameterGradient(
      { x, statistics, dy, rows, size: width, dWeight, dBias },
      { units: Math.ceil(width / 8), operations },
    );
    return [dx, dWeight, dBias];
  },

  composed({ input, weight, bias }, { epsilon }) {
    const { shape } = input;
    const [width] = weight.shape;
    return customGradient([input, weight, bias], (save) => {
      const rows = asRows(input, width);
      const centered = tf.sub(rows, tf.mean(rows, 1, true));
      const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centered), 1, true), epsilon));
      const normal = tf.mul(centered, scale);
      save([normal, scale, weight]);
      return {
        value: tf.reshape(tf.add(tf.mul(normal, weight), bias), shape),
        gradFunc: (dy, [xHat, inverse, w]) => {
          const dRows = asRows(dy, width);
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
  },
});
