import * as tf from "@tensorflow/tfjs-core";
import { type Lengths, rowsOf, squaresOf } from "../packing";

/** The prior of spatially modulated attention: log G of a Gaussian per query and head is added to the scores (Eq. 12–13). */
export interface AttentionPrior {
  /** [tokens, M, 6] offset Δn of the center μ = n + Δn, and factor θ, row-major 2 × 2 */
  readonly gaussians: tf.Tensor;
  /** n [tokens, 2] */
  readonly locations: tf.Tensor;
}

export interface AttentionInput {
  /** [tokens, 3 · d] queries, keys and values, each head by head, d = M · D */
  readonly transformed: tf.Tensor;
  readonly prior?: AttentionPrior;
  /** [Σ M · L²] factors of the weights, for dropout; no gradient flows to them */
  readonly mask?: tf.Tensor;
}

export interface AttentionShape {
  /** M */
  readonly heads: number;
  /** L of each sentence. */
  readonly lengths: Lengths;
  /**
   * The number of keys of each sentence: its first tokens (default: all). The other tokens are only queries, like padding in
   * Hugging Face's BERT. Not with a prior.
   */
  readonly keys?: readonly number[];
}

/** An implementation of attention. */
export interface AttentionVersion {
  /** o [tokens, d] and α [Σ M · L²] */
  forward(input: AttentionInput, shape: AttentionShape): [output: tf.Tensor, weights: tf.Tensor];
  /** Gradients of `transformed` and, with a prior, of Gaussians and locations. */
  backward(dOutput: tf.Tensor, weights: tf.Tensor, input: AttentionInput, shape: AttentionShape): tf.Tensor[];
}

export function assertAttentionInput(
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
