import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import { gatherRows, type Lengths, offsetsOf, plus, positionsOf, rowsOf, sequencesOf } from "../engine";
import { LayerNorm, Mlp } from "../nn/linear";
import { maskScore } from "../nn/mask";
import type { Dropout, Scope } from "../nn/parameters";
import { LeakyPyramid, type Level, Pyramid, type PyramidConfig, type PyramidIntervention } from "./pyramid";

/** The entity proposals of a batch, one per token (§3.2.3). */
export interface Proposals {
  /** q [tokens, d] */
  readonly queries: tf.Tensor2D;
  /** n [tokens, 2]: start and end position in the sentence, in tokens; the end is inclusive. */
  readonly locations: tf.Tensor2D;
  /** c [tokens, T + 1]: class logits, None last. */
  readonly logits: tf.Tensor2D;
}

/** The proposals, and the pyramid that they are computed from. */
export interface Proposed {
  readonly levels: readonly Level[];
  readonly proposals: Proposals;
}

/** The proposer (§3.2): feature pyramid and proposal fuse. */
export class Proposer {
  readonly pyramid: Pyramid;
  private readonly scorer: Mlp;
  private readonly classifier: Mlp;
  private readonly initialQuery: InitialQuery;

  constructor(scope: Scope, config: PyramidConfig & Pick<ModelConfig, "query">, classes: number) {
    const { hidden: width, paddingLeak, query } = config;
    this.pyramid = new (paddingLeak ? LeakyPyramid : Pyramid)(scope.at("pyramid"), config);
    this.scorer = new Mlp(scope.at("scorer"), width, 2);
    this.classifier = new Mlp(scope.at("classifier"), width, classes);
    this.initialQuery = query === "fused" ? new FusedFeatures(scope.at("norm"), width) : new BottomFeature();
  }

  /** @param hidden the encoder's output H [N, d] */
  forward(
    hidden: tf.Tensor2D,
    lengths: Lengths,
    drop: Dropout,
    intervention?: PyramidIntervention,
  ): Proposed {
    const levels = this.pyramid.forward(hidden, lengths, drop, intervention); // Eq. 5–7
    const features = tf.concat(levels.map((level) => level.features)); // h_{i,l} [F, d]
    const coverage = coverageOf(levels, lengths); // N_j and p_{i,l}
    const weights = weigh(this.scorer.forward(features), coverage); // Eq. 8: α [N, 2, K]
    const locations = locate(weights, coverage); // Eq. 9: n [N, 2]
    const pyramid = { levels, features, coverage, weights };
    const queries = this.initialQuery.forward(pyramid, hidden, drop); // q = h_{j,0} [N, d]
    const logits = this.classifier.forward(queries); // Eq. 10: c [N, T + 1]
    return { levels, proposals: { queries, locations, logits } };
  }
}

/** Start and end weights of the features that cover each token (Eq. 8): [N, 2, K]. @param scores r [F, 2] */
function weigh(scores: tf.Tensor2D, { rows, mask, count }: Coverage): tf.Tensor3D {
  const byToken = tf.reshape(gatherRows(scores, rows), [-1, count, 2]);
  const bySide = tf.transpose(byToken, [0, 2, 1]);
  return tf.softmax(tf.add(bySide, tf.tensor3d(mask, [mask.length / count, 1, count], "float32")));
}

/** Start and end as weighted means over the features that cover each token (Eq. 9): [N, 2] */
function locate(weights: tf.Tensor3D, { positions }: Coverage): tf.Tensor2D {
  return tf.sum(tf.mul(weights, tf.tensor3d(positions, weights.shape, "float32")), 2);
}

/** The features that cover each token, N_j of Eq. 8, as K slots per token. */
interface Coverage {
  /** K */
  readonly count: number;
  /** [N · K] row of each slot's feature in the features of all levels, bottom first; arbitrary for masked slots. */
  readonly rows: Int32Array;
  /** [N · K] 0, or `maskScore` if the slot's feature does not exist. */
  readonly mask: Float32Array;
  /** p [N · 2 · K]: first and last token of each slot's feature. */
  readonly positions: Float32Array;
}

/** @param lengths number of tokens in each sentence */
function coverageOf(levels: readonly Level[], lengths: Lengths): Coverage {
  const [sentences, tokenPositions] = [sequencesOf(lengths), positionsOf(lengths)];
  const count = levels.reduce((sum, { span }) => sum + span, 0);
  const rows = new Int32Array(tokenPositions.length * count);
  const mask = new Float32Array(tokenPositions.length * count);
  const positions = new Float32Array(tokenPositions.length * 2 * count);
  let firstSlot = 0;
  let firstRow = 0;
  for (const { span, lengths: features } of levels) {
    const offsets = offsetsOf(features);
    for (const [token, position] of tokenPositions.entries()) {
      const sentence = sentences[token];
      for (let offset = 0; offset < span; offset++) {
        const slot = firstSlot + offset;
        const first = position - offset;
        const exists = first >= 0 && first < features[sentence];
        rows[token * count + slot] = exists ? firstRow + offsets[sentence] + first : 0;
        mask[token * count + slot] = exists ? 0 : maskScore;
        positions[2 * token * count + slot] = first;
        positions[(2 * token + 1) * count + slot] = first + span - 1;
      }
    }
    firstSlot += span;
    firstRow += rowsOf(features);
  }
  return { count, rows, mask, positions };
}

/** Computes the first queries [N, d] from the pyramid. */
interface InitialQuery {
  /** @param hidden H [N, d] */
  forward(pyramid: WeightedPyramid, hidden: tf.Tensor2D, drop: Dropout): tf.Tensor2D;
}

interface WeightedPyramid {
  readonly levels: readonly Level[];
  /** The features of all levels, bottom first [F, d]. */
  readonly features: tf.Tensor2D;
  readonly coverage: Coverage;
  /** α [N, 2, K] */
  readonly weights: tf.Tensor3D;
}

/** The token's feature at the bottom level, h_{i,1} of §3.2.3. */
class BottomFeature implements InitialQuery {
  forward({ levels: [bottom] }: WeightedPyramid): tf.Tensor2D {
    return bottom.features;
  }
}

/** Released code: LayerNorm(H + Σ α h) over the features that cover the token, with α the mean of a feature's two weights. */
class FusedFeatures implements InitialQuery {
  private readonly norm: LayerNorm;

  constructor(scope: Scope, width: number) {
    this.norm = new LayerNorm(scope, width);
  }

  forward(pyramid: WeightedPyramid, hidden: tf.Tensor2D, drop: Dropout): tf.Tensor2D {
    const { features, coverage, weights } = pyramid;
    const [, width] = features.shape;
    const covering = tf.reshape(gatherRows(features, coverage.rows), [-1, coverage.count, width]); // [N, K, d]
    const shares = tf.expandDims(tf.mean(weights, 1), 2); // [N, K, 1]
    const fused = tf.sum<tf.Tensor2D>(tf.mul(covering, shares), 1);
    return this.norm.forward(plus(hidden, drop(fused)));
  }
}
