import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../src/base/errors";
import type { ModelConfig } from "../../src/config/model-config";
import type { ScoredEntity } from "../../src/corpus";
import { Ensemble, type EnsembleMember } from "../../src/detector/ensemble";
import { EntityDetector } from "../../src/detector/entity-detector";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import { inputError } from "../support/folders";
import { makeSentence, smallModel, vocabularies } from "../support/model";
import { scramble } from "../support/numbers";
import { gathered } from "../support/streams";

before(() => startBackend("wasm"));

/** The members' weights are those of one model plus noise, so that they agree on some entities. */
function member(
  seed: number,
  change: Partial<ModelConfig> = {},
  types: readonly string[] = ["A", "B"],
): EnsembleMember & { readonly detector: EntityDetector } {
  const random = new Random(4); // whose weights predict much
  const model = { ...smallModel, kernels: [2], layers: 1, ...change };
  const detector = new EntityDetector({ model, types, vocabularies }, random);
  const { parameters } = detector.network;
  scramble(parameters, random);
  scramble(parameters, new Random(seed), 0.05);
  return { name: `runs/${seed}`, detector };
}

const random = new Random(2);
const sentences = Array.from({ length: 80 }, () => makeSentence(random, 1 + random.below(7)));

const keyOf = ({ start, end, type }: ScoredEntity): string => `${start} ${end} ${type}`;
const plain = (predictions: readonly (readonly ScoredEntity[])[]): ScoredEntity[][] =>
  predictions.map((entities) =>
    entities.map(({ start, end, type, probability }) => ({ start, end, type, probability })),
  );

/** The third has another depth. */
const fourMembers = (): (EnsembleMember & { readonly detector: EntityDetector })[] => [
  member(1),
  member(2),
  member(3, { layers: 2 }),
  member(5),
];

for (const count of [3, 4])
  test(`${count} members vote as counted from what each predicts`, async () => {
    const members = fourMembers().slice(0, count);
    using ensemble = new Ensemble(members);
    const predicted = await ensemble.predict(sentences);
    const single = await Promise.all(members.map(({ detector }) => detector.predict(sentences)));
    const proposed = await Promise.all(members.map(({ detector }) => detector.candidates(sentences)));
    let [split, ties] = [0, 0];
    for (const [index, entities] of predicted.entries()) {
      const votes = new Map<string, number>();
      for (const ofMember of single)
        for (const entity of ofMember[index]) votes.set(keyOf(entity), (votes.get(keyOf(entity)) ?? 0) + 1);
      const elected = [...votes].filter(([, k]) => k > count / 2);
      ties += [...votes].filter(([, k]) => 2 * k === count).length;
      assert.deepEqual(new Map(entities.map((one) => [keyOf(one), one.agreement.votes])), new Map(elected));
      for (const entity of entities) {
        assert.equal(entity.agreement.members, count);
        if (entity.agreement.votes < count) split++;
        const ofMembers = single.map((ofMember, at) => {
          const isSame = (other: ScoredEntity): boolean => keyOf(other) === keyOf(entity);
          return (ofMember[index].find(isSame) ?? proposed[at][index].find(isSame))?.probability ?? 0;
        });
        const mean = ofMembers.reduce((sum, value) => sum + value, 0) / count;
        assert.ok(Math.abs(entity.probability - mean) < 1e-12, `${entity.probability} is not ${mean}`);
      }
    }
    assert.ok(predicted.flat().length > 10 && split > 0, "the members agree on some entities only in part");
    if (count === 4) assert.ok(ties > 0, "some entities have half of the votes");
  });

test("average predicts what has a mean probability of at least the threshold", async () => {
  const members = fourMembers();
  using ensemble = new Ensemble(members);
  const proposed = await Promise.all(members.map(({ detector }) => detector.candidates(sentences)));
  for (const threshold of [undefined, 0.05, { A: 0.02 }]) {
    const predicted = await ensemble.predict(sentences, { combine: "average", threshold });
    const least = (type: string): number =>
      typeof threshold === "number" ? threshold : type === "A" && threshold ? 0.02 : 0.5;
    for (const [index, entities] of predicted.entries()) {
      const sums = new Map<string, number>();
      const votes = new Map<string, number>();
      for (const ofMember of proposed)
        for (const entity of ofMember[index]) {
          sums.set(keyOf(entity), (sums.get(keyOf(entity)) ?? 0) + entity.probability);
          if (entity.probability >= least(entity.type))
            votes.set(keyOf(entity), (votes.get(keyOf(entity)) ?? 0) + 1);
        }
      const expected = [...sums].filter(([key, sum]) => sum / 4 >= least(key.split(" ")[2]));
      assert.deepEqual(new Set(entities.map(keyOf)), new Set(expected.map(([key]) => key)));
      for (const entity of entities) assert.equal(entity.agreement.votes, votes.get(keyOf(entity)) ?? 0);
    }
    if (threshold !== undefined) assert.ok(predicted.flat().length > 10);
  }
});

test("the order of the members changes nothing, to the last bit", async () => {
  const members = fourMembers();
  const [one, other] = [new Ensemble(members), new Ensemble([2, 0, 3, 1].map((index) => members[index]))];
  for (const options of [{}, { combine: "average", threshold: 0.03 } as const])
    assert.deepEqual(await other.predict(sentences, options), await one.predict(sentences, options));
  one.dispose();
});

test("members that are all the same predict what one of them predicts, to the last bit", async () => {
  const { detector } = member(1);
  using ensemble = new Ensemble([1, 2, 3].map((name) => ({ name: `${name}`, detector })));
  for (const options of [{}, { threshold: 0.03 }, { threshold: { B: 0.03 } }, { prior: "off" } as const]) {
    const single = await detector.predict(sentences, options);
    const together = await ensemble.predict(sentences, options);
    assert.ok(single.flat().length > 10);
    assert.deepEqual(plain(together), plain(single));
    assert.ok(together.flat().every(({ agreement }) => agreement.votes === 3));
  }
  const averaged = await ensemble.predict(sentences, { combine: "average", threshold: 0.03 });
  assert.deepEqual(plain(averaged), plain(await detector.predict(sentences, { threshold: 0.03 })));
});

test("a stream predicts what its list has; what does not fit the largest member is skipped", async () => {
  using ensemble = new Ensemble(fourMembers().slice(0, 3));
  const expected = await ensemble.predict(sentences, { batchSize: 1 });
  const streamed = await gathered(
    ensemble.predictStream(sentences, { batchSize: 1, window: 9, maxLength: 5 }),
  );
  for (const [index, { sentence, entities, skipped }] of streamed.entries()) {
    assert.equal(sentence, sentences[index]);
    assert.deepEqual(entities, sentence.tokens.length > 5 ? [] : expected[index]);
    assert.equal(skipped?.limit, sentence.tokens.length > 5 ? "maxLength" : undefined);
  }
});

test("a text gets each member's tags, offsets and agreement", async () => {
  const text = "Human cells. The gene is active.";
  const { detector } = member(1);
  using ensemble = new Ensemble([1, 2].map((name) => ({ name: `${name}`, detector })));
  const options = { language: "en", threshold: 0.01 } as const;
  const single = await detector.predict(text, options);
  const together = await ensemble.predict(text, options);
  assert.ok(single.flatMap(({ entities }) => entities).length > 2);
  const withoutAgreement = together.map(({ entities }) => entities.map(({ agreement: _, ...one }) => one));
  assert.deepEqual(
    withoutAgreement,
    single.map(({ entities }) => entities),
  );
  assert.ok(together[0].entities.every(({ agreement }) => agreement.members === 2));
});

test("members must have the same types and split a text in the same way; messages name them", async () => {
  const [one, other] = [member(1), member(2, {}, ["A", "C"])];
  const differing =
    /^runs\/1 and runs\/2 have different entity types: only runs\/1 has B; only runs\/2 has C; an ensemble needs/;
  assert.throws(() => new Ensemble([one, other]), inputError(differing));
  assert.throws(() => new Ensemble([]), InputError);
  const reversed = member(3, {}, ["B", "A"]);
  assert.deepEqual(new Ensemble([reversed, one]).types, ["A", "B"]);
  const { detector } = reversed;
  const spaced = new EntityDetector({ ...detector.description, tokenizer: "space" }, new Random(1));
  using ensemble = new Ensemble([one, { name: "runs/raw", detector: spaced }]);
  await assert.rejects(
    ensemble.predict("A text."),
    inputError(/split texts differently, runs\/1 by words and runs\/raw by the space of its corpus/),
  );
  assert.equal((await ensemble.predict([sentences[0]])).length, 1);
  await assert.rejects(
    ensemble.predict(sentences, { calibrated: true }),
    inputError(/^runs\/1: calibrated: /),
  );
  for (const one of [other.detector, detector]) one.dispose();
});

test("an ensemble frees the memory of all members, also after a failed start", async () => {
  const before = tf.memory();
  const ensemble = new Ensemble(fourMembers());
  await ensemble.predict(sentences);
  assert.ok(tf.memory().numTensors > before.numTensors);
  ensemble.dispose();
  ensemble.dispose();
  assert.deepEqual(tf.memory().numTensors, before.numTensors);
  await assert.rejects(ensemble.predict(sentences));
  await assert.rejects(
    Ensemble.load(["genia", "no-such-run"]),
    inputError(/^no-such-run: holds no trained model/),
  );
  assert.deepEqual(tf.memory().numTensors, before.numTensors);
  await assert.rejects(
    Ensemble.load(["genia", "weibo"]),
    inputError(/^genia and weibo have different entity types/),
  );
  assert.deepEqual(tf.memory().numTensors, before.numTensors);
});
