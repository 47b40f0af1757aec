import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../base/errors";
import { type LossConfig, paperLoss } from "../config/loss";
import { spanLogProbabilities } from "../engine";
import type { Prediction } from "../model/head";
import { assign } from "./assignment";

/** A gold entity as the model counts: both ends inclusive, `type` a class index. */
export interface Target {
  readonly start: number;
  readonly end: number;
  readonly type: number;
}

/** The loss of a batch and the assignment it was computed for. */
export interface Matched {
  /** Sum (or, by config, mean) over a sentence's proposals, mean over sentences (Eq. 25). */
  readonly loss: tf.Scalar;
  /** Per sentence, the matching cost of each proposal with each entity (Eq. 24), [proposals, entities]. */
  readonly costs: readonly Float32Array[];
  /** Per sentence, for each proposal its entity or -1 for None. */
  readonly assignments: readonly Int32Array[];
}

/**
 * The set prediction loss: assigns targets to proposals (Algorithm 1) and sums their matching costs (Eq. 24–25).
 * @param targets gold entities of each sentence, inside the sentence
 * @throws PnrError when the model's output is not finite
 */
export function matchingLoss(
  prediction: Prediction,
  targets: readonly (readonly Target[])[],
  lengths: readonly number[],
  { unmatched, reduction, clamp }: LossConfig = paperLoss,
): Matched {
  const { logClass } = prediction;
  const [batch, tokens, classes] = logClass.shape;
  const none = classes - 1;
  const logSpan = pickSpans(prediction, targets, lengths); //                                   [pairs]
  const classData = logClass.dataSync() as Float32Array;
  const spanData = logSpan.dataSync() as Float32Array;

  const classWeights = new Float32Array(classData.length);
  const spanWeights = new Float32Array(spanData.length);
  const assignments: Int32Array[] = [];
  const costs: Float32Array[] = [];
  // in single precision, as the costs are that it is compared with
  const highest = clamp > 0 ? Math.fround(-Math.log(clamp)) : Number.POSITIVE_INFINITY;
  let clamped = 0;
  let pair = 0;
  for (const [sentence, own] of targets.entries()) {
    const proposals = lengths[sentence];
    const first = sentence * tokens * classes;
    const cost = new Float32Array(proposals * own.length);
    const noneCost = new Float32Array(proposals);
    let finite = true;
    for (let i = 0, position = 0; i < proposals; i++) {
      const at = first + i * classes;
      noneCost[i] = Math.min(highest, -classData[at + none]); //                              Eq. 24 for None
      finite &&= Number.isFinite(noneCost[i]);
      for (let j = 0; j < own.length; j++, position++) {
        cost[position] = Math.min(highest, -classData[at + own[j].type] - spanData[pair + position]); // Eq. 24
        finite &&= Number.isFinite(cost[position]);
      }
    }
    if (!finite) {
      throw new PnrError(
        "The loss is not finite: the learning rate may be too high (training.learningRate).",
      );
    }
    const assignment = assign(cost, noneCost, own.length, unmatched);
    const weight = 1 / (reduction === "mean" ? batch * proposals : batch);
    for (let i = 0; i < proposals; i++) {
      const j = assignment[i];
      const position = i * own.length + j;
      if ((j < 0 ? noneCost[i] : cost[position]) >= highest) {
        clamped += weight * highest;
        continue;
      }
      classWeights[first + i * classes + (j < 0 ? none : own[j].type)] = -weight;
      if (j >= 0) spanWeights[pair + position] = -weight;
    }
    assignments.push(assignment);
    costs.push(cost);
    pair += cost.length;
  }
  const classLoss = tf.sum(tf.mul(logClass, tf.tensor(classWeights, logClass.shape, "float32")));
  const spanLoss = tf.sum(tf.mul(logSpan, tf.tensor1d(spanWeights, "float32")));
  return { loss: tf.add(tf.add(classLoss, spanLoss), clamped) as tf.Scalar, costs, assignments };
}

/** log p^n of all that the loss can need: every proposal with every gold span of its sentence, sentence by sentence. */
function pickSpans(
  { logClass, spans }: Prediction,
  targets: readonly (readonly Target[])[],
  lengths: readonly number[],
): tf.Tensor1D {
  const [, tokens] = logClass.shape;
  const count = targets.reduce((sum, own, sentence) => sum + lengths[sentence] * own.length, 0);
  const [rows, starts, ends] = [0, 1, 2].map(() => new Int32Array(count));
  let pick = 0;
  for (const [sentence, own] of targets.entries()) {
    for (let i = 0; i < lengths[sentence]; i++) {
      for (const { start, end } of own) {
        rows[pick] = sentence * tokens + i;
        starts[pick] = start;
        ends[pick++] = end;
      }
    }
  }
  return spanLogProbabilities(spans, { rows, starts, ends });
}
