import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../base/errors";
import { type LossConfig, paperLoss } from "../config/training-config";
import type { Sentence } from "../corpus";
import { type Lengths, offsetsOf, spanLogProbabilities } from "../engine";
import type { Prediction } from "../model/head";
import { assign } from "./assignment";

/** A gold entity in the model's terms: both ends inclusive, `type` a class index. */
export interface Target {
  readonly start: number;
  readonly end: number;
  readonly type: number;
}

/** Gold entities in the model's terms. @param types the types of the model's classes */
export function targetsOf({ entities }: Pick<Sentence, "entities">, types: readonly string[]): Target[] {
  return entities.map(({ start, end, type }) => ({ start, end: end - 1, type: types.indexOf(type) }));
}

/** The loss of a batch and the assignment that it is computed from. */
export interface LossResult {
  /** Sum (or mean, if configured) over the proposals of a sentence, then mean over sentences (Eq. 25). */
  readonly loss: tf.Scalar;
  /** For each sentence, the matching cost of each proposal with each entity (Eq. 24), [proposals, entities]. */
  readonly costs: readonly Float32Array[];
  /** For each sentence, the entity of each proposal, or -1 for None. */
  readonly assignments: readonly Int32Array[];
}

/**
 * The set prediction loss: assigns targets to proposals (Algorithm 1) and sums their matching costs (Eq. 24–25).
 * @param targets gold entities of each sentence; all lie inside the sentence
 * @throws PnrError when the model's output is not finite
 */
export function matchingLoss(
  prediction: Prediction,
  targets: readonly (readonly Target[])[],
  lengths: Lengths,
  { unmatched, reduction, clamp }: LossConfig = paperLoss,
): LossResult {
  const { logClass } = prediction;
  const [, classes] = logClass.shape;
  const batch = lengths.length;
  const offsets = offsetsOf(lengths);
  const logSpan = pickSpans(prediction, targets, lengths); // [pairs]
  const classData = logClass.dataSync() as Float32Array;
  const spanData = logSpan.dataSync() as Float32Array;

  // in single precision, like the costs it is compared with
  const highest = clamp > 0 ? Math.fround(-Math.log(clamp)) : Number.POSITIVE_INFINITY;
  const classWeights = new Float32Array(classData.length);
  const spanWeights = new Float32Array(spanData.length);
  const assignments: Int32Array[] = [];
  const costs: Float32Array[] = [];
  let clamped = 0;
  let pair = 0;
  for (const [sentence, entities] of targets.entries()) {
    const proposals = lengths[sentence];
    const first = offsets[sentence] * classes;
    const { cost, noneCost } = matchingCosts(
      classData.subarray(first, first + proposals * classes),
      spanData.subarray(pair, pair + proposals * entities.length),
      entities,
      { classes, highest },
    );
    const assignment = assign(cost, noneCost, entities.length, unmatched);
    const weight = 1 / (reduction === "mean" ? batch * proposals : batch);
    for (let i = 0; i < proposals; i++) {
      const j = assignment[i];
      const position = i * entities.length + j;
      if ((j < 0 ? noneCost[i] : cost[position]) >= highest) {
        clamped += weight * highest;
        continue;
      }
      classWeights[first + i * classes + (j < 0 ? classes - 1 : entities[j].type)] = -weight;
      if (j >= 0) spanWeights[pair + position] = -weight;
    }
    assignments.push(assignment);
    costs.push(cost);
    pair += cost.length;
  }
  const classLoss = tf.sum(tf.mul(logClass, tf.tensor(classWeights, logClass.shape, "float32")));
  const spanLoss = tf.sum(tf.mul(logSpan, tf.tensor1d(spanWeights, "float32")));
  return { loss: tf.add(tf.add(classLoss, spanLoss), clamped) as tf.Scalar, costs, assignments }; // Eq. 25
}

/**
 * The matching costs of one sentence (Eq. 24): of each proposal with each entity, [proposals, entities], and with None,
 * [proposals].
 * @param logClass log p^c [proposals, classes]
 * @param logSpan log p^n [proposals, entities]
 * @param highest costs are clamped to this value
 * @throws PnrError when a cost is not finite
 */
function matchingCosts(
  logClass: Float32Array,
  logSpan: Float32Array,
  entities: readonly Target[],
  { classes, highest }: { readonly classes: number; readonly highest: number },
): { cost: Float32Array; noneCost: Float32Array } {
  const proposals = logClass.length / classes;
  const cost = logSpan.map((log, pair) => {
    const i = Math.floor(pair / entities.length);
    return Math.min(highest, -logClass[i * classes + entities[pair % entities.length].type] - log);
  });
  const noneCost = new Float32Array(proposals);
  for (let i = 0; i < proposals; i++) noneCost[i] = Math.min(highest, -logClass[(i + 1) * classes - 1]);
  if (cost.every(Number.isFinite) && noneCost.every(Number.isFinite)) return { cost, noneCost };
  throw new PnrError("The loss is not finite: the learning rate may be too high (training.learningRate).");
}

/** log p^n of every proposal with every gold span of its sentence, sentence by sentence: [pairs]. */
function pickSpans(
  { spans }: Prediction,
  targets: readonly (readonly Target[])[],
  lengths: Lengths,
): tf.Tensor1D {
  const offsets = offsetsOf(lengths);
  const count = targets.reduce((sum, entities, sentence) => sum + lengths[sentence] * entities.length, 0);
  const [rows, starts, ends] = [0, 1, 2].map(() => new Int32Array(count));
  let pair = 0;
  for (const [sentence, entities] of targets.entries()) {
    for (let i = 0; i < lengths[sentence]; i++) {
      for (const { start, end } of entities) {
        rows[pair] = offsets[sentence] + i;
        starts[pair] = start;
        ends[pair++] = end;
      }
    }
  }
  return spanLogProbabilities(spans, { rows, starts, ends });
}
