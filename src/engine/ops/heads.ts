// How the heads of spatially modulated attention come together (Eq. 15–17). M heads of width D = d / M.
import * as tf from "@tensorflow/tfjs-core";
import { customGradient } from "./custom-gradient";
import { hasKernel, runKernel } from "./fused";
import { softmaxGradient } from "./softmax";

/** Each head's weight in the new start and end: softmax over the heads, [tokens, M, 2] (Eq. 15). */
export function softmaxOverHeads(scores: tf.Tensor): tf.Tensor3D {
  return (hasKernel("SoftmaxOverHeads") ? fusedSoftmaxOverHeads : composedSoftmaxOverHeads)(scores);
}

function fusedSoftmaxOverHeads(scores: tf.Tensor): tf.Tensor3D {
  return customGradient([scores], (save) => {
    const [value] = runKernel("SoftmaxOverHeads", { scores });
    save([value]);
    return {
      value,
      gradFunc: (dWeights, [weights]) => runKernel("SoftmaxOverHeadsGradient", { weights, dWeights }),
    };
  }) as tf.Tensor3D;
}

export function composedSoftmaxOverHeads(scores: tf.Tensor): tf.Tensor3D {
  const order = [0, 2, 1];
  return customGradient([scores], (save) => {
    const value = tf.softmax(tf.transpose(scores, order)); // [tokens, 2, M]
    save([value]);
    return {
      value: tf.transpose(value, order),
      gradFunc: (dy, [saved]) => [tf.transpose(softmaxGradient(saved, tf.transpose(dy, order)), order)],
    };
  }) as tf.Tensor3D;
}

/**
 * Σ α μ over the heads with μ = n + Δn, which is n + Σ α Δn (Eq. 16): [tokens, 2].
 *
 * @param weights α [tokens, M, 2], summing to 1 over the heads
 * @param gaussians [tokens, M, 6], Δn first
 * @param locations n [tokens, 2]
 */
export function moveLocations(weights: tf.Tensor, gaussians: tf.Tensor, locations: tf.Tensor): tf.Tensor2D {
  const compute = hasKernel("MoveLocations") ? fusedMoveLocations : composedMoveLocations;
  return compute(weights, gaussians, locations) as tf.Tensor2D;
}

function fusedMoveLocations(weights: tf.Tensor, gaussians: tf.Tensor, locations: tf.Tensor): tf.Tensor {
  return customGradient([weights, gaussians, locations], (save) => {
    save([weights, gaussians]);
    return {
      value: runKernel("MoveLocations", { weights, gaussians, locations })[0],
      gradFunc: (dMoved, [w, g]) => [
        ...runKernel("MoveLocationsGradient", { weights: w, gaussians: g, dMoved }),
        tf.clone(dMoved),
      ],
    };
  });
}

export function composedMoveLocations(
  weights: tf.Tensor,
  gaussians: tf.Tensor,
  locations: tf.Tensor,
): tf.Tensor {
  return customGradient([weights, gaussians, locations], (save) => {
    const [offsets, factors] = tf.split(gaussians, [2, 4], 2);
    save([weights, offsets]);
    const { shape } = factors;
    return {
      value: tf.add(locations, tf.sum(tf.mul(weights, offsets), 1)),
      gradFunc: (dy, [w, delta]) => {
        const each = tf.expandDims(dy, 1);
        return [tf.mul(delta, each), tf.concat([tf.mul(w, each), tf.zeros(shape)], 2), tf.clone(dy)];
      },
    };
  });
}

/**
 * Each head's output times the mean of its two weights.
 *
 * @param output o, head after head [tokens, d]
 * @param weights α [tokens, M, 2]
 */
export function weighHeads(output: tf.Tensor, weights: tf.Tensor): tf.Tensor2D {
  return (hasKernel("WeighHeads") ? fusedWeighHeads : composedWeighHeads)(output, weights) as tf.Tensor2D;
}

function fusedWeighHeads(output: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  return customGradient([output, weights], (save) => {
    save([output, weights]);
    return {
      value: runKernel("WeighHeads", { output, weights })[0],
      gradFunc: (dOut, [o, w]) => runKernel("WeighHeadsGradient", { output: o, weights: w, dOut }),
    };
  });
}

export function composedWeighHeads(output: tf.Tensor, weights: tf.Tensor): tf.Tensor {
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
}
