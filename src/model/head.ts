import * as tf from "@tensorflow/tfjs-core";
import { logSoftmax } from "../engine";
import { Linear, Mlp } from "../nn/linear";
import type { Scope } from "../nn/parameters";
import type { ModelConfig } from "./config";
import { type Gaussian, Locator } from "./gaussian";
import { masked } from "./mask";
import type { Proposals } from "./proposer";
import { spanScores } from "./spans";

/** The model's prediction for a batch; the last class is None. */
export interface Prediction {
  /** log p^c [batch, L, T + 1] (Eq. 21) */
  readonly logClass: tf.Tensor3D;
  /** log p^n [batch, L, L · L] for (proposal, start · L + end); p^n is 0 where end < start or beyond the sentence (Eq. 22). */
  readonly logSpan: tf.Tensor3D;
  /** Centre [batch, L, 2] and factor [batch, L, 4] of each proposal's Gaussian over spans. */
  readonly gaussian: Gaussian;
}

/** One pointer network, to start or end: how well each token (column) fits each proposal (row), scaled by 1/√d. */
class Pointer {
  private readonly query: Linear;
  private readonly context: Linear;
  private readonly scale: number;

  /** @param shared whether one map serves query and context */
  constructor(scope: Scope, width: number, shared: boolean) {
    this.query = new Linear(shared ? scope : scope.at("query"), width, width);
    this.context = shared ? this.query : new Linear(scope.at("context"), width, width);
    this.scale = 1 / Math.sqrt(width);
  }

  /** [batch, L, d] twice → [batch, L, L] */
  forward(queries: tf.Tensor3D, hidden: tf.Tensor3D): tf.Tensor3D {
    const products = tf.matMul(this.query.forward(queries), this.context.forward(hidden), false, true);
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

  /** @param hidden the encoder's output H [batch, L, d], the context that the pointers point into */
  forward(
    { queries, locations, logits }: Proposals,
    hidden: tf.Tensor3D,
    lengths: readonly number[],
  ): Prediction {
    const [batch, tokens] = queries.shape;
    const classScores = tf.add(logits, this.classifier.forward(queries)) as tf.Tensor3D;
    const logClass = logSoftmax(classScores); //                   Eq. 21
    const gaussian = this.locator.forward(queries, locations);
    const starts = this.start.forward(queries, hidden); //                              Eq. 22, line 1  [B, L, L]
    const ends = this.end.forward(queries, hidden);
    const scores = spanScores(starts, ends, gaussian); //         Eq. 22, line 2  [B, L, L, L]
    const flat = tf.reshape(tf.add(scores, spanMask(lengths, tokens)), [
      batch,
      tokens,
      tokens * tokens,
    ]) as tf.Tensor3D;
    return { logClass, logSpan: logSoftmax(flat), gaussian };
  }
}

/** [batch, 1, L, L]: 0 for spans start ≤ end inside the sentence, else {@link masked}. */
function spanMask(lengths: readonly number[], tokens: number): tf.Tensor4D {
  const values = new Float32Array(lengths.length * tokens * tokens).fill(masked);
  lengths.forEach((length, sentence) => {
    for (let start = 0; start < length; start++) {
      const row = (sentence * tokens + start) * tokens;
      values.fill(0, row + start, row + length);
    }
  });
  return tf.tensor4d(values, [lengths.length, 1, tokens, tokens], "float32");
}
