import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import {
  bestSpans,
  type Lengths,
  logSoftmax,
  offsetsOf,
  plus,
  type SpanScores,
  sentenceProducts,
} from "../engine";
import { Linear, Mlp } from "../nn/linear";
import type { Scope } from "../nn/parameters";
import type { Proposals } from "./proposer";
import { Locator } from "./regressor";

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
    const logClass = logSoftmax(plus(logits, this.classifier.forward(queries))); // Eq. 21: log p^c [N, T + 1]
    const starts = this.start.forward(queries, hidden, lengths); // Eq. 22, line 1: g / √d [Σ L²]
    const ends = this.end.forward(queries, hidden, lengths);
    const gaussian = this.locator.forward(queries, locations); // Eq. 13: μ [N, 2], θ [N, 4]
    return { logClass, spans: { starts, ends, ...gaussian, lengths } }; // Eq. 22, lines 2–3
  }
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

/** A predicted entity in the model's terms: both ends inclusive, `type` a class index. */
export interface Detection {
  readonly start: number;
  readonly end: number;
  readonly type: number;
  /** p^c(type) · p^n(start, end) */
  readonly probability: number;
  /** The token whose proposal this is. */
  readonly proposal: number;
}

/** The most probable entity of a proposal, even if None is more probable. */
export interface Candidate extends Detection {
  /** Whether Algorithm 2 accepts it. */
  readonly accepted: boolean;
}

/**
 * Algorithm 2. A proposal is accepted if p^c of its most probable type times p^n of its most probable span is at least p^c of None.
 * Proposals with the same span and type become one entity, with the highest of their probabilities.
 * @param acceptTies whether to accept an entity exactly as probable as None, as in line 5
 * @returns the entities of each sentence, by start, then end
 */
export function decode(prediction: Prediction, lengths: Lengths, acceptTies = true): Detection[][] {
  return candidates(prediction, lengths, acceptTies).map(decodeCandidates);
}

/** The most probable of the detections with the same span and type, sorted by start, then end. */
export function distinct<T extends Detection>(detections: readonly T[]): T[] {
  const best = new Map<string, T>();
  for (const detection of detections) {
    const key = `${detection.start} ${detection.end} ${detection.type}`;
    const duplicate = best.get(key);
    if (!duplicate || detection.probability > duplicate.probability) best.set(key, detection);
  }
  return [...best.values()].sort((x, y) => x.start - y.start || x.end - y.end || x.type - y.type);
}

/** The entities of a sentence: its accepted candidates without duplicates. */
export function decodeCandidates(all: readonly Candidate[]): Detection[] {
  return distinct(acceptedOf(all));
}

/** The accepted candidates of a sentence, in their order, before duplicates are removed. */
export function acceptedOf(all: readonly Candidate[]): Detection[] {
  return all.flatMap(({ accepted, ...detection }) => (accepted ? [detection] : []));
}

/** The most probable entity of each proposal, in the order of the proposals. */
export function candidates(
  { logClass, spans }: Prediction,
  lengths: Lengths,
  acceptTies = true,
): Candidate[][] {
  const [, classes] = logClass.shape;
  const offsets = offsetsOf(lengths);
  const classData = logClass.dataSync() as Float32Array;
  const { starts, ends, logProbabilities } = bestSpans(spans);
  return lengths.map((length, sentence) =>
    Array.from({ length }, (_, proposal): Candidate => {
      const row = offsets[sentence] + proposal;
      const logTypes = classData.subarray(row * classes, (row + 1) * classes - 1);
      const type = logTypes.indexOf(Math.max(...logTypes)); // line 3
      const none = classData[(row + 1) * classes - 1];
      // Line 4, in logarithms: probabilities that underflow to 0 in double precision can still be compared.
      const entity = logTypes[type] + logProbabilities[row];
      const accepted = logTypes[type] >= none && (entity > none || (entity === none && acceptTies)); // line 5
      return { start: starts[row], end: ends[row], type, probability: Math.exp(entity), proposal, accepted };
    }),
  );
}
