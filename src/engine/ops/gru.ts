import * as tf from "@tensorflow/tfjs-core";
import { type Lengths, rowsOf } from "../packing";
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
 * Bidirectional GRU over each sentence, with PyTorch's semantics: [tokens, in] -> [tokens, 2 · hidden], forward half first.
 * r, z = σ(W x + b + U h + c), n = tanh(W x + b + r ⊙ (U h + c)), h' = (1 - z) ⊙ n + z ⊙ h, from h = 0.
 * The forward direction starts at a sentence's first token, the reverse one at its last.
 */
export function gru(input: tf.Tensor2D, lengths: Lengths, weights: BidirectionalGruWeights): tf.Tensor2D {
  const [tokens] = input.shape;
  tf.util.assert(
    rowsOf(lengths) === tokens && lengths.every((length) => length >= 0),
    () => `gru: lengths ${lengths} do not fit input ${input.shape}`,
  );
  if (tokens === 0) return tf.zeros([0, 2 * weights.forward.weightHidden.shape[1]], "float32");
  const compute = hasKernel("GruForward") ? fusedGru : composedGru;
  return compute(input, lengths, [weights.forward, weights.reverse]);
}
