import * as tf from "@tensorflow/tfjs-core";
import { type Lengths, rowsOf, squaresOf } from "../packing";
import { composedAttention } from "./attention-composed";
import { attentionForward, fusedAttention } from "./attention-kernels";
import { customGradientWithAux } from "./custom-gradient";

/** What spatially modulated attention adds to the scores: log G of a Gaussian for each query and head (Eq. 12–13). */
export interface AttentionPrior {
  /** [tokens, M, 6] offset Δn of the centre μ = n + Δn, and factor θ, row-major 2 × 2 */
  readonly gaussians: tf.Tensor;
  /** n [tokens, 2] */
  readonly locations: tf.Tensor;
}

export interface AttentionInput {
  /** [tokens, 3 · d] queries, keys and values side by side, each of them head after head, d = M · D */
  readonly transformed: tf.Tensor;
  readonly prior?: AttentionPrior;
  /** [Σ M · L²] factors of the weights, those of dropout; no gradient flows to them */
  readonly mask?: tf.Tensor;
}

export interface AttentionShape {
  /** M */
  readonly heads: number;
  /** L of each sentence. */
  readonly lengths: Lengths;
  /**
   * How many of each sentence's first tokens are keys; left out, all. The others are queries alone, as padding is in Hugging
   * Face's BERT. Not with a prior.
   */
  readonly keys?: readonly number[];
}

/** One way to compute attention. */
export interface AttentionVersion {
  /** o [tokens, d] and α [Σ M · L²] */
  forward(input: AttentionInput, shape: AttentionShape): [output: tf.Tensor, weights: tf.Tensor];
  /** Gradients of transformed, and where there is a prior, of Gaussians and locations. */
  backward(dOutput: tf.Tensor, weights: tf.Tensor, input: AttentionInput, shape: AttentionShape): tf.Tensor[];
}

/**
 * Multi-head attention among the tokens of each sentence, spatially modulated where there is a prior:
 * α = Softmax(q · k / √D + log G), o = Σ α v (Eq. 14). The weight of a token that is not a key is 0.
 *
 * @returns o, head after head [tokens, d], and α [Σ M · L²], for each sentence [M, L, L], query by key, without the mask; no
 * gradient flows through α
 */
export function attention(
  input: AttentionInput,
  shape: AttentionShape,
): { output: tf.Tensor2D; weights: tf.Tensor1D } {
  const { transformed, prior, mask } = input;
  assertFitting(input, shape);
  const version = attentionForward.exists() ? fusedAttention : composedAttention;
  const moving = prior ? [transformed, prior.gaussians, prior.locations] : [transformed];
  const [output, weights] = customGradientWithAux(moving, (save) => {
    const [value, alpha] = version.forward(input, shape);
    save([alpha, ...moving, ...(mask ? [mask] : [])]);
    return {
      value,
      aux: alpha,
      gradFunc: (dy, [savedWeights, ...saved]) => {
        const [savedTransformed, gaussians, locations] = saved;
        const given = {
          transformed: savedTransformed,
          prior: prior && { gaussians, locations },
          mask: mask && saved[moving.length],
        };
        return version.backward(dy, savedWeights, given, shape);
      },
    };
  });
  return { output: output as tf.Tensor2D, weights: weights as tf.Tensor1D };
}

function assertFitting(
  { transformed, prior, mask }: AttentionInput,
  { heads, lengths, keys = lengths }: AttentionShape,
): void {
  const [tokens, width] = transformed.shape;
  tf.util.assert(
    rowsOf(lengths) === tokens && lengths.every((length) => length >= 0),
    () => `attention: lengths ${lengths} do not fit ${tokens} tokens`,
  );
  tf.util.assert(width % (3 * heads) === 0, () => `attention: ${heads} heads do not fit a width of ${width}`);
  tf.util.assert(
    keys.length === lengths.length && keys.every((count, s) => count >= 0 && count <= lengths[s]),
    () => `attention: ${keys} keys do not fit lengths ${lengths}`,
  );
  tf.util.assert(!prior || keys === lengths, () => "attention: with a prior, all tokens are keys");
  tf.util.assert(
    !mask || mask.size === heads * rowsOf(squaresOf(lengths)),
    () => `attention: a mask of ${mask?.size} numbers does not fit ${heads} heads and lengths ${lengths}`,
  );
}
