// Combines the M heads of spatially modulated attention (Eq. 15–17), each of width D = d / M.
import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";
import { fusedOp } from "./fused";
import { softmaxGradient } from "./softmax";

/** The weights of the heads for the new start and end: softmax over the heads, [tokens, M, 2] (Eq. 15). */
export function softmaxOverHeads(scores: tf.Tensor): tf.Tensor3D {
  return softmaxOverHeadsOp({ scores }, {}) as tf.Tensor3D;
}

/**
 * Σ α μ over the heads with μ = n + Δn, that is n + Σ α Δn (Eq. 16): [tokens, 2].
 *
 * @param weights α [tokens, M, 2], summing to 1 over the heads
 * @param gaussians [tokens, M, 6], Δn first
 * @param locations n [tokens, 2]
 */
export function moveLocations(weights: tf.Tensor, gaussians: tf.Tensor, locations: tf.Tensor): tf.Tensor2D {
  return moveLocationsOp({ weights, gaussians, locations }, {}) as tf.Tensor2D;
}

/**
 * Each head's output times the mean of its two weights.
 *
 * @param output o, head after head [tokens, d]
 * @param weights α [tokens, M, 2]
 */
export function weighHeads(output: tf.Tensor, weights: tf.Tensor): tf.Tensor2D {
  return weighHeadsOp({ output, weights }, {}) as tf.Tensor2D;
}

/** The work of a kernel whose units are tokens. @param heads [tokens, M, ...] */
function byToken(heads: tf.TensorInfo, elements: tf.TensorInfo, operationsPerElement: number) {
  const operations = operationsPerElement * tf.util.sizeFromShape(elements.shape);
  return { units: heads.shape[0], operations };
}

const softmaxOverHeadsOp = fusedOp({
  name: "SoftmaxOverHeads",
  inputs: ["scores"],
  saved: ["value"],

  forward(kernels, { scores }) {
    const value = kernels.output(scores.shape);
    const work = byToken(scores, scores, 60);
    kernels.run.softmaxOverHeads({ scores, heads: scores.shape[1], out: value }, work);
    return { value };
  },

  backward(kernels, { value: weights, dy: dWeights }) {
    const dScores = kernels.output(weights.shape);
    const work = byToken(weights, weights, 10);
    kernels.run.softmaxOverHeadsGradient({ weights, dWeights, heads: weights.shape[1], dScores }, work);
    return [dScores];
  },

  composed({ scores }) {
    const order = [0, 2, 1];
    return customGradient([scores], (save) => {
      const value = tf.softmax(tf.transpose(scores, order)); // [tokens, 2, M]
      save([value]);
      return {
        value: tf.transpose(value, order),
        gradFunc: (dy, [saved]) => [tf.transpose(softmaxGradient(saved, tf.transpose(dy, order)), order)],
      };
    });
  },
});

const moveLocationsOp = fusedOp({
  name: "MoveLocations",
  inputs: ["weights", "gaussians", "locations"],
  saved: ["weights", "gaussians"],

  forward(kernels, { weights, gaussians, locations }) {
    const value = kernels.output(locations.shape);
    const work = byToken(weights, weights, 4);
    kernels.run.moveLocations({ weights, gaussians, locations, heads: weights.shape[1], out: value }, work);
    return { value };
  },

  backward(kernels, { weights, gaussians, dy: dMoved }) {
    const [dWeights, dGaussians] = [weights, gaussians].map(({ shape }) => kernels.output(shape));
    kernels.run.moveLocationsGradient(
      { weights, gaussians, dMoved, heads: weights.shape[1], dWeights, dGaussians },
      byToken(weights, weights, 8),
    );
    return [dWeights, dGaussians, kernels.share(dMoved)];
  },

  composed: ({ weights, gaussians, locations }) =>
    customGradient([weights, gaussians, locations], (save) => {
      const [offsets, factors] = tf.split(gaussians, [2, 4], 2);
      save([weights, offsets]);
      const { shape } = factors;
      return {
        value: tf.add(locations, tf.sum(tf.mul(weights, offsets), 1)),
        gradFunc: (dy, [w, delta]) => {
          const dMoved = tf.expandDims(dy, 1);
          const dOffsets = tf.mul(w, dMoved);
          return [tf.mul(delta, dMoved), tf.concat([dOffsets, tf.zeros(shape)], 2), tf.clone(dy)];
        },
      };
    }),
});

const weighHeadsOp = fusedOp({
  name: "WeighHeads",
  inputs: ["output", "weights"],
  saved: ["output", "weights"],

  forward(kernels, { output, weights }) {
    const value = kernels.output(output.shape);
    const heads = weights.shape[1];
    const width = output.shape[1] / heads;
    kernels.run.weighHeads({ output, weights, heads, width, out: value }, byToken(weights, output, 2));
    return { value };
  },

  backward(kernels, { output, weights, dy: dOut }) {
    const [dOutput, dWeights] = [output, weights].map(({ shape }) => kernels.output(shape));
    const heads = weights.shape[1];
    const width = output.shape[1] / heads;
    kernels.run.weighHeadsGradient(
      { output, weights, dOut, heads, width, dOutput, dWeights },
      byToken(weights, output, 5),
    );
    return [dOutput, dWeights];
  },

  composed({ output, weights }) {
    const byHead = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [...weights.shape.slice(0, 2), -1]);
    return customGradient([output, weights], (save) => {
      const shares = tf.mean(weights, 2, true);
      save([output, shares]);
      return {
        value: tf.reshape(tf.mul(byHead(output), shares), output.shape),
        gradFunc: (dy, [o, saved]) => {
          const along = tf.sum(tf.mul(byHead(dy), byHead(o)), 2, true);
          return [tf.reshape(tf.mul(byHead(dy), saved), o.shape), tf.tile(tf.mul(along, 0.5), [1, 1, 2])];
        },
      };
    });
  },
});
