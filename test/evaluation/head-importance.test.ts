import assert from "node:assert/strict";
import { before, test } from "node:test";
import { EntityDetector } from "../../src/detector/entity-detector";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import { evaluate } from "../../src/evaluation/evaluate";
import { type HeadImportance, headImportance, rankImportance } from "../../src/evaluation/head-importance";
import { headImportance as widgetOf } from "../../widgets/head-importance/head-importance";
import { makeSentence, smallModel, vocabularies } from "../support/model";
import { scramble } from "../support/numbers";
import { walk } from "../widgets/walk";

before(() => startBackend("wasm"));

const layers = 2;
const heads = 2;

async function measured(spatial = true) {
  const random = new Random(4);
  const model = { ...smallModel, kernels: [2], layers, heads, spatial };
  const detector = new EntityDetector({ model, types: ["A", "B"], vocabularies }, random);
  scramble(detector.network.parameters, random);
  const bare = Array.from({ length: 30 }, (_, index) => ({
    ...makeSentence(random, 1 + random.below(9)),
    ...{ previous: [], next: [], id: `s${index}` },
  }));
  const predicted = await detector.predict(bare);
  const sentences = bare.map((sentence, index) => ({
    ...sentence,
    entities: predicted[index].filter((_, at) => at % 2 === 0),
  }));
  return { detector, sentences, importance: await headImportance(detector, sentences, { resamples: 20 }) };
}

test("each change has the scores that evaluate gives with it, minus those of the whole model", async () => {
  const { detector, sentences, importance } = await measured();
  const { comparison, heads: without, priors = [], exits } = importance;
  const whole = await evaluate(detector, sentences);
  const check = async (pair: number, intervention: object): Promise<void> => {
    const { first, second, differences } = comparison.pairs[pair];
    const changed = await evaluate(detector, sentences, intervention);
    assert.equal(first, 0);
    assert.deepEqual(comparison.runs[second].scores, changed);
    assert.equal(differences.overall.f1.value, changed.overall.f1 - whole.overall.f1);
  };
  assert.deepEqual(comparison.runs[0].scores, whole);
  assert.equal(comparison.pairs.length, 2 * layers * heads + layers);
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) {
      await check(without[layer][head], { heads: [[layer + 1, head + 1]] });
      await check(priors[layer][head], { prior: [[layer + 1, head + 1]] });
    }
    await check(exits[layer], { layers: layer });
  }
  assert.ok(comparison.pairs.some(({ differences }) => differences.overall.f1.value !== 0));
  detector.dispose();
});

test("a model without priors has no map of them", async () => {
  const { detector, importance } = await measured(false);
  assert.equal(importance.priors, undefined);
  assert.throws(() => rankImportance([importance], "priors"), /^RangeError: priors: a model has no/);
  walk(widgetOf(importance));
  detector.dispose();
});

test("ranks compare the most important heads of each model, whatever their numbers", () => {
  const model = (...costs: readonly number[]): HeadImportance =>
    ({
      comparison: { pairs: costs.map((cost) => ({ differences: { overall: { f1: { value: -cost } } } })) },
      heads: [costs.map((_, index) => index)],
      exits: [],
    }) as unknown as HeadImportance;
  assert.deepEqual(rankImportance([model(1, 4), model(6, 0), model(-1, 2)]), [
    { rank: 1, mean: 4, low: 2, high: 6 },
    { rank: 2, mean: 0, low: -1, high: 1 },
  ]);
  assert.deepEqual(rankImportance([]), []);
  assert.throws(() => rankImportance([model(1), model(1, 2)]), /^RangeError: models: they differ/);
});

test("the widget shows a change, and then the entities that it changes", async () => {
  const { detector, importance } = await measured();
  const { widget, packed, state } = widgetOf(importance, { name: "tiny", sentences: 100 });
  const { light } = await import("../../widgets/shared/theme.js");
  assert.equal(widget.build(packed, state, light).length, 3);
  const pair = importance.exits[0];
  const picture = widget.view?.click?.(packed, state, { pair }) ?? assert.fail("not shown");
  assert.equal(widget.build(packed, picture, light).length, 4);
  const column = Object.values(importance.comparison.pairs[pair].counts.overall).findIndex(
    (count) => count > 0,
  );
  const listed = widget.view?.click?.(packed, picture, { by: "overall", row: 0, column }) ?? assert.fail();
  assert.equal(widget.build(packed, listed, light).length, 5);
  assert.match(widget.title(packed, listed), /^Heads and layers of tiny; the proposer alone, /);
  assert.equal(widget.table(packed, listed).columns.layer.length, importance.comparison.pairs.length);
  walk({ widget, packed, state });
  detector.dispose();
});
