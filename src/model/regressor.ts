import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import { gate, type Lengths, plus } from "../engine";
import { LayerNorm, Linear, Mlp } from "../nn/linear";
import { type Dropout, normal, type Scope } from "../nn/parameters";
import { type Attention, type Intervention, SpatialAttention } from "./attention";
import type { Proposals } from "./proposer";

/** Computes the new query from h' and the output q' of attention, both [N, d]. */
interface QueryUpdate {
  forward(state: tf.Tensor2D, input: tf.Tensor2D, drop: Dropout): tf.Tensor2D;
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

/** The Transformer's feed-forward block, after the residual connection around the attention. */
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

/** LayerNorm(h' + q'), the ablation "-Gated Update" of Table 6. */
class Residual implements QueryUpdate {
  private readonly norm: LayerNorm;

  constructor(scope: Scope, width: number) {
    this.norm = new LayerNorm(scope.at("norm"), width);
  }

  forward(state: tf.Tensor2D, input: tf.Tensor2D): tf.Tensor2D {
    return this.norm.forward(plus(state, input));
  }
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

/** The new proposals of a layer, and its attention. */
export interface Refinement {
  readonly proposals: Proposals;
  readonly attention: Attention;
}

/** One layer of the regressor (§3.3). */
export class RegressorLayer {
  private readonly types: tf.Variable<tf.Rank.R2> | undefined;
  private readonly attention: SpatialAttention;
  private readonly update: QueryUpdate;
  private readonly classifier: Mlp | undefined;
  private readonly moves: boolean;

  constructor(scope: Scope, config: ModelConfig, classes: number) {
    const { hidden, update, feedForward, category, locationIteration, logitIteration } = config;
    this.types = category ? scope.make("types", [classes, hidden], normal) : undefined; // H^c, one row per class
    this.attention = new SpatialAttention(scope.at("attention"), config);
    this.update = queryUpdate(scope.at("update"), update, hidden, feedForward);
    this.classifier = logitIteration ? new Mlp(scope.at("classifier"), hidden, classes) : undefined;
    this.moves = locationIteration;
  }

  forward(before: Proposals, lengths: Lengths, drop: Dropout, intervention: Intervention = {}): Refinement {
    const embedded = this.embedCategory(before); //                                         Eq. 11          h'        [N, d]
    const attention = this.attention.forward(embedded, before.locations, lengths, drop, intervention);
    const queries = this.update.forward(embedded, attention.output, drop); //               Eq. 19          q         [N, d]
    const locations = this.moves ? attention.locations : before.locations; //               Eq. 16          n         [N, 2]
    const logits = this.classifier ? plus(before.logits, this.classifier.forward(queries)) : before.logits; //                                                                   Eq. 20          c         [N, T + 1]
    return { proposals: { queries, locations, logits }, attention };
  }

  /** h' = q + α^T H^c (Eq. 11) */
  private embedCategory({ queries, logits }: Proposals): tf.Tensor2D {
    if (!this.types) return queries;
    return plus(queries, tf.matMul(tf.softmax(logits), this.types as tf.Tensor2D));
  }
}
