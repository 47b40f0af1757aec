import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import { gatherRows, type Lengths, plus, rowsOf, sequencesOf } from "../engine";
import { Convolution, TransposedConvolution } from "../nn/convolution";
import { BiGru } from "../nn/gru";
import { LayerNorm, Linear } from "../nn/linear";
import type { Dropout, Scope } from "../nn/parameters";
import { windows } from "../nn/windows";

/** The size of a level for the sentences of a batch. */
export interface Extent {
  /** Number of tokens that each feature covers, v_l (Eq. 5). */
  readonly span: number;
  /** Number of features of each sentence; F in total. */
  readonly lengths: Lengths;
  /** Only with the padding leak: number of features of each sentence that the BiGRUs process. */
  readonly steps?: Lengths;
}

/** One level of the pyramid. The feature at position i of a sentence covers its tokens i … i + span - 1. */
export interface Level extends Extent {
  /** [F, d] */
  readonly features: tf.Tensor2D;
}

/** Changes to a single pass of a trained pyramid. The weights stay the same. */
export interface PyramidIntervention {
  /** False computes each sentence as if it were alone in its batch, whatever `model.paddingLeak` is. */
  readonly paddingLeak?: boolean;
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
  protected readonly spans: readonly number[];
  private readonly forwardBlocks: ForwardBlock[] = [];
  private readonly backwardBlocks: TopDown[] = [];
  private readonly pool: Pool;

  constructor(scope: Scope, config: PyramidConfig) {
    this.spans = spansOf(config.kernels);
    for (const l of this.spans.keys()) {
      const level = scope.at("levels").at(l);
      this.forwardBlocks.push(new ForwardBlock(level, config, l));
      this.backwardBlocks.push(topDown(level, config, l));
    }
    this.pool = config.pool === "max" ? maxPool : averagePool;
  }

  /**
   * The pyramid of a sentence ends at the highest level at which the sentence is long enough for one feature. The other sentences
   * of the batch do not matter.
   * @param hidden the encoder's output H [N, d]
   * @returns the levels that at least one sentence reaches, bottom first
   */
  forward(
    hidden: tf.Tensor2D,
    lengths: Lengths,
    drop: Dropout,
    _intervention?: PyramidIntervention,
  ): Level[] {
    return this.build(hidden, lengths, extentsOf(this.spans, lengths), drop);
  }

  /** @param extents of the levels that at least one sentence reaches, bottom first */
  protected build(hidden: tf.Tensor2D, lengths: Lengths, extents: readonly Extent[], drop: Dropout): Level[] {
    const bottomUp: tf.Tensor2D[] = []; // H^f of each level
    for (const [l, level] of extents.entries()) {
      const below = l === 0 ? hidden : bottomUp[l - 1];
      bottomUp.push(this.forwardBlocks[l].forward(below, extents[l - 1], level, drop));
    }

    const levels: Level[] = [];
    let passed: tf.Tensor2D | undefined; // H^b from the level above
    for (let l = extents.length - 1; l >= 0; l--) {
      const [below, level, above] = [extents[l - 1], extents[l], extents[l + 1]];
      const residual = this.pool(hidden, lengths, level);
      const fromAbove = passed ? startAtTops(passed, bottomUp[l], above, level) : bottomUp[l];
      const input = { bottomUp: bottomUp[l], fromAbove, residual, level, below };
      const output = this.backwardBlocks[l].forward(input, drop);
      levels.unshift({ ...level, features: output.features });
      passed = output.passed;
    }
    return levels;
  }
}

/** Number of tokens that a feature covers at each level (Eq. 5): v_0 = 1, v_l = v_{l-1} + k_l - 1. */
function spansOf(kernels: readonly number[]): number[] {
  const spans = [1];
  for (const kernel of kernels) spans.push(spans[spans.length - 1] + kernel - 1);
  return spans;
}

/** The levels that at least one sentence reaches. @param spans of all levels */
function extentsOf(spans: readonly number[], lengths: Lengths): Extent[] {
  return spans
    .map((span) => ({ span, lengths: lengths.map((length) => Math.max(0, length - span + 1)) }))
    .filter((extent, l) => l === 0 || Math.max(...extent.lengths) > 0);
}

/**
 * The input of a level's top-down pass: H^b from the level above, but H^f in sentences that end at this level. The paper does not
 * define the latter; the released code does the same.
 * @param passed H^b [F, d]
 * @param bottomUp H^f [F, d]
 */
function startAtTops(passed: tf.Tensor2D, bottomUp: tf.Tensor2D, above: Extent, level: Extent): tf.Tensor2D {
  if (level.lengths.every((length, s) => length === 0 || above.lengths[s] > 0)) return passed;
  const sentences = sequencesOf(level.lengths);
  const rows = sentences.map((s, row) => (above.lengths[s] > 0 ? row : row + sentences.length));
  return gatherRows(tf.concat([passed, bottomUp]), rows);
}

/** The forward block of a level (§3.2.1). */
class ForwardBlock {
  private readonly recurrence: Recurrence;
  private readonly convolution: Convolution | undefined;

  constructor(scope: Scope, config: PyramidConfig, l: number) {
    const { hidden: width, kernels } = config;
    this.recurrence = new ProjectedGru(scope.at("forward"), config);
    if (l > 0) this.convolution = new Convolution(scope.at("convolution"), width, width, kernels[l - 1]);
  }

  /**
   * @param input H at the bottom, H^f of the level below elsewhere
   * @param below undefined at the bottom
   * @returns H^f [F, d]
   */
  forward(input: tf.Tensor2D, below: Extent | undefined, level: Extent, drop: Dropout): tf.Tensor2D {
    // Eq. 6, line 2: H^i [F, d]
    const states =
      this.convolution && below
        ? this.convolution.forward(input, below.lengths, level.lengths, "gelu")
        : input;
    // Eq. 6, line 1: H^f [F, d]
    return this.recurrence.forward(states, level, drop);
  }
}

/** Computes a level's features, given the bottom-up pass and the level above. */
interface TopDown {
  forward(input: TopDownInput, drop: Dropout): TopDownOutput;
}

interface TopDownInput {
  /** H^f [F, d] */
  readonly bottomUp: tf.Tensor2D;
  /** H^b of the level above [F, d] */
  readonly fromAbove: tf.Tensor2D;
  /** Pool(H) [F, d] */
  readonly residual: tf.Tensor2D;
  readonly level: Extent;
  /** undefined at the bottom */
  readonly below: Extent | undefined;
}

interface TopDownOutput {
  /** H [F, d] */
  readonly features: tf.Tensor2D;
  /** H^b [F of the level below, d]; absent at the bottom, and if there is no top-down pass. */
  readonly passed?: tf.Tensor2D;
}

/** The backward block of a level (§3.2.2). */
class BackwardBlock implements TopDown {
  private readonly recurrence: Recurrence;
  private readonly transposed: TransposedConvolution | undefined;
  private readonly output: Linear;
  private readonly norm: LayerNorm;
  private readonly transposedInput: (features: tf.Tensor2D, joined: tf.Tensor2D) => tf.Tensor2D;

  constructor(scope: Scope, config: PyramidConfig, l: number) {
    const { hidden: width, kernels, backwardGru, transposedInput } = config;
    const joined = backwardGru === "projected" ? 2 * width : 3 * width;
    const passed = transposedInput === "joined" ? joined : width;
    const gru = scope.at("backward");
    this.recurrence =
      backwardGru === "projected" ? new ProjectedGru(gru, config) : normalizedGru(gru, config);
    if (l > 0)
      this.transposed = new TransposedConvolution(scope.at("transposed"), passed, width, kernels[l - 1]);
    this.output = new Linear(scope.at("output"), joined, width);
    this.norm = new LayerNorm(scope.at("norm"), width);
    this.transposedInput = transposedInput === "joined" ? passJoined : passFeatures;
  }

  forward({ bottomUp, fromAbove, residual, level, below }: TopDownInput, drop: Dropout): TopDownOutput {
    // Eq. 7, line 1: H' [F, 3 d]
    const joined = tf.concat([bottomUp, this.recurrence.forward(fromAbove, level, drop)], 1);
    // Eq. 7, line 2: H [F, d]
    const features = this.norm.forward(plus(residual, drop(this.output.forward(joined))));
    if (!this.transposed || !below) return { features };
    // Eq. 7, line 3: H^b [F of the level below, d]
    const passed = this.transposed.forward(
      this.transposedInput(features, joined),
      level.lengths,
      below.lengths,
      "gelu",
    );
    return { features, passed };
  }
}

/** Recurrence over the features of a level: [F, d] → [F, d or 2 d] */
interface Recurrence {
  forward(input: tf.Tensor2D, level: Extent, drop: Dropout): tf.Tensor2D;
}

/** BiGRU(LayerNorm(·)) of Eq. 7: [F, d] → [F, 2 d] */
class NormalizedGru implements Recurrence {
  private readonly norm: LayerNorm;
  private readonly gru: BiGru;

  constructor(scope: Scope, width: number) {
    this.norm = new LayerNorm(scope.at("norm"), width);
    this.gru = new BiGru(scope.at("gru"), width, width);
  }

  forward(input: tf.Tensor2D, { lengths }: Extent, drop: Dropout): tf.Tensor2D {
    return this.gru.forward(drop(this.norm.forward(input)), lengths);
  }
}

/** W BiGRU(LayerNorm(·)) + b of Eq. 6: [F, d] → [F, d] */
class ProjectedGru implements Recurrence {
  private readonly inner: Recurrence;
  private readonly linear: Linear;

  constructor(scope: Scope, config: PyramidConfig) {
    this.inner = normalizedGru(scope, config);
    this.linear = new Linear(scope.at("linear"), 2 * config.hidden, config.hidden);
  }

  forward(input: tf.Tensor2D, level: Extent, drop: Dropout): tf.Tensor2D {
    return drop(this.linear.forward(this.inner.forward(input, level, drop)));
  }
}

/** Pools H over the tokens that each feature covers: [N, d] → [F, d] */
type Pool = (hidden: tf.Tensor2D, lengths: Lengths, level: Extent) => tf.Tensor2D;

const averagePool: Pool = (hidden, lengths, level) => {
  const tokens = coveredTokens(hidden, lengths, level);
  return level.span === 1 ? tokens[0] : tf.div(tf.addN(tokens), level.span);
};

/** H of the first, second, … token of each feature, [F, d] each. */
function coveredTokens(hidden: tf.Tensor2D, lengths: Lengths, level: Extent): tf.Tensor2D[] {
  return Array.from({ length: level.span }, (_, offset) => windows(hidden, lengths, level.lengths, [offset]));
}

/** Eq. 7, line 3: the transposed convolution reads H. */
const passFeatures = (features: tf.Tensor2D): tf.Tensor2D => features;

// What follows is not in the paper's model: the ablation "-Backward block" of Table 6 and the variants of the released code.

/** Released code: the transposed convolution reads H'. */
const passJoined = (_: tf.Tensor2D, joined: tf.Tensor2D): tf.Tensor2D => joined;

/** Released code: maximum instead of mean. */
const maxPool: Pool = (hidden, lengths, level) =>
  coveredTokens(hidden, lengths, level).reduce((largest, next) => tf.maximum(largest, next));

function topDown(scope: Scope, config: PyramidConfig, l: number): TopDown {
  if (config.backward) return new BackwardBlock(scope, config, l);
  return config.withoutBackward === "normalized" ? new NormalizedForward(scope, config) : new ForwardOnly();
}

/** "-Backward block": LayerNorm(Pool(H) + W H^f + b) */
class NormalizedForward implements TopDown {
  private readonly output: Linear;
  private readonly norm: LayerNorm;

  constructor(scope: Scope, { hidden: width }: PyramidConfig) {
    this.output = new Linear(scope.at("output"), width, width);
    this.norm = new LayerNorm(scope.at("norm"), width);
  }

  forward({ bottomUp, residual }: TopDownInput, drop: Dropout): TopDownOutput {
    return { features: this.norm.forward(plus(residual, drop(this.output.forward(bottomUp)))) };
  }
}

/** "-Backward block" of the released code: H^f */
class ForwardOnly implements TopDown {
  forward({ bottomUp }: TopDownInput): TopDownOutput {
    return { features: bottomUp };
  }
}

function normalizedGru(scope: Scope, { hidden, paddingLeak }: PyramidConfig): Recurrence {
  return paddingLeak ? new LeakyGru(scope, hidden) : new NormalizedGru(scope, hidden);
}

/** Processes the first `steps` features of each sentence; the states of the others are 0. */
class LeakyGru extends NormalizedGru {
  override forward(input: tf.Tensor2D, level: Extent, drop: Dropout): tf.Tensor2D {
    const { lengths, steps = lengths } = level;
    const isPadded = input.shape[0] > rowsOf(steps); // H is not
    const rows = isPadded ? windows(input, lengths, steps, [0]) : input;
    const states = super.forward(rows, { ...level, lengths: steps }, drop);
    return windows(states, steps, lengths, [0]);
  }
}

/**
 * Released code: the pyramid over padded sentences. The code pads a batch to the longest sentence. Its BiGRUs skip padding, except
 * for one position if a sentence has no feature. Its convolutions, however, read beyond the end of a sentence.
 */
export class LeakyPyramid extends Pyramid {
  override forward(
    hidden: tf.Tensor2D,
    lengths: Lengths,
    drop: Dropout,
    { paddingLeak = true }: PyramidIntervention = {},
  ): Level[] {
    if (!paddingLeak) return super.forward(hidden, lengths, drop);
    const extents = extentsOf(this.spans, lengths);
    const padded = paddedExtents(extents);
    const levels = this.build(hidden, lengths, padded, drop);
    return levels.map(({ features }, l) => ({
      ...extents[l],
      features: windows(features, padded[l].lengths, extents[l].lengths, [0]),
    }));
  }
}

/** Extents that include only the padding that affects a sentence's features, directly or indirectly. H is 0 there. @internal */
export function paddedExtents(extents: readonly Extent[]): Required<Extent>[] {
  const longest = extents.map(({ lengths }) => Math.max(...lengths));
  const steps = extents.map(({ lengths }) => lengths.map((length) => Math.max(1, length)));
  return extents.map(({ span }, l) => {
    const below = steps[l - 1] ?? steps[l];
    const above = extents[l + 1] ? steps[l + 1].map((count) => count + extents[l + 1].span - span) : steps[l];
    const lengths = steps[l].map((count, s) => Math.min(longest[l], Math.max(count, below[s], above[s])));
    return { span, lengths, steps: steps[l] };
  });
}
