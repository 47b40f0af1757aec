import * as tf from "@tensorflow/tfjs-core";
import { type Lengths, rowsOf } from "../packing";
import { fusedOp } from "./fused";
import { composedGru } from "./gru-composed";
import { type GruAttributes, gruParameters } from "./gru-inputs";
import { gruBackward, gruForward } from "./gru-kernels";

/** The weights of one direction in PyTorch's layout: first the rows of the reset gate, then of the update gate and the candidate. */
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
export function gru(
  input: tf.Tensor2D,
  lengths: Lengths,
  { forward, reverse }: BidirectionalGruWeights,
): tf.Tensor2D {
  const [tokens] = input.shape;
  tf.util.assert(
    rowsOf(lengths) === tokens && lengths.every((length) => length >= 0),
    () => `gru: lengths ${lengths} do not fit input ${input.shape}`,
  );
  if (tokens === 0) return tf.zeros([0, 2 * forward.weightHidden.shape[1]], "float32");
  const inputs = {
    input,
    weightInput0: forward.weightInput,
    weightHidden0: forward.weightHidden,
    biasInput0: forward.biasInput,
    biasHidden0: forward.biasHidden,
    weightInput1: reverse.weightInput,
    weightHidden1: reverse.weightHidden,
    biasInput1: reverse.biasInput,
    biasHidden1: reverse.biasHidden,
  };
  return gruOp(inputs, { lengths }) as tf.Tensor2D;
}

const gruOp = fusedOp({
  name: "Gru",
  inputs: ["input", ...gruParameters],
  outputs: ["states"],
  saved: ["input", "states", ...gruParameters],
  products({ input, weightHidden0 }, { lengths }: GruAttributes) {
    const [gates, hidden] = weightHidden0.shape;
    return 2 * 2 * rowsOf(lengths) * gates * (input.shape[1] + hidden);
  },
  forward: gruForward,
  backward: gruBackward,
  composed: composedGru,
});
