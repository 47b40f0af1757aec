import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import { type Lengths, logSoftmax, plus, type SpanScores, sentenceProducts } from "../engine";
import { Linear, Mlp } from "../nn/linear";
import type { Scope } from "../nn/parameters";
import { Locator } from "./gaussian";
import type { Proposals } from "./proposer";

/** The model's prediction for a batch; the last class is None. */
export interface Prediction {
  /** log p^c [tokens, T + 1] (Eq. 21) */
  readonly logClass: tf.Tensor2D;
  /**
   * The terms of the scores of all spans (Eq. 22), proposal by proposal; log p^n is the log-softmax of the scores. See
   * `spanLogProbabilities`, `bestSpans` and `spanProbabilities`.
   */
  readonly spans: SpanScores;
}

/** One pointer network, for start or end: scores each token (column) for each proposal (row), scaled by 1/√d. */
class Pointer {
  private readonly query: Linear;
  private readonly context: Linear;
  private readonly scale: number;

  /** @param shared whether query and context use the same linear map */
  constructor(scope: Scope, width: number, shared: boolean) {
    this.query = new Linear(shared ? scope : scope.at("query"), width, width);
    this.context = shared ? this.query : new Linear(scope.at("context"), width, width);
    this.scale = 1 / Math.sqrt(width);
  }

  /** Two times [tokens, d] → [L, L] for each sentence */
  forward(queries: tf.Tensor2D, hidden: tf.Tensor2D, lengths: Lengths): tf.Tensor1D {
    const products = sentenceProducts(this.query.forward(queries), this.context.forward(hidden), lengths);
    return tf.mul(products, this.scale);
  }
}

/** The prediction head (§3.4): classes, and the joint pointer network over spans. */
export class Head {
  private readonly classifier: Mlp;
  private readonly start: Pointer;
  private readonly end: Pointer;
  private readonly locator: Locator;

  constructor(scope: Scope, width: number, classes: number, pointers: ModelConfig["pointers"] = "shared") {
    this.classifier = new Mlp(scope.at("classifier"), width, classes);
    this.start = new Pointer(scope.at("start"), width, pointers === "shared");
    this.end = new Pointer(scope.at("end"), width, pointers === "shared");
    this.locator = new Locator(scope.at("locator"), width);
  }

  /** @param hidden the encoder's output H [tokens, d], the pointers' context */
  forward({ queries, locations, logits }: Proposals, hidden: tf.Tensor2D, lengths: Lengths): Prediction {
    const classScores = plus(logits, this.classifier.forward(queries));
    const logClass = logSoftmax(classScores); //                                            Eq. 21          log p^c   [N, T + 1]
    const starts = this.start.forward(queries, hidden, lengths); //                         Eq. 22, line 1  g / √d    [Σ L²]
    const ends = this.end.forward(queries, hidden, lengths);
    const gaussian = this.locator.forward(queries, locations); //                           Eq. 13          μ θ       [N, 2] [N, 4]
    return { logClass, spans: { starts, ends, ...gaussian, lengths } }; //                  Eq. 22, lines 2–3
  }
}
