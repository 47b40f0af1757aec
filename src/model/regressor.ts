import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import {
  type AttentionPrior,
  attention,
  gate,
  type Lengths,
  moveLocations,
  plus,
  rowsOf,
  softmaxOverHeads,
  squaresOf,
  weighHeads,
} from "../engine";
import { LayerNorm, Linear, Mlp } from "../nn/linear";
import { dropoutMask } from "../nn/mask";
import { type Dropout, normal, type Scope } from "../nn/parameters";
import type { Proposals } from "./proposer";
import type { PyramidIntervention } from "./pyramid";

/** The new proposals of a layer, and its attention. */
export interface Refinement {
  readonly proposals: Proposals;
  readonly attention: Attention;
}

/** A head of the regressor. Layers and heads count from 1. */
export type HeadIndex = readonly [layer: number, head: number];

/** Changes to the regressor in passes of a trained model. The weights stay the same. */
export interface RegressorIntervention {
  /** Heads to leave out: their output (Eq. 17) is 0, and the other heads alone move the locations (Eq. 15, 16). */
  readonly heads?: readonly HeadIndex[];
  /** Number of layers to compute. The prediction head reads the proposals after the last of them; with 0, the proposer's. */
  readonly layers?: number;
  /** Leaves log G out of Eq. 14 in all heads or in these, so that their attention scores depend on content only. */
  readonly prior?: "off" | readonly HeadIndex[];
  /** "frozen": no layer moves the locations (Eq. 16). */
  readonly locations?: "frozen";
}

/** All changes to a pass of a trained model. */
export interface Intervention extends PyramidIntervention, RegressorIntervention {}

/** A {@link RegressorIntervention} in a single layer, with heads that count from 0. */
interface LayerIntervention {
  readonly withoutHeads: readonly number[];
  readonly withoutPriors: readonly number[];
  readonly frozen: boolean;
}

/** @param layer counts from 0 */
function inLayer(
  { heads = [], prior = [], locations }: Intervention,
  layer: number,
  count: number,
): LayerIntervention {
  const ofLayer = (indices: readonly HeadIndex[]): number[] =>
    indices.flatMap(([one, head]) => (one === layer + 1 ? [head - 1] : []));
  return {
    withoutHeads: ofLayer(heads),
    withoutPriors: prior === "off" ? Array.from({ length: count }, (_, head) => head) : ofLayer(prior),
    frozen: locations === "frozen",
  };
}

/** 1 for the heads that remain, 0 for the others: [1, M, 1]. */
function headMask(count: number, without: readonly number[]): tf.Tensor3D {
  const mask = Array.from({ length: count }, (_, head) => (without.includes(head) ? 0 : 1));
  return tf.tensor3d(mask, [1, count, 1], "float32");
}

/** One layer of the regressor (§3.3). */
export class RegressorLayer {
  /** H^c, one row per class [T + 1, d] */
  private readonly types: tf.Variable<tf.Rank.R2> | undefined;
  private readonly attention: SpatialAttention;
  private readonly update: QueryUpdate;
  private readonly classifier: Mlp | undefined;
  private readonly moves: boolean;
  private readonly layer: number;
  private readonly heads: number;

  /** @param layer counts from 0 */
  constructor(scope: Scope, config: ModelConfig, classes: number, layer: number) {
    const { hidden, heads, update, feedForward, category, locationIteration, logitIteration } = config;
    this.layer = layer;
    this.heads = heads;
    this.types = category ? scope.make("types", [classes, hidden], normal) : undefined;
    this.attention = new SpatialAttention(scope.at("attention"), config);
    this.update = queryUpdate(scope.at("update"), update, hidden, feedForward);
    this.classifier = logitIteration ? new Mlp(scope.at("classifier"), hidden, classes) : undefined;
    this.moves = locationIteration;
  }

  forward(before: Proposals, lengths: Lengths, drop: Dropout, intervention: Intervention = {}): Refinement {
    const change = inLayer(intervention, this.layer, this.heads);
    const embedded = this.embedCategory(before); // Eq. 11: h' [N, d]
    const attention = this.attention.forward(embedded, before.locations, lengths, drop, change);
    const queries = this.update.forward(embedded, attention.output, drop); // Eq. 19: q [N, d]
    const locations = this.moves && !change.frozen ? attention.locations : before.locations; // Eq. 16: n [N, 2]
    // Eq. 20: c [N, T + 1]
    const logits = this.classifier ? plus(before.logits, this.classifier.forward(queries)) : before.logits;
    return { proposals: { queries, locations, logits }, attention };
  }

  /** h' = q + α^T H^c (Eq. 11) */
  private embedCategory({ queries, logits }: Proposals): tf.Tensor2D {
    if (!this.types) return queries;
    return plus(queries, tf.matMul(tf.softmax(logits), this.types));
  }
}

/**
 * The output and intermediate results of spatially modulated attention, with M heads of width D = d / M. `attentionMaps` derives
 * the maps for display from it.
 */
export interface Attention {
  /** q' [tokens, d] (Eq. 17) */
  readonly output: tf.Tensor2D;
  /** n for the next layer [tokens, 2] (Eq. 16) */
  readonly locations: tf.Tensor2D;
  /** Queries, keys and values, concatenated; the heads are concatenated within each [tokens, 3 · d]. */
  readonly transformed: tf.Tensor2D;
  /** Δn and θ of each head's Gaussian [tokens, M, 6] (Eq. 13). */
  readonly gaussians: tf.Tensor3D;
  /** n that the Gaussians are relative to, from the previous layer [tokens, 2]. */
  readonly inputLocations: tf.Tensor2D;
  /** The Gaussians that are part of the scores, with θ = 0 for heads without prior; absent if no head has one. */
  readonly prior: AttentionPrior | undefined;
  /** α of Eq. 14, [M, L, L] for each sentence, before dropout. */
  readonly weights: tf.Tensor1D;
  /** α of Eq. 15 [tokens, M, 2]: the weight of each head in the new start and end. */
  readonly headWeights: tf.Tensor3D;
}

/** Spatially modulated attention (§3.3.2). The heads of a layer share one locator and one head scorer. */
class SpatialAttention {
  private readonly heads: number;
  private readonly spatial: boolean;
  private readonly transform: Linear;
  private readonly locator: Locator;
  private readonly headScorer: Mlp;
  private readonly output: Linear;
  private readonly joinHeads: JoinHeads;

  constructor(scope: Scope, { hidden: width, heads, spatial, headFusion }: ModelConfig) {
    this.heads = heads;
    this.spatial = spatial;
    this.transform = new Linear(scope.at("transform"), width, 3 * width);
    this.locator = new Locator(scope.at("locator"), width / heads);
    this.headScorer = new Mlp(scope.at("headScorer"), width / heads, 2);
    this.output = new Linear(scope.at("output"), width, width);
    this.joinHeads = headFusion === "weighted" ? weighHeads : concatenateHeads;
  }

  /**
   * @param embedded h' [N, d]: query, key and value at once
   * @param locations n [N, 2]
   */
  forward(
    embedded: tf.Tensor2D,
    locations: tf.Tensor2D,
    lengths: Lengths,
    drop: Dropout,
    { withoutHeads, withoutPriors }: LayerIntervention,
  ): Attention {
    const { heads } = this;
    const transformed = this.transform.forward(embedded); // q k v [N, 3 d]
    const queries = tf.slice(transformed, [0, 0], embedded.shape);
    const gaussians = this.locator.predict(this.byHead(queries)); // Eq. 13: Δn θ [N, M, 6]
    const prior = this.priorOf(gaussians, locations, withoutPriors);
    const mask = dropoutMask(drop, [heads * rowsOf(squaresOf(lengths))]);
    // Eq. 14: o [N, d], α
    const attended = attention({ transformed, prior, mask }, { heads, lengths });
    const { weights } = attended;
    const scores = this.headScorer.forward(this.byHead(attended.output));
    const headWeights = weightsOfHeads(scores, withoutHeads); // Eq. 15: α [N, M, 2]
    const values = this.withoutOutputs(attended.output, withoutHeads);
    return {
      output: drop(this.output.forward(this.joinHeads(values, headWeights))), // Eq. 17: q' [N, d]
      locations: moveLocations(headWeights, gaussians, locations), // Eq. 16: n [N, 2]
      transformed,
      gaussians,
      inputLocations: locations,
      prior,
      weights,
      headWeights,
    };
  }

  /** The prior of the heads that have one. With θ = 0, log G is 0 everywhere. */
  private priorOf(
    gaussians: tf.Tensor3D,
    locations: tf.Tensor2D,
    without: readonly number[],
  ): AttentionPrior | undefined {
    if (!this.spatial || without.length === this.heads) return undefined;
    if (!without.length) return { gaussians, locations };
    return { gaussians: tf.mul(gaussians, headMask(this.heads, without)), locations };
  }

  /** o [N, d] with 0 for the heads that are left out */
  private withoutOutputs(output: tf.Tensor2D, without: readonly number[]): tf.Tensor2D {
    if (!without.length) return output;
    return tf.reshape(tf.mul(this.byHead(output), headMask(this.heads, without)), output.shape);
  }

  /** [N, d] → [N, M, D] */
  private byHead(rows: tf.Tensor2D): tf.Tensor3D {
    const [tokens, width] = rows.shape;
    return tf.reshape(rows, [tokens, this.heads, width / this.heads]);
  }
}

/** Softmax over the heads that remain; 0 for the others, and for all heads if none remains. */
function weightsOfHeads(scores: tf.Tensor3D, without: readonly number[]): tf.Tensor3D {
  if (!without.length) return softmaxOverHeads(scores);
  const mask = headMask(scores.shape[1], without);
  const lowered = tf.add(scores, tf.mul(tf.sub(mask, 1), 1e9));
  return tf.mul(softmaxOverHeads(lowered), mask);
}

/**
 * A Gaussian-like distribution over spans x for each query (Eq. 12, with its misprinted sign corrected):
 *
 *     log G(x) = -(x - μ)ᵀ Θ (x - μ) = -|θᵀ(x - μ)|²,   Θ = θθᵀ
 *
 * The engine takes μ and θ, and itself adds log G to the scores of attention (Eq. 14) and of spans (Eq. 22). Its L² values per
 * head and L³ values per sentence then need not all be in memory.
 */
export interface Gaussian {
  /** μ [..., 2] */
  readonly center: tf.Tensor;
  /** θ [..., 4], row-major 2 × 2 */
  readonly factor: tf.Tensor;
}

/** Predicts a Gaussian around each proposal from its query (Eq. 13). */
export class Locator {
  private readonly mlp: Mlp;

  constructor(scope: Scope, width: number) {
    this.mlp = new Mlp(scope, width, 6);
  }

  /** Δn and θ of queries [..., width], side by side [..., 6] (Eq. 13, line 1) */
  predict<T extends tf.Tensor>(queries: T): T {
    return this.mlp.forward(queries);
  }

  /** @param locations n, broadcast to [..., 2] */
  forward(queries: tf.Tensor, locations: tf.Tensor): Gaussian {
    return gaussianAt(this.predict(queries), locations);
  }
}

/**
 * @param predicted Δn and θ [..., 6]
 * @param locations n, broadcast to [..., 2]
 */
export function gaussianAt(predicted: tf.Tensor, locations: tf.Tensor): Gaussian {
  const [offset, factor] = tf.split(predicted, [2, 4], -1);
  return { center: tf.add(locations, offset), factor }; // Eq. 13, line 2: μ = n + Δn
}

/** Θ = θθᵀ, [..., 4] row-major from θ [..., 4] (Eq. 13, line 3). */
export function precision(factor: tf.Tensor): tf.Tensor {
  const [a, b, c, d] = tf.split(factor, 4, -1);
  const off = tf.add(tf.mul(a, c), tf.mul(b, d));
  return tf.concat([tf.add(tf.square(a), tf.square(b)), off, off, tf.add(tf.square(c), tf.square(d))], -1);
}

/** Computes the input of the output map of Eq. 17, [N, d], from the heads' outputs o [N, d] and weights α [N, M, 2]. */
type JoinHeads = (values: tf.Tensor2D, headWeights: tf.Tensor3D) => tf.Tensor2D;

/** Σ (W_m o_m + b_m) is one linear map of all o_m, concatenated as they already are. */
const concatenateHeads: JoinHeads = (values) => values;

/** Computes the new query from h' and the output q' of attention, both [N, d]. */
interface QueryUpdate {
  forward(state: tf.Tensor2D, input: tf.Tensor2D, drop: Dropout): tf.Tensor2D;
}

function queryUpdate(
  scope: Scope,
  kind: ModelConfig["update"],
  width: number,
  innerWidth: number,
): QueryUpdate {
  if (kind === "gate") return new Gate(scope, width);
  return kind === "feedForward" ? new FeedForward(scope, width, innerWidth) : new Residual(scope, width);
}

/** The gate of a GRU cell (Eq. 18): x is q', h is h'. */
class Gate implements QueryUpdate {
  private readonly input: Linear;
  private readonly state: Linear;

  constructor(scope: Scope, width: number) {
    this.input = new Linear(scope.at("input"), width, 3 * width);
    this.state = new Linear(scope.at("state"), width, 3 * width);
  }

  forward(state: tf.Tensor2D, input: tf.Tensor2D): tf.Tensor2D {
    return gate(this.input.forward(input), this.state.forward(state), state);
  }
}

/** Released code: the Transformer's feed-forward block, after the residual connection around the attention. */
class FeedForward implements QueryUpdate {
  private readonly before: LayerNorm;
  private readonly inner: Linear;
  private readonly outer: Linear;
  private readonly after: LayerNorm;

  constructor(scope: Scope, width: number, innerWidth: number) {
    this.before = new LayerNorm(scope.at("before"), width);
    this.inner = new Linear(scope.at("inner"), width, innerWidth);
    this.outer = new Linear(scope.at("outer"), innerWidth, width);
    this.after = new LayerNorm(scope.at("after"), width);
  }

  forward(state: tf.Tensor2D, input: tf.Tensor2D, drop: Dropout): tf.Tensor2D {
    const query = this.before.forward(plus(state, input));
    const fed = drop(this.outer.forward(drop(this.inner.forward(query, "gelu"))));
    return this.after.forward(plus(query, fed));
  }
}

/** The ablation "-Gated Update" of Table 6: LayerNorm(h' + q'). */
class Residual implements QueryUpdate {
  private readonly norm: LayerNorm;

  constructor(scope: Scope, width: number) {
    this.norm = new LayerNorm(scope.at("norm"), width);
  }

  forward(state: tf.Tensor2D, input: tf.Tensor2D): tf.Tensor2D {
    return this.norm.forward(plus(state, input));
  }
}
