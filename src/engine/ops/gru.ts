import * as tf from "@tensorflow/tfjs-core";
import { hasKernel } from "./fused";
import { composedGru } from "./gru-composed";
import { fusedGru } from "./gru-fused";

/** One direction of a GRU in PyTorch's layout: rows are those of the reset gate, the update gate, the candidate. */
export interface GruWeights {
  /** [3 · hidden, in] */
  readonly weightInput: tf.Tensor2D;
  /** [3 · hidden, hidden] */
  readonly weightHidden: tf.Tensor2D;
  /** [3 · hidden] */
  readonly biasInput: tf.Tensor1D;
  /** [3 · hidden] */
  readonly biasHidden: tf.Tensor1D;
}

export interface BidirectionalGruWeights {
  readonly forward: GruWeights;
  readonly reverse: GruWeights;
}

/**
 * Bidirectional GRU with PyTorch's semantics: [batch, time, in] -> [batch, time, 2 · hidden], forward half first.
 * r, z = σ(W x + b + U h + c), n = tanh(W x + b + r ⊙ (U h + c)), h' = (1 - z) ⊙ n + z ⊙ h, from h = 0.
 * Positions at or past a sentence's length yield 0 and influence nothing; the reverse direction starts at each
 * sentence's own last token.
 *
 * @param lengths [batch] tokens of each sentence, 0 … time
 */
export function gru(
  input: tf.Tensor3D,
  lengths: tf.Tensor1D | readonly number[],
  weights: BidirectionalGruWeights,
): tf.Tensor3D {
  const [batch, time] = input.shape;
  const hidden = weights.forward.weightHidden.shape[1];
  const counts = lengths instanceof tf.Tensor ? Array.from(lengths.dataSync()) : lengths;
  tf.util.assert(
    counts.length === batch && counts.every((length) => length >= 0 && length <= time),
    () => `gru: lengths ${counts} do not fit input ${input.shape}`,
  );
  if (counts.every((length) => length === 0)) return tf.zeros([batch, time, 2 * hidden], "float32");
  const compute = hasKernel("GruForward") ? fusedGru : composedGru;
  return compute(input, counts, [weights.forward, weights.reverse]);
}
