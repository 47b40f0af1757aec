import type * as tf from "@tensorflow/tfjs-core";
import { composedAttention } from "./attention-composed";
import { type AttentionInput, type AttentionShape, assertAttentionInput } from "./attention-input";
import { attentionForward, fusedAttention } from "./attention-kernels";
import { customGradientWithAux } from "./custom-gradient";

/**
 * Multi-head attention among the tokens of each sentence, with a prior spatially modulated:
 * α = Softmax(q · k / √D + log G), o = Σ α v (Eq. 14). The weight of a token that is not a key is 0.
 *
 * @returns o, head by head [tokens, d], and α without the mask [Σ M · L²]: for each sentence [M, L, L], query by key. No
 * gradient flows through α
 */
export function attention(
  input: AttentionInput,
  shape: AttentionShape,
): { output: tf.Tensor2D; weights: tf.Tensor1D } {
  const { transformed, prior, mask } = input;
  assertAttentionInput(input, shape);
  const version = attentionForward.exists() ? fusedAttention : composedAttention;
  const differentiable = prior ? [transformed, prior.gaussians, prior.locations] : [transformed];
  const [output, weights] = customGradientWithAux(differentiable, (save) => {
    const [value, alpha] = version.forward(input, shape);
    save([alpha, ...differentiable, ...(mask ? [mask] : [])]);
    return {
      value,
      aux: alpha,
      gradFunc: (dy, [savedWeights, ...saved]) => {
        const [savedTransformed, gaussians, locations] = saved;
        const savedInput = {
          transformed: savedTransformed,
          prior: prior && { gaussians, locations },
          mask: mask && saved[differentiable.length],
        };
        return version.backward(dy, savedWeights, savedInput, shape);
      },
    };
  });
  return { output: output as tf.Tensor2D, weights: weights as tf.Tensor1D };
}
