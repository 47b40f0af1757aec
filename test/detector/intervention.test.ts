import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { ModelConfig } from "../../src/config/model-config";
import { EntityDetector } from "../../src/detector/entity-detector";
import type { InputSentence } from "../../src/detector/input";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import type { HeadIndex } from "../../src/model/regressor";
import { readTensor } from "../../src/nn/parameters";
import { inputError } from "../support/folders";
import { makeSentence, smallModel, vocabularies } from "../support/model";
import { assertNear, scramble } from "../support/numbers";

before(() => startBackend("wasm"));

const layers = 3;
const heads = 4;

function detectorOf(change: Partial<ModelConfig> = {}, seed = 1): EntityDetector {
  const random = new Random(seed);
  const model = { ...smallModel, kernels: [2], layers, heads, ...change };
  const detector = new EntityDetector({ model, types: ["A", "B"], vocabularies }, random);
  scramble(detector.network.parameters, random);
  return detector;
}

const random = new Random(2);
const sentence: InputSentence = makeSentence(random, 6);
const sentences: InputSentence[] = Array.from({ length: 40 }, () =>
  makeSentence(random, 1 + random.below(9)),
);

test("a head that is left out adds nothing to the queries, and the others alone move the locations", async () => {
  using detector = detectorOf();
  const { layers: traced, states } = await detector.trace(sentence, { heads: [[1, 2]] });
  const { headWeights, center } = traced[0];
  for (const token of sentence.tokens.keys()) {
    for (const side of [0, 1]) {
      const weightsOf = Array.from(
        { length: heads },
        (_, head) => headWeights[2 * (token * heads + head) + side],
      );
      assert.equal(weightsOf[1], 0);
      assert.ok(Math.abs(weightsOf.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-6);
      const moved = weightsOf.reduce(
        (sum, weight, head) => sum + weight * center[2 * (head * sentence.tokens.length + token) + side],
        0,
      );
      assert.ok(Math.abs(moved - states[1].locations[2 * token + side]) < 1e-5);
    }
  }
  // the output map of a model that never reads the head
  using deaf = detectorOf();
  const name = "regressor.0.attention.output.weight";
  const { shape, values } = readTensor(deaf.network.parameters.get(name));
  const [width] = shape;
  const headWidth = width / heads;
  const silenced = values.map((value, index) => (Math.floor((index % width) / headWidth) === 1 ? 0 : value));
  deaf.network.parameters.set(name, { shape, values: silenced });
  const expected = await deaf.trace(sentence);
  assertNear([...states[1].probabilities], [...expected.states[1].probabilities], 1e-6, "classes");
  assert.notDeepEqual(states[1].probabilities, (await detector.trace(sentence)).states[1].probabilities);
});

test("without any head in a layer, its locations stay", async () => {
  using detector = detectorOf();
  const all = Array.from({ length: heads }, (_, head): HeadIndex => [2, head + 1]);
  const { states, layers: traced } = await detector.trace(sentence, { heads: all });
  assertNear([...states[2].locations], [...states[1].locations], 1e-6, "locations");
  assert.ok(traced[1].headWeights.every((weight) => weight === 0));
  assert.notDeepEqual(states[3].locations, states[2].locations);
});

test("the prior can be left out of single heads, and of all as with off", async () => {
  using detector = detectorOf();
  const [on, some] = await Promise.all([
    detector.trace(sentence),
    detector.trace(sentence, { prior: [[2, 3]] }),
  ]);
  assert.equal(some.prior, "on");
  assert.deepEqual(some.states[1], on.states[1], "the layer before is the same");
  const size = sentence.tokens.length ** 2;
  for (let head = 0; head < heads; head++) {
    const [before, after] = [on, some].map(({ layers: traced }) =>
      traced[1].logPrior.subarray(head * size, (head + 1) * size),
    );
    if (head === 2) assert.ok(after.every((value) => value === 0) && before.some((value) => value < 0));
    else assert.deepEqual(after, before);
  }
  const every = Array.from(
    { length: layers * heads },
    (_, index): HeadIndex => [1 + Math.floor(index / heads), 1 + (index % heads)],
  );
  const [off, listed] = await Promise.all([
    detector.trace(sentence, { prior: "off" }),
    detector.trace(sentence, { prior: every }),
  ]);
  assert.deepEqual(listed.states, off.states);
});

test("frozen locations are those of a model without the locations' iteration", async () => {
  using detector = detectorOf();
  using frozen = detectorOf({ locationIteration: false });
  const [one, other] = await Promise.all([
    detector.trace(sentence, { locations: "frozen" }),
    frozen.trace(sentence),
  ]);
  assert.deepEqual(one.states, other.states);
  assert.deepEqual(one.head, other.head);
  assert.notDeepEqual(one.states, (await detector.trace(sentence)).states);
});

test("with fewer layers, the prediction head reads the proposals of the last of them", async () => {
  using detector = detectorOf();
  const full = await detector.trace(sentence);
  for (let count = 0; count <= layers; count++) {
    const { states, layers: traced, head } = await detector.trace(sentence, { layers: count });
    assert.equal(traced.length, count);
    assert.deepEqual(states, full.states.slice(0, count + 1));
    assert.equal(
      count === layers,
      head.probabilities.every((value, index) => value === full.head.probabilities[index]),
    );
  }
});

test("predictEach predicts as predict does with each intervention, in batches", async () => {
  using detector = detectorOf();
  const interventions = [{}, { heads: [[1, 1]] as const }, { prior: "off" as const }, { layers: 0 }];
  const each = await detector.predictEach(sentences, interventions, { batchSize: 7 });
  for (const [index, intervention] of interventions.entries()) {
    const alone = await detector.predict(sentences, { ...intervention, batchSize: 7 });
    assert.deepEqual(each[index], alone);
  }
  assert.notDeepEqual(each[3], each[0]);
});

test("layers and heads that the model lacks are refused", async () => {
  using detector = detectorOf();
  const refused = (intervention: object, pattern: RegExp) =>
    assert.rejects(detector.trace(sentence, intervention), inputError(pattern));
  await refused({ heads: [[4, 1]] }, /heads: \[4, 1\] does not exist; this model has 3 layers with 4 heads/);
  await refused({ prior: [[1, 0]] }, /prior: \[1, 0\] does not exist/);
  await refused({ prior: "on" }, /prior: must be "off" or a list/);
  await refused({ layers: 4 }, /layers: 4 must be a whole number from 0 to 3/);
  await refused({ locations: "moving" }, /locations: must be "frozen" or absent/);
  await assert.rejects(detector.predict(sentences, { layers: -1 }), inputError(/layers: -1/));
});

test("a threshold replaces the comparison with None, for all types or for those it names", async () => {
  using detector = detectorOf({ layers: 1, heads: 2 }, 4);
  const candidates = await detector.candidates(sentences);
  const all = candidates.flat();
  assert.ok(all.some(({ accepted }) => accepted) && all.some(({ accepted }) => !accepted));
  const plain = ({ accepted: _, ...entity }: (typeof all)[number]) => entity;
  const chosen = (accepts: (candidate: (typeof all)[number]) => boolean) =>
    candidates.map((some) => some.filter(accepts).map(plain));
  const sorted = [...all].sort((one, other) => one.probability - other.probability);
  const threshold = sorted[Math.floor(sorted.length / 2)].probability;
  assert.deepEqual(
    await detector.predict(sentences, { threshold: 0 }),
    chosen(() => true),
  );
  assert.deepEqual(
    await detector.predict(sentences, { threshold }),
    chosen(({ probability }) => probability >= threshold),
  );
  const byType = await detector.predict(sentences, { threshold: { A: threshold } });
  const ownOfB = (await detector.predict(sentences)).map((some) => some.filter(({ type }) => type === "B"));
  assert.deepEqual(
    byType.map((some) => some.filter(({ type }) => type === "B")),
    ownOfB,
  );
  assert.deepEqual(
    byType.map((some) => some.filter(({ type }) => type === "A")),
    chosen(({ type, probability }) => type === "A" && probability >= threshold),
  );
  // of the candidates, exactly the accepted ones have the spans and types that Algorithm 2 predicts
  const spans = (some: readonly { start: number; end: number; type: string }[]) =>
    some.map(({ start, end, type }) => `${start} ${end} ${type}`);
  assert.deepEqual(
    candidates.map((some) => spans(some.filter(({ accepted }) => accepted))),
    (await detector.predict(sentences)).map(spans),
  );
  await assert.rejects(
    detector.predict(sentences, { threshold: { C: 0.5 } }),
    inputError(/type "C" is unknown/),
  );
  await assert.rejects(
    detector.predict(sentences, { threshold: 1.5 }),
    inputError(/1\.5 is not a probability/),
  );
});
