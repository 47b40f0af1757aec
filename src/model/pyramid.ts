import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model";
import { Convolution, TransposedConvolution } from "../nn/convolution";
import { BiGru } from "../nn/gru";
import { LayerNorm, Linear } from "../nn/linear";
import { placeMask } from "../nn/mask";
import type { Dropout, Scope } from "../nn/parameters";

/** One level of the pyramid, with P places: the feature at place i stands for the tokens i … i + span - 1. */
export interface Level {
  /** [batch, P, d] */
  readonly features: tf.Tensor3D;
  /** Tokens that each feature covers, v_l (Eq. 5). */
  readonly span: number;
  /** Features that each sentence of the batch has at this level. */
  readonly lengths: readonly number[];
}

/** BiGRU(LayerNorm(·)) over the features of a level (Eq. 6–7), optionally mapped back to width d. */
class RecurrentBlock {
  private readonly norm: LayerNorm;
  private readonly gru: BiGru;
  private readonly linear: Linear | undefined;

  constructor(scope: Scope, width: number, projected: boolean) {
    this.norm = new LayerNorm(scope.at("norm"), width);
    this.gru = new BiGru(scope.at("gru"), width, width);
    this.linear = projected ? new Linear(scope.at("linear"), 2 * width, width) : undefined;
  }

  /** [batch, P, d] → [batch, P, d or 2 d] */
  forward(input: tf.Tensor3D, lengths: readonly number[], drop: Dropout): tf.Tensor3D {
    const states = this.gru.forward(drop(this.norm.forward(input)), lengths);
    return this.linear ? drop(this.linear.forward(states)) : states;
  }
}

/** The parameters of one level. */
interface Blocks {
  readonly forward: RecurrentBlock;
  /** From the level below to this one. */
  readonly convolution: Convolution | undefined;
  readonly backward: RecurrentBlock | undefined;
  /** From this level to the one below. */
  readonly transposed: TransposedConvolution | undefined;
  readonly output: Linear | undefined;
  readonly norm: LayerNorm | undefined;
}

export type PyramidConfig = Pick<
  ModelConfig,
  | "hidden"
  | "kernels"
  | "backward"
  | "backwardGru"
  | "transposedInput"
  | "withoutBackward"
  | "pool"
  | "paddingLeak"
>;

/** The feature pyramid (§3.2.1–3.2.2). Level 0 is the bottom, one token wide. */
export class Pyramid {
  private readonly spans: readonly number[];
  private readonly blocks: readonly Blocks[];
  private readonly config: PyramidConfig;

  constructor(scope: Scope, config: PyramidConfig) {
    this.config = config;
    this.spans = spansOf(config.kernels);
    this.blocks = this.spans.map((_, l) => blocksOf(scope.at("levels").at(l), config, l));
  }

  /**
   * A sentence's pyramid ends at the highest level at which it is long enough for one feature, whatever it is batched with.
   * @param hidden the encoder's output H [batch, tokens, d]
   * @returns the levels that at least one sentence reaches, bottom first
   */
  forward(hidden: tf.Tensor3D, lengths: readonly number[], drop: Dropout): Level[] {
    const reached = this.spans
      .map((span) => ({ span, lengths: lengths.map((length) => Math.max(0, length - span + 1)) }))
      .filter((level, l) => l === 0 || Math.max(...level.lengths) > 0);
    const steps = reached.map((level) => this.steps(level.lengths));

    const bottomUp: tf.Tensor3D[] = [];
    for (const l of reached.keys()) {
      const { convolution, forward } = this.blocks[l];
      const input = convolution ? convolution.forward(bottomUp[l - 1], "gelu") : hidden; // Eq. 6, line 2   H^i       [B, P, d]
      bottomUp.push(forward.forward(input, steps[l], drop)); //                             Eq. 6, line 1   H^f       [B, P, d]
    }

    const levels: Level[] = [];
    let above = bottomUp[bottomUp.length - 1]; // the top level is its own "level above", as in the released code
    for (let l = reached.length - 1; l >= 0; l--) {
      const { backward, transposed } = this.blocks[l];
      const joined = backward
        ? (tf.concat([bottomUp[l], backward.forward(above, steps[l], drop)], 2) as tf.Tensor3D)
        : bottomUp[l]; //                                                                   Eq. 7, line 1   H'        [B, P, 3 d]
      const features = this.merge(l, joined, hidden, drop); //                              Eq. 7, line 2   H         [B, P, d]
      levels.unshift({ features, ...reached[l] });
      const passed = this.config.transposedInput === "joined" ? joined : features;
      const { lengths: own } = reached[l];
      if (transposed) above = this.descend(transposed, passed, own, bottomUp[l - 1]); //    Eq. 7, line 3   H^b       [B, P, d]
    }
    return levels;
  }

  /** Places that the BiGRUs run over; the released code lets them take one place of padding where there is no feature. */
  private steps(lengths: readonly number[]): readonly number[] {
    return this.config.paddingLeak ? lengths.map((length) => Math.max(1, length)) : lengths;
  }

  /** LayerNorm(Pool(H) + W H' + b), or H' itself where the ablation of the top-down pass leaves it so */
  private merge(l: number, joined: tf.Tensor3D, hidden: tf.Tensor3D, drop: Dropout): tf.Tensor3D {
    const { output, norm } = this.blocks[l];
    if (!output || !norm) return joined;
    const residual = pooled(hidden, this.spans[l], this.config.pool);
    return norm.forward(tf.add(residual, drop(output.forward(joined))) as tf.Tensor3D);
  }

  /**
   * H^b of the level below; a sentence too short for this level starts its top-down pass at its own top instead.
   * @param below H^f of the level below
   */
  private descend(
    transposed: TransposedConvolution,
    features: tf.Tensor3D,
    lengths: readonly number[],
    below: tf.Tensor3D,
  ): tf.Tensor3D {
    if (this.config.paddingLeak) return transposed.forward(features, "gelu");
    const [batch, places] = features.shape;
    const real = tf.reshape(placeMask(lengths, places, 1, 0), [batch, places, 1]);
    const passed = transposed.forward(tf.mul(features, real) as tf.Tensor3D, "gelu");
    if (Math.min(...lengths) > 0) return passed;
    const has = tf.reshape(placeMask(lengths.map(Math.sign), 1, 1, 0), [batch, 1, 1]);
    return tf.add(tf.mul(passed, has), tf.mul(below, tf.sub(1, has))) as tf.Tensor3D;
  }
}

function blocksOf(scope: Scope, config: PyramidConfig, level: number): Blocks {
  const { hidden: width, kernels, backward, backwardGru, transposedInput, withoutBackward } = config;
  const size = kernels[level - 1];
  const joined = backward ? (backwardGru === "projected" ? 2 : 3) * width : width;
  const passed = transposedInput === "joined" ? joined : width;
  const normalized = backward || withoutBackward === "normalized";
  return {
    forward: new RecurrentBlock(scope.at("forward"), width, true),
    convolution: level ? new Convolution(scope.at("convolution"), width, width, size) : undefined,
    backward: backward
      ? new RecurrentBlock(scope.at("backward"), width, backwardGru === "projected")
      : undefined,
    transposed:
      backward && level ? new TransposedConvolution(scope.at("transposed"), passed, width, size) : undefined,
    output: normalized ? new Linear(scope.at("output"), joined, width) : undefined,
    norm: normalized ? new LayerNorm(scope.at("norm"), width) : undefined,
  };
}

/** Tokens that a feature covers at each level (Eq. 5): v_0 = 1, v_l = v_{l-1} + k_l - 1. */
function spansOf(kernels: readonly number[]): number[] {
  const spans = [1];
  for (const kernel of kernels) spans.push(spans[spans.length - 1] + kernel - 1);
  return spans;
}

/** Mean or maximum over windows of `span` tokens: [batch, tokens, d] → [batch, tokens - span + 1, d]. */
function pooled(hidden: tf.Tensor3D, span: number, pool: ModelConfig["pool"]): tf.Tensor3D {
  const [batch, tokens, width] = hidden.shape;
  const count = tokens - span + 1;
  const shifted = Array.from({ length: span }, (_, offset) =>
    tf.slice(hidden, [0, offset, 0], [batch, count, width]),
  );
  if (shifted.length === 1) return shifted[0];
  return pool === "max"
    ? shifted.reduce((largest, next) => tf.maximum(largest, next))
    : tf.div(tf.addN(shifted), span);
}
