import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import { gatherRows, type Lengths, plus, sequencesOf } from "../engine";
import { Convolution, TransposedConvolution } from "../nn/convolution";
import { BiGru } from "../nn/gru";
import { LayerNorm, Linear } from "../nn/linear";
import type { Dropout, Scope } from "../nn/parameters";
import { windows } from "../nn/windows";

/** One level of the pyramid. The feature at position i of a sentence covers its tokens i … i + span - 1. */
export interface Level {
  /** [features, d] */
  readonly features: tf.Tensor2D;
  /** Number of tokens that each feature covers, v_l (Eq. 5). */
  readonly span: number;
  /** Number of features of each sentence at this level. */
  readonly lengths: Lengths;
}

/** How many positions of each sentence a level computes. Without the padding leak, `steps` and `positions` equal `lengths`. */
export interface Extent extends Pick<Level, "span" | "lengths"> {
  /** Number of positions that the BiGRUs process. */
  readonly steps: Lengths;
  /** Number of positions that other levels read, at least `steps`; P in total. */
  readonly positions: Lengths;
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

  /** [rows of `steps`, d] → [P, d or 2 d]; states beyond `steps` are 0. */
  forward(input: tf.Tensor2D, { steps, positions }: Extent, drop: Dropout): tf.Tensor2D {
    const states = resized(this.gru.forward(drop(this.norm.forward(input)), steps), steps, positions);
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
   * The pyramid of a sentence ends at the highest level at which the sentence is long enough for one feature. The other sentences
   * of the batch do not matter.
   * @param hidden the encoder's output H [tokens, d]
   * @returns the levels that at least one sentence reaches, bottom first
   */
  forward(hidden: tf.Tensor2D, lengths: Lengths, drop: Dropout): Level[] {
    const extents = extentsOf(this.spans, lengths, this.config.paddingLeak);

    const bottomUp: tf.Tensor2D[] = [];
    for (const [l, extent] of extents.entries()) {
      const { convolution, forward } = this.blocks[l];
      const input = convolution
        ? convolution.forward(bottomUp[l - 1], extents[l - 1].positions, extent.steps, "gelu")
        : hidden; //                                                                        Eq. 6, line 2   H^i       [P, d]
      bottomUp.push(forward.forward(input, extent, drop)); //                               Eq. 6, line 1   H^f       [P, d]
    }

    const levels: Level[] = [];
    const top = extents[extents.length - 1];
    // The top level takes its own features as the "level above", as in the released code.
    let above = resized(bottomUp[extents.length - 1], top.positions, top.steps);
    for (let l = extents.length - 1; l >= 0; l--) {
      const { backward, transposed } = this.blocks[l];
      const { span, lengths: counts, positions } = extents[l];
      const joined = backward
        ? (tf.concat([bottomUp[l], backward.forward(above, extents[l], drop)], 1) as tf.Tensor2D)
        : bottomUp[l]; //                                                                   Eq. 7, line 1   H'        [P, 3 d]
      const residual = pooled(hidden, lengths, extents[l], this.config.pool);
      const features = this.merge(l, joined, residual, drop); //                            Eq. 7, line 2   H         [P, d]
      levels.unshift({ features: resized(features, positions, counts), span, lengths: counts });
      const passed = this.config.transposedInput === "joined" ? joined : features;
      if (transposed) {
        const spread = transposed.forward(passed, positions, extents[l - 1].steps, "gelu"); // Eq. 7, line 3   H^b       [P, d]
        above = this.config.paddingLeak
          ? spread
          : fromAbove(spread, bottomUp[l - 1], extents[l], extents[l - 1]);
      }
    }
    return levels;
  }

  /** LayerNorm(Pool(H) + W H' + b); H' itself in the ablation without the top-down pass, if so configured */
  private merge(l: number, joined: tf.Tensor2D, residual: tf.Tensor2D, drop: Dropout): tf.Tensor2D {
    const { output, norm } = this.blocks[l];
    if (!output || !norm) return joined;
    return norm.forward(plus(residual, drop(output.forward(joined))));
  }
}

/** The levels that at least one sentence reaches. @param spans of all levels */
export function extentsOf(spans: readonly number[], lengths: Lengths, paddingLeak: boolean): Extent[] {
  const reached = spans
    .map((span): Extent => {
      const features = lengths.map((length) => Math.max(0, length - span + 1));
      return { span, lengths: features, steps: features, positions: features };
    })
    .filter((level, l) => l === 0 || Math.max(...level.lengths) > 0);
  return paddingLeak ? withPadding(reached) : reached;
}

/**
 * Adds the padding that the released code reads. It pads a batch to the longest sentence. Its BiGRUs skip padding, except for one
 * position if a sentence has no feature. Its convolutions, however, read beyond the end of a sentence. The result contains only
 * the padding that affects a sentence's features, directly or indirectly. There, H counts as 0.
 */
function withPadding(reached: readonly Extent[]): Extent[] {
  const padded = reached.map(({ lengths }) => Math.max(...lengths));
  const steps = reached.map(({ lengths }) => lengths.map((length) => Math.max(1, length)));
  return reached.map((level, l) => {
    const below = reached[l - 1] ? steps[l - 1] : steps[l];
    const above = reached[l + 1]
      ? steps[l + 1].map((count) => count + reached[l + 1].span - level.span)
      : steps[l];
    const positions = steps[l].map((count, s) => Math.min(padded[l], Math.max(count, below[s], above[s])));
    return { ...level, steps: steps[l], positions };
  });
}

/**
 * The input that the level below gets from the level above. A sentence without features in the level above starts its top-down
 * pass with H^f instead.
 * @param spread output of the transposed convolution [P, d]
 * @param bottomUp H^f of the level below [P, d]
 */
function fromAbove(spread: tf.Tensor2D, bottomUp: tf.Tensor2D, above: Extent, below: Extent): tf.Tensor2D {
  if (below.lengths.every((length, s) => length === 0 || above.lengths[s] > 0)) return spread;
  const sentences = sequencesOf(below.lengths);
  const rows = sentences.map((s, row) => (above.lengths[s] > 0 ? row : row + sentences.length));
  return gatherRows(tf.concat([spread, bottomUp]), rows);
}

/** Truncates sequences, or pads them with rows of 0: [rows of `from`, width] → [rows of `to`, width] */
function resized(rows: tf.Tensor2D, from: Lengths, to: Lengths): tf.Tensor2D {
  return from.every((length, s) => length === to[s]) ? rows : windows(rows, from, to, [0]);
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

/** Number of tokens that a feature covers at each level (Eq. 5): v_0 = 1, v_l = v_{l-1} + k_l - 1. */
function spansOf(kernels: readonly number[]): number[] {
  const spans = [1];
  for (const kernel of kernels) spans.push(spans[spans.length - 1] + kernel - 1);
  return spans;
}

/** Mean or maximum over the windows of `span` tokens: [tokens, d] → [P, d]. */
function pooled(
  hidden: tf.Tensor2D,
  lengths: Lengths,
  { span, positions }: Extent,
  pool: ModelConfig["pool"],
): tf.Tensor2D {
  if (span === 1) return resized(hidden, lengths, positions);
  const shifted = Array.from({ length: span }, (_, offset) => windows(hidden, lengths, positions, [offset]));
  return pool === "max"
    ? shifted.reduce((largest, next) => tf.maximum(largest, next))
    : (tf.div(tf.addN(shifted), span) as tf.Tensor2D);
}
