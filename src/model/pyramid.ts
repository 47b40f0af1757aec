import * as tf from "@tensorflow/tfjs-core";
import { gelu } from "../engine";
import { Convolution, TransposedConvolution } from "../nn/convolution";
import { BiGru } from "../nn/gru";
import { LayerNorm, Linear } from "../nn/linear";
import type { Dropout, Scope } from "../nn/parameters";
import { placeMask } from "./mask";

/** One level of the pyramid: the feature at place i stands for the tokens i … i + span - 1. */
export interface Level {
  /** [batch, places, d] */
  readonly features: tf.Tensor3D;
  /** Tokens that each feature covers, v_l (Eq. 5). */
  readonly span: number;
  /** Features that each sentence of the batch has at this level. */
  readonly lengths: readonly number[];
}

/** Bottom-up half of a level (§3.2.1). */
class ForwardBlock {
  private readonly norm: LayerNorm;
  private readonly gru: BiGru;
  private readonly linear: Linear;

  constructor(scope: Scope, width: number) {
    this.norm = new LayerNorm(scope.at("norm"), width);
    this.gru = new BiGru(scope.at("gru"), width, width);
    this.linear = new Linear(scope.at("linear"), 2 * width, width);
  }

  forward(input: tf.Tensor3D, lengths: readonly number[], drop: Dropout): tf.Tensor3D {
    return drop(this.linear.forward(this.gru.forward(drop(this.norm.forward(input)), lengths))); // Eq. 6, line 1
  }
}

/** Top-down half of a level (§3.2.2). */
class BackwardBlock {
  private readonly norm: LayerNorm;
  private readonly gru: BiGru;

  constructor(scope: Scope, width: number) {
    this.norm = new LayerNorm(scope.at("norm"), width);
    this.gru = new BiGru(scope.at("gru"), width, width);
  }

  /** H^f ⊕ BiGRU(LayerNorm(H^b)): [batch, places, 3d] */
  forward(own: tf.Tensor3D, above: tf.Tensor3D, lengths: readonly number[], drop: Dropout): tf.Tensor3D {
    return tf.concat([own, this.gru.forward(drop(this.norm.forward(above)), lengths)], 2); //       Eq. 7, line 1
  }
}

/** The feature pyramid (§3.2.1–3.2.2). Level 0 is the bottom, one token wide. */
export class Pyramid {
  private readonly spans: readonly number[];
  private readonly forwardBlocks: readonly ForwardBlock[];
  private readonly convolutions: readonly Convolution[];
  private readonly backwardBlocks: readonly BackwardBlock[];
  private readonly transposed: readonly TransposedConvolution[];
  private readonly outputs: readonly Linear[];
  private readonly norms: readonly LayerNorm[];

  /** @param backward false leaves the top-down pass out: a feature is then LayerNorm(Pool(H) + W H^f + b). */
  constructor(scope: Scope, width: number, kernels: readonly number[], backward: boolean) {
    this.spans = spansOf(kernels);
    const levels = this.spans.map((_, level) => scope.at("levels").at(level));
    this.forwardBlocks = levels.map((level) => new ForwardBlock(level.at("forward"), width));
    this.convolutions = kernels.map(
      (size, l) => new Convolution(levels[l].at("convolution"), width, width, size),
    );
    this.backwardBlocks = backward
      ? levels.map((level) => new BackwardBlock(level.at("backward"), width))
      : [];
    this.transposed = backward
      ? kernels.map(
          (size, l) => new TransposedConvolution(levels[l + 1].at("transposed"), width, width, size),
        )
      : [];
    this.outputs = levels.map((level) => new Linear(level.at("output"), (backward ? 3 : 1) * width, width));
    this.norms = levels.map((level) => new LayerNorm(level.at("norm"), width));
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
    const bottomUp: tf.Tensor3D[] = [];
    let input = hidden;
    reached.forEach((level, l) => {
      if (l > 0) input = gelu(this.convolutions[l - 1].forward(bottomUp[l - 1])) as tf.Tensor3D; //   Eq. 6, line 2
      bottomUp.push(this.forwardBlocks[l].forward(input, level.lengths, drop));
    });

    const levels: Level[] = [];
    let above = bottomUp[bottomUp.length - 1]; // the top level is its own "level above", as in the released code
    for (let l = reached.length - 1; l >= 0; l--) {
      const { span, lengths: own } = reached[l];
      const joined = this.backwardBlocks.length
        ? this.backwardBlocks[l].forward(bottomUp[l], above, own, drop)
        : bottomUp[l];
      const update = drop(this.outputs[l].forward(joined));
      const features = this.norms[l].forward(tf.add(averagePool(hidden, span), update) as tf.Tensor3D); // Eq. 7, line 2
      levels.unshift({ features, span, lengths: own });
      if (l > 0 && this.transposed.length) above = this.descend(l, features, own, bottomUp[l - 1]);
    }
    return levels;
  }

  /** H_{l-1}^b from level l; a sentence too short for level l starts its top-down pass at its own top instead. */
  private descend(
    l: number,
    features: tf.Tensor3D,
    lengths: readonly number[],
    below: tf.Tensor3D,
  ): tf.Tensor3D {
    const [batch, places] = features.shape;
    const real = tf.reshape(placeMask(lengths, places, 1, 0), [batch, places, 1]);
    const passed = gelu(this.transposed[l - 1].forward(tf.mul(features, real) as tf.Tensor3D)) as tf.Tensor3D; // Eq. 7, line 3
    if (Math.min(...lengths) > 0) return passed;
    const has = tf.tensor3d(
      Float32Array.from(lengths, (length) => (length > 0 ? 1 : 0)),
      [batch, 1, 1],
      "float32",
    );
    return tf.add(tf.mul(passed, has), tf.mul(below, tf.sub(1, has))) as tf.Tensor3D;
  }
}

/** Tokens that a feature covers at each level: v_0 = 1, v_l = v_{l-1} + k_l - 1 (Eq. 5). */
function spansOf(kernels: readonly number[]): number[] {
  const spans = [1];
  for (const kernel of kernels) spans.push(spans[spans.length - 1] + kernel - 1);
  return spans;
}

/** Mean over windows of `span` tokens: [batch, tokens, d] → [batch, tokens - span + 1, d]. */
function averagePool(hidden: tf.Tensor3D, span: number): tf.Tensor3D {
  const [batch, tokens, width] = hidden.shape;
  const count = tokens - span + 1;
  const shifted = Array.from({ length: span }, (_, offset) =>
    tf.slice(hidden, [0, offset, 0], [batch, count, width]),
  );
  return shifted.length === 1 ? shifted[0] : tf.div(tf.addN(shifted), span);
}
