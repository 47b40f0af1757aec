import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model";
import { gatherRows, type Lengths, sequencesOf } from "../engine";
import { Convolution, TransposedConvolution } from "../nn/convolution";
import { BiGru } from "../nn/gru";
import { LayerNorm, Linear } from "../nn/linear";
import type { Dropout, Scope } from "../nn/parameters";
import { windows } from "../nn/windows";

/** One level of the pyramid: the feature at a sentence's place i stands for its tokens i … i + span - 1. */
export interface Level {
  /** [features, d] */
  readonly features: tf.Tensor2D;
  /** Tokens that each feature covers, v_l (Eq. 5). */
  readonly span: number;
  /** Features that each sentence has at this level. */
  readonly lengths: Lengths;
}

/** How many of each sentence's places a level computes. Where padding does not leak, all three are its features. */
export interface Extent extends Pick<Level, "span" | "lengths"> {
  /** Places that the BiGRUs run over. */
  readonly steps: Lengths;
  /** Places that other levels read, `steps` among them: P in all. */
  readonly places: Lengths;
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

  /** [rows of `steps`, d] → [P, d or 2 d]; places past the steps have states of 0. */
  forward(input: tf.Tensor2D, { steps, places }: Extent, drop: Dropout): tf.Tensor2D {
    const states = resized(this.gru.forward(drop(this.norm.forward(input)), steps), steps, places);
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
   * @param hidden the encoder's output H [tokens, d]
   * @returns the levels that at least one sentence reaches, bottom first
   */
  forward(hidden: tf.Tensor2D, lengths: Lengths, drop: Dropout): Level[] {
    const extents = extentsOf(this.spans, lengths, this.config.paddingLeak);

    const bottomUp: tf.Tensor2D[] = [];
    for (const [l, extent] of extents.entries()) {
      const { convolution, forward } = this.blocks[l];
      const input = convolution
        ? convolution.forward(bottomUp[l - 1], extents[l - 1].places, extent.steps, "gelu")
        : hidden; //                                                                        Eq. 6, line 2   H^i       [P, d]
      bottomUp.push(forward.forward(input, extent, drop)); //                               Eq. 6, line 1   H^f       [P, d]
    }

    const levels: Level[] = [];
    const top = extents[extents.length - 1];
    // the top level is its own "level above", as in the released code
    let above = resized(bottomUp[extents.length - 1], top.places, top.steps);
    for (let l = extents.length - 1; l >= 0; l--) {
      const { backward, transposed } = this.blocks[l];
      const { span, lengths: own, places } = extents[l];
      const joined = backward
        ? (tf.concat([bottomUp[l], backward.forward(above, extents[l], drop)], 1) as tf.Tensor2D)
        : bottomUp[l]; //                                                                   Eq. 7, line 1   H'        [P, 3 d]
      const residual = pooled(hidden, lengths, extents[l], this.config.pool);
      const features = this.merge(l, joined, residual, drop); //                            Eq. 7, line 2   H         [P, d]
      levels.unshift({ features: resized(features, places, own), span, lengths: own });
      const passed = this.config.transposedInput === "joined" ? joined : features;
      if (transposed) {
        const spread = transposed.forward(passed, places, extents[l - 1].steps, "gelu"); // Eq. 7, line 3   H^b       [P, d]
        above = this.config.paddingLeak
          ? spread
          : fromOwnTop(spread, bottomUp[l - 1], extents[l], extents[l - 1]);
      }
    }
    return levels;
  }

  /** LayerNorm(Pool(H) + W H' + b), or H' itself where the ablation of the top-down pass leaves it so */
  private merge(l: number, joined: tf.Tensor2D, residual: tf.Tensor2D, drop: Dropout): tf.Tensor2D {
    const { output, norm } = this.blocks[l];
    if (!output || !norm) return joined;
    return norm.forward(tf.add(residual, drop(output.forward(joined))) as tf.Tensor2D);
  }
}

/** The levels that at least one sentence reaches. @param spans of all levels */
export function extentsOf(spans: readonly number[], lengths: Lengths, paddingLeak: boolean): Extent[] {
  const reached = spans
    .map((span): Extent => {
      const features = lengths.map((length) => Math.max(0, length - span + 1));
      return { span, lengths: features, steps: features, places: features };
    })
    .filter((level, l) => l === 0 || Math.max(...level.lengths) > 0);
  return paddingLeak ? withPadding(reached) : reached;
}

/**
 * The released code computes a batch padded to its longest sentence. Its BiGRUs skip padding, except that they take one place
 * of it where a sentence has no feature, but its convolutions read what lies past a sentence's end. Of that padding, these are
 * the places that a sentence's own places read, directly or through one another; in them H counts as 0.
 */
function withPadding(reached: readonly Extent[]): Extent[] {
  const padded = reached.map(({ lengths }) => Math.max(...lengths));
  const steps = reached.map(({ lengths }) => lengths.map((length) => Math.max(1, length)));
  return reached.map((level, l) => {
    const below = reached[l - 1] ? steps[l - 1] : steps[l];
    const above = reached[l + 1]
      ? steps[l + 1].map((count) => count + reached[l + 1].span - level.span)
      : steps[l];
    const places = steps[l].map((count, s) => Math.min(padded[l], Math.max(count, below[s], above[s])));
    return { ...level, steps: steps[l], places };
  });
}

/**
 * What comes down from the level above; a sentence without features there starts its top-down pass with H^f instead.
 * @param spread [P, d] of the level below
 * @param own H^f of the level below [P, d]
 */
function fromOwnTop(spread: tf.Tensor2D, own: tf.Tensor2D, above: Extent, below: Extent): tf.Tensor2D {
  if (below.lengths.every((length, s) => length === 0 || above.lengths[s] > 0)) return spread;
  const sentences = sequencesOf(below.lengths);
  const rows = sentences.map((s, row) => (above.lengths[s] > 0 ? row : row + sentences.length));
  return gatherRows(tf.concat([spread, own]), tf.tensor1d(rows, "int32"));
}

/** Cuts sequences off, or lengthens them with rows of 0: [rows of `from`, width] → [rows of `to`, width] */
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

/** Tokens that a feature covers at each level (Eq. 5): v_0 = 1, v_l = v_{l-1} + k_l - 1. */
function spansOf(kernels: readonly number[]): number[] {
  const spans = [1];
  for (const kernel of kernels) spans.push(spans[spans.length - 1] + kernel - 1);
  return spans;
}

/** Mean or maximum over the windows of `span` tokens: [tokens, d] → [P, d]. */
function pooled(
  hidden: tf.Tensor2D,
  lengths: Lengths,
  { span, places }: Extent,
  pool: ModelConfig["pool"],
): tf.Tensor2D {
  if (span === 1) return resized(hidden, lengths, places);
  const shifted = Array.from({ length: span }, (_, offset) => windows(hidden, lengths, places, [offset]));
  return pool === "max"
    ? shifted.reduce((largest, next) => tf.maximum(largest, next))
    : (tf.div(tf.addN(shifted), span) as tf.Tensor2D);
}
