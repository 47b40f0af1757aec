import * as tf from "@tensorflow/tfjs-core";
import type { AttentionInput, AttentionVersion } from "./attention";
import { runKernel } from "./fused";

/** {@link attention} by one kernel forward and one backward. */
export const fusedAttention: AttentionVersion = {
  forward(input, shape) {
    const [output, weights] = runKernel("Attention", named(input), shape);
    return [output, weights];
  },

  backward(dOutput, weights, input, shape) {
    const gradients = runKernel("AttentionGradient", { dOutput, weights, ...named(input) }, shape);
    if (!input.prior) return gradients;
    const [dTransformed, dGaussians, dLocationsOfHeads] = gradients; // last [M, tokens, 2]
    return [dTransformed, dGaussians, tf.sum(dLocationsOfHeads, 0)];
  },
};

function named({ transformed, prior, mask }: AttentionInput): Record<string, tf.Tensor> {
  return { transformed, ...prior, ...(mask && { mask }) };
}
