import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../../src/base/safetensors";
import { type LossResult, matchingLoss } from "../../src/criterion/loss";
import { valueAndGradients } from "../../src/engine";
import { acceptedOf, candidates, type Detection, decode, type Prediction } from "../../src/model/head";
import { readTensor } from "../../src/nn/parameters";
import { pack } from "../support/padding";
import type { Golden } from "./golden";
import { compareGradients } from "./gradients";
import { type Output, outputsOf } from "./outputs";
import { recordOutputs } from "./recorder";
import { detectorNames, type ReleasedModel, releasedModel, underTheirNames } from "./released-model";
import { farthest, type Tally } from "./tally";
import { lossTolerance, outputTolerance } from "./tolerances";

/** Tensors that are not outputs of modules, or measure the authors' rounding. */
const otherTensors = /^out\.(loss$|loss_f64$|cost\.|assign\.|decode\.)/;

/** Compares all outputs of proposer, regressor and head, the loss, assignment, decoding, and every gradient. */
export function checkDetector(golden: Golden, tally: Tally): void {
  const model = releasedModel(golden);
  const { parameters } = model.network;
  const { values, shape } = model.hidden;
  const hidden = tf.tidy(() => tf.variable(tf.tensor(values, [...shape], "float32")));
  const record = new Map<string, StoredTensor>();
  try {
    const { value, gradients } = valueAndGradients(
      () =>
        recordOutputs(parameters, record, () => forward(golden, tally, model, hidden as tf.Tensor3D, record)),
      [...parameters.all, hidden],
    );
    tally.add("loss", "out.loss", farthest([value], golden.tensor("out.loss").values), lossTolerance);
    const byOurName = detectorNames(parameters).map((name): [string, StoredTensor] => [
      name,
      readTensor(gradients[parameters.names.indexOf(name)]),
    ]);
    const ours = underTheirNames(new Map(byOurName));
    ours.set("input.batch_hiddens", readTensor(gradients[parameters.all.length]));
    compareGradients(golden, tally, ours, model.config.model.kernels);
    tf.dispose(gradients);
  } finally {
    parameters.dispose();
    hidden.dispose();
  }
}

/** Compares everything on the way to the loss, and returns the loss. */
function forward(
  golden: Golden,
  tally: Tally,
  { config, network, lengths, targets }: ReleasedModel,
  hidden: tf.Tensor3D,
  record: ReadonlyMap<string, StoredTensor>,
): tf.Scalar {
  const pass = network.detect(pack(hidden, lengths), lengths);
  const result = matchingLoss(pass.prediction, targets, lengths, config.loss);
  compareOutputs(golden, tally, outputsOf(pass, record, lengths));
  compareMatching(golden, tally, result);
  compareEntities(golden, tally, pass.prediction, lengths, config.model.acceptTies);
  return result.loss;
}

function compareOutputs(golden: Golden, tally: Tally, outputs: ReadonlyMap<string, Output>): void {
  for (const [name, { values }] of golden.tensors) {
    if (!/^(out|mid)\./.test(name) || otherTensors.test(name)) continue;
    const ours = outputs.get(name);
    if (ours) tally.add("outputs", name, farthest(ours.values, values, ours.counts), outputTolerance);
    else tally.require(false, `${name} has no counterpart`);
  }
}

function compareMatching(golden: Golden, tally: Tally, { costs, assignments }: LossResult): void {
  for (const [sentence, cost] of costs.entries()) {
    const name = `out.cost.${sentence}`;
    const { values } = golden.tensor(name);
    const scaled = (numbers: ArrayLike<number>) =>
      Array.from(numbers, (number, i) => number / Math.max(1, Math.abs(values[i])));
    tally.add("outputs", name, farthest(scaled(cost), scaled(values)), outputTolerance);
  }
  for (const [sentence, assignment] of assignments.entries()) {
    const pairs = [...assignment.entries()].filter(([, column]) => column >= 0);
    for (const [side, index] of [
      ["rows", 0],
      ["cols", 1],
    ] as const) {
      requireEqual(
        golden,
        tally,
        `out.assign.${side}.${sentence}`,
        pairs.map((pair) => pair[index]),
      );
    }
  }
}

function compareEntities(
  golden: Golden,
  tally: Tally,
  prediction: Prediction,
  lengths: readonly number[],
  acceptTies: boolean,
): void {
  requireEqual(
    golden,
    tally,
    "out.decode.raw",
    rowsOf(candidates(prediction, lengths, acceptTies).map(acceptedOf)).flat(),
  );
  const { values } = golden.tensor("out.decode.dedup");
  const rows = Array.from({ length: values.length / 4 }, (_, row) => [
    ...values.subarray(4 * row, 4 * row + 4),
  ]);
  // Ours are in a different order.
  const sorted = (entities: number[][]) => entities.map((row) => row.join(" ")).sort();
  const [theirs, ours] = [sorted(rows), sorted(rowsOf(decode(prediction, lengths, acceptTies)))];
  tally.require(ours.join() === theirs.join(), `out.decode.dedup is [${theirs}], here [${ours}]`);
}

function requireEqual(golden: Golden, tally: Tally, name: string, ours: readonly number[]): void {
  const theirs = golden.tensor(name).values;
  tally.require(ours.join() === theirs.join(), `${name} is [${theirs}], here [${ours}]`);
}

/** Sentence, start, end and type of each entity. */
const rowsOf = (detections: readonly (readonly Detection[])[]): number[][] =>
  detections.flatMap((entities, sentence) =>
    entities.map(({ start, end, type }) => [sentence, start, end, type]),
  );
