import assert from "node:assert/strict";
import { before, test } from "node:test";
import { EntityDetector } from "../../src/detector/entity-detector";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import { changes, compare } from "../../src/evaluation/compare";
import { evaluateSentences } from "../../src/evaluation/evaluate";
import { traceChanges } from "../../src/evaluation/trace-changes";
import { comparison as widgetOf } from "../../widgets/comparison/comparison";
import { makeSentence, smallModel, vocabularies } from "../support/model";
import { scramble } from "../support/numbers";

before(() => startBackend("wasm"));

function detectorOf(
  seed: number,
  model: Partial<typeof smallModel>,
  types: readonly string[],
): EntityDetector {
  const random = new Random(seed);
  const detector = new EntityDetector({ model: { ...smallModel, ...model }, types, vocabularies }, random);
  scramble(detector.network.parameters, random);
  return detector;
}

test("the first sentences of each change are traced, by models of different depth, heads and types", async () => {
  const random = new Random(3);
  const detectors = [
    detectorOf(1, { kernels: [2], layers: 3, heads: 1 }, ["A", "B"]),
    detectorOf(2, { kernels: [2], layers: 1, heads: 4 }, ["C", "B", "A"]),
  ];
  const bare = Array.from({ length: 40 }, (_, index) => ({
    ...makeSentence(random, 1 + random.below(9)),
    ...{ previous: [], next: [], id: `s${index}` },
  }));
  const predictions = await detectors[0].predict(bare);
  const sentences = bare.map((sentence, index) => ({
    ...sentence,
    entities: predictions[index].filter((_, at) => at % 2 === 0),
  }));
  const runs = [];
  for (const [index, detector] of detectors.entries())
    runs.push({ name: `run ${index}`, ...(await evaluateSentences(detector, sentences)) });
  const compared = compare(runs, { resamples: 2 });
  const traces = await traceChanges(compared, detectors, sentences, 2);

  const [{ changes: changesOfPair }] = compared.pairs;
  const expected = changes.flatMap((change) => {
    const all = compared.entities.filter((_, index) => changesOfPair[index] === change);
    return [...new Set(all.map(({ sentence }) => sentence))].slice(0, 2);
  });
  assert.ok(new Set(expected).size > 3 && new Set(expected).size < sentences.length);
  assert.deepEqual(
    [...traces.keys()],
    [...new Set(expected)].sort((one, other) => one - other),
  );
  for (const [sentence, [first, second]] of traces) {
    assert.deepEqual([first.layers.length, second.layers.length], [3, 1]);
    assert.deepEqual([first.layers[0].heads, second.layers[0].heads], [1, 4]);
    assert.deepEqual(first.tokens, sentences[sentence].tokens);
  }
  // Each traced sentence opens with what the runs predicted when they were compared.
  const { packed } = widgetOf(compared, { sentences: 0, traces });
  assert.equal(packed.sentences.length, traces.size);
  for (const { entities, traces: packedTraces = [] } of packed.sentences) {
    for (const [run, { trajectories }] of packedTraces.entries())
      assert.equal(trajectories.predicted.length, entities.filter(({ predicted }) => predicted[run]).length);
  }
  await assert.rejects(
    traceChanges(compared, detectors.slice(1), sentences),
    /^RangeError: detectors: expected one for each of the 2 runs, not 1/,
  );
  await assert.rejects(
    traceChanges(compared, detectors, sentences.slice(1)),
    /^RangeError: sentences: expected the 40 that were compared, not 39/,
  );
  for (const detector of detectors) detector.dispose();
});
