import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Ensemble } from "../../src/detector/ensemble";
import { EntityDetector } from "../../src/detector/entity-detector";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import { compare } from "../../src/evaluation/compare";
import { evaluateEnsemble } from "../../src/evaluation/ensemble";
import { ensembleTable } from "../../src/evaluation/ensemble-text";
import { evaluateSentences } from "../../src/evaluation/evaluate";
import { makeSentence, smallModel, vocabularies } from "../support/model";
import { scramble } from "../support/numbers";

before(() => startBackend("wasm"));

test("an ensemble is scored next to its members, with paired differences to each and to their mean", async () => {
  const detectors = [1, 3, 5].map((seed) => {
    const random = new Random(seed);
    const model = { ...smallModel, kernels: [2], layers: 1 };
    const detector = new EntityDetector({ model, types: ["A", "B"], vocabularies }, random);
    scramble(detector.network.parameters, random);
    return detector;
  });
  using ensemble = new Ensemble(detectors.map((detector, index) => ({ name: `run ${index}`, detector })));
  const random = new Random(2);
  const bare = Array.from({ length: 80 }, (_, at) => ({
    ...makeSentence(random, 1 + random.below(7)),
    ...{ previous: [], next: [], id: `s${at}` },
  }));
  const predictions = await ensemble.predict(bare);
  const first = await detectors[0].predict(bare);
  // half of what the ensemble predicts is right, and some of what only its first member does
  const sentences = bare.map((sentence, at) => ({
    ...sentence,
    entities: (at % 2 ? predictions[at] : first[at]).map(({ start, end, type }) => ({ start, end, type })),
  }));

  const options = { resamples: 200, seed: 7 };
  const scored = await evaluateEnsemble(ensemble, sentences, options);
  const alone = await Promise.all(
    detectors.map((detector) => evaluateSentences(detector, sentences, options)),
  );
  assert.deepEqual(
    scored.members.map(({ name, ...evaluation }) => evaluation),
    alone,
  );
  const runs = [...scored.members, { name: "ensemble", ...scored.ensemble }];
  const { pairs } = compare(runs, options);
  for (const [index, gain] of scored.gains.members.entries()) {
    const pair = pairs.find(({ first, second }) => first === index && second === 3);
    assert.deepEqual(gain, pair?.differences.overall);
  }
  const f1 = alone.map(({ scores }) => scores.overall.f1);
  const mean = (f1[0] + f1[1] + f1[2]) / 3;
  const variance = f1.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2;
  assert.ok(Math.abs(scored.mean.f1.mean - mean) < 1e-9);
  assert.ok(Math.abs(scored.mean.f1.deviation! - Math.sqrt(variance)) < 1e-9);
  const { value, interval } = scored.gains.mean.f1;
  assert.ok(Math.abs(value - (scored.ensemble.scores.overall.f1 - mean)) < 1e-9);
  assert.ok(Math.abs(value) > 1 && interval && interval.low < value && value < interval.high);
  assert.equal(scored.units, "sentences");

  const table = ensembleTable(scored);
  const lines = table.split("\n").map((line) => line.trim().split(/ {2,}/));
  assert.deepEqual(lines[1], [
    "run 0",
    ...["precision", "recall", "f1"].map((name) => number(alone[0], name)),
  ]);
  assert.deepEqual(lines.find(([name]) => name.startsWith("±"))?.[3], Math.sqrt(variance).toFixed(2));
  assert.equal(
    lines.filter(([name]) => name === "mean of the members")[1][1].slice(1),
    Math.abs(value).toFixed(2),
  );
});

test("the members of an ensemble of equal models do not differ from it", async () => {
  const random = new Random(1);
  const model = { ...smallModel, kernels: [2], layers: 1 };
  const detector = new EntityDetector({ model, types: ["A", "B"], vocabularies }, random);
  scramble(detector.network.parameters, random);
  using ensemble = new Ensemble(["a", "b"].map((name) => ({ name, detector })));
  const sentences = Array.from({ length: 20 }, (_, at) => ({
    ...makeSentence(random, 4),
    ...{ previous: [], next: [], id: `s${at}`, entities: [{ start: at % 3, end: 3, type: "A" }] },
  }));
  const { gains, mean } = await evaluateEnsemble(ensemble, sentences, { threshold: 0.01 });
  for (const { f1 } of [gains.mean, ...gains.members])
    assert.deepEqual(f1, { value: 0, interval: { low: 0, high: 0 } });
  assert.equal(mean.f1.deviation, 0);
});

function number({ scores }: Awaited<ReturnType<typeof evaluateSentences>>, name: string): string {
  return scores.overall[name as "f1"].toFixed(2);
}
