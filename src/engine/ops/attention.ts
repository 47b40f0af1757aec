import * as tf from "@tensorflow/tfjs-core";
import { composedAttention } from "./attention-composed";
import { fusedAttention } from "./attention-fused";
import { customGradientBeside } from "./custom-gradient";
import { hasKernel } from "./fused";

/** What spatially modulated attention adds to the scores: log G of a Gaussian for each query and head (Eq. 12–13). */
export interface AttentionPrior {
  /** [batch, L, M, 6] offset Δn of the centre μ = n + Δn, and factor θ, row-major 2 × 2 */
  readonly gaussians: tf.Tensor;
  /** n [batch, L, 2] */
  readonly locations: tf.Tensor;
}

export interface AttentionInput {
  /** [batch, L, 3 · d] queries, keys and values side by side, each of them head after head, d = M · D */
  readonly transformed: tf.Tensor;
  readonly prior?: AttentionPrior;
  /** [batch, M, L, L] factors of the weights, those of dropout; no gradient flows to them */
  readonly mask?: tf.Tensor;
}

export interface AttentionShape {
  /** M */
  readonly heads: number;
  /** [batch] tokens of each sentence, 0 … L */
  readonly lengths: readonly number[];
  /** Lets places past a sentence's end be queries all the same, as Hugging Face's BERT has it; not with a prior. */
  readonly allQueries?: boolean;
}

/** One way to compute attention. */
export interface AttentionVersion {
  /** o [batch, L, d] and α [batch, M, L, L] */
  forward(input: AttentionInput, shape: AttentionShape): [output: tf.Tensor, weights: tf.Tensor];
  /** Gradients of transformed, and where there is a prior, of Gaussians and locations. */
  backward(dOutput: tf.Tensor, weights: tf.Tensor, input: AttentionInput, shape: AttentionShape): tf.Tensor[];
}

/**
 * Multi-head attention, spatially modulated where there is a prior: α = Softmax(q · k / √D + log G), o = Σ α v (Eq. 14).
 * Places past a sentence's end are no keys (their weight is 0); unless all are queries, they get weights and an output of 0.
 *
 * @returns o, head after head [batch, L, d], and α [batch, M, L, L], query by key, without the mask; no gradient flows
 * through α
 */
export function attention(
  input: AttentionInput,
  shape: AttentionShape,
): { output: tf.Tensor3D; weights: tf.Tensor4D } {
  return attentionBy(hasKernel("Attention") ? fusedAttention : composedAttention, input, shape);
}

export function attentionBy(
  version: AttentionVersion,
  input: AttentionInput,
  shape: AttentionShape,
): { output: tf.Tensor3D; weights: tf.Tensor4D } {
  const { transformed, prior, mask } = input;
  assertFitting(transformed.shape, shape);
  tf.util.assert(
    !(prior && shape.allQueries),
    () => "attention: with a prior, not all places can be queries",
  );
  const moving = prior ? [transformed, prior.gaussians, prior.locations] : [transformed];
  const [output, weights] = customGradientBeside(moving, (save) => {
    const [value, alpha] = version.forward(input, shape);
    save([alpha, ...moving, ...(mask ? [mask] : [])]);
    return {
      value,
      beside: alpha,
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
  return { output: output as tf.Tensor3D, weights: weights as tf.Tensor4D };
}

function assertFitting([batch, tokens, width]: readonly number[], { heads, lengths }: AttentionShape): void {
  tf.util.assert(
    lengths.length === batch && lengths.every((length) => length >= 0 && length <= tokens),
    () => `attention: lengths ${lengths} do not fit ${batch} sentences of ${tokens} tokens`,
  );
  tf.util.assert(width % (3 * heads) === 0, () => `attention: ${heads} heads do not fit a width of ${width}`);
}
