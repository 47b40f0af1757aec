import type * as tf from "@tensorflow/tfjs-core";
import { type BidirectionalGruWeights, type GruWeights, gru, type Lengths } from "../engine";
import { type Scope, uniformOver } from "./parameters";

/** One direction of a bidirectional GRU; gates in the order reset, update, new. */
function direction(scope: Scope, inputs: number, hidden: number, suffix: string): GruWeights {
  const initial = uniformOver(hidden);
  return {
    weightInput: scope.make<tf.Rank.R2>(`weight_ih${suffix}`, [3 * hidden, inputs], initial),
    weightHidden: scope.make<tf.Rank.R2>(`weight_hh${suffix}`, [3 * hidden, hidden], initial),
    biasInput: scope.make<tf.Rank.R1>(`bias_ih${suffix}`, [3 * hidden], initial),
    biasHidden: scope.make<tf.Rank.R1>(`bias_hh${suffix}`, [3 * hidden], initial),
  };
}

/** Bidirectional GRU. Each sequence is processed separately. */
export class BiGru {
  private readonly weights: BidirectionalGruWeights;

  /** @param hidden width of each direction; the output is twice as wide. */
  constructor(scope: Scope, inputs: number, hidden: number) {
    this.weights = {
      forward: direction(scope, inputs, hidden, ""),
      reverse: direction(scope, inputs, hidden, "_reverse"),
    };
  }

  /** [rows, inputs] → [rows, 2 · hidden] */
  forward(input: tf.Tensor2D, lengths: Lengths): tf.Tensor2D {
    return gru(input, lengths, this.weights);
  }
}
