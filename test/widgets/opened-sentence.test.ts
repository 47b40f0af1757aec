import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trace } from "../../src/detector/trace-types";
import { changes, compare, outcomesOf } from "../../src/evaluation";
import { comparison } from "../../widgets/comparison/comparison";
import type { State } from "../../widgets/comparison/comparison-data";
import { gridToText } from "../../widgets/shared/grid";
import type { Mark } from "../../widgets/shared/scene";
import { light } from "../../widgets/shared/theme";
import type { Part } from "../../widgets/shared/widget";
import { fakeTrace, kitchen } from "./fake";
import { changed, walk } from "./walk";

/** A shallow run with many heads that predicts the entity 3 and not 0, and a deep one that does not know the type "place". */
const [shallow, deep] = [
  fakeTrace({ ...kitchen, layers: 1, heads: 5 }),
  withTypes(
    fakeTrace({
      ...kitchen,
      predicted: [kitchen.gold[0], ...kitchen.predicted.slice(0, 1), ...kitchen.predicted.slice(2, 4)],
      layers: 4,
      heads: 2,
      seed: 9,
    }),
    ["dish", "person", "drink"],
  ),
];
const plain = { ...fakeTrace({ tokens: ["Good", "bread"], gold: [], predicted: [] }) };

function withTypes(trace: Trace, types: readonly string[]): Trace {
  return { ...trace, types };
}

function runOf(name: string, traces: readonly Trace[]) {
  const outcomes = outcomesOf(
    traces.map(({ gold }) => gold),
    traces.map(({ predicted }) => predicted),
  );
  return {
    name,
    sentences: traces.map(({ tokens }, index) => ({ tokens, id: `s${index}`, ...outcomes[index] })),
  };
}

const compared = compare([runOf("shallow", [plain, shallow, shallow]), runOf("deep", [plain, deep, deep])], {
  resamples: 5,
});
const instance = comparison(compared, { change: "fixed", traces: new Map([[1, [shallow, deep]]]) });
const { widget, packed } = instance;
const view = widget.view ?? assert.fail("no view");

const marksOf = (part: Part): readonly Mark[] =>
  "scene" in part ? part.scene.marks : assert.fail("no scene");
const valuesIn = (part: Part): Record<string, unknown>[] =>
  marksOf(part).flatMap(({ value }) => (value === undefined ? [] : [value as Record<string, unknown>]));
const textsIn = (part: Part): string[] =>
  marksOf(part).flatMap((mark) => (mark.mark === "text" ? [mark.text] : []));

/** The state in which the listed sentence is open. */
function open(state: State = instance.state): State {
  const list = widget.build(packed, state, light)[1];
  const value = valuesIn(list).find((one) => "open" in one) ?? assert.fail("no sentence opens");
  return view.click?.(packed, state, value) ?? assert.fail("nothing opened");
}

test("a click on a listed sentence opens the traces of both runs, and another click closes them", () => {
  const state = open();
  const [, , ...parts] = widget.build(packed, state, light);
  const [firstName, first, secondName, second, grid, attention] = parts;
  assert.equal(parts.length, 6);
  assert.deepEqual(textsIn(firstName), ["first: shallow (1 layer, 5 heads each)"]);
  assert.deepEqual(textsIn(secondName), ["second: deep (4 layers, 2 heads each)"]);
  // lanes of each run's own states
  assert.deepEqual([textsIn(first).includes("layer 1"), textsIn(first).includes("layer 2")], [true, false]);
  assert.ok(textsIn(second).includes("layer 4"));
  assert.ok("grid" in grid);
  assert.equal(grid.grid.rows.length, 6, "proposer, four layers and the prediction");
  const rowsIn = (part: Part) => textsIn(part).filter((text) => /^(first|second), layer/.test(text));
  const ofSecond = ["second, layer 1", "second, layer 2", "second, layer 3", "second, layer 4"];
  assert.deepEqual(rowsIn(attention), ofSecond, "the first run has no proposal for this entity");
  const { entities } = packed.sentences[state.opened?.sentence ?? -1];
  const inBoth = entities.findIndex(({ predicted }) => predicted.every(Boolean));
  const ofBoth = widget.build(packed, changed(instance, state, "entity", String(inBoth)), light)[7];
  assert.deepEqual(rowsIn(ofBoth), ["first, layer 1", ...ofSecond]);
  const list = widget.build(packed, state, light)[1];
  const numbersIn = (part: Part) => textsIn(part).filter((text) => /^([▸▾] )?\d$/.test(text));
  assert.deepEqual(numbersIn(widget.build(packed, instance.state, light)[1]), ["▸ 1", "2"]);
  assert.deepEqual(numbersIn(list), ["▾ 1"], "the list has the opened sentence only");
  const [{ open: value }] = valuesIn(list);
  const closed = view.click?.(packed, state, { open: value });
  assert.equal(closed?.opened, null);
});

test("the states of an entity's proposals are next to each other, even if a run does not predict it", () => {
  const { sentence = -1 } = open().opened ?? {};
  const { entities } = packed.sentences[sentence];
  // The first run predicts (4, 6, person), which is not gold: the second one loses it.
  const lost = entities.findIndex(({ start, end, gold }) => !gold && start === 4 && end === 7 - 1);
  const state = changed(instance, open(), "entity", String(lost));
  const grid = widget.build(packed, state, light).find((part) => "grid" in part) ?? assert.fail("no grid");
  const text = "grid" in grid ? gridToText(grid.grid) : "";
  const prediction = shallow.predicted.find(({ start, end }) => start === 4 && end === 6)!;
  assert.ok(
    text.includes(`first, predicted: proposal 5, probability ${prediction.probability.toFixed(3)}`),
    text,
  );
  // Fake heads give all spans probability 0.
  assert.ok(text.includes("second, no proposal gives it a probability above 0"), text);
  const classes = shallow.types.length + 1;
  const person = shallow.types.indexOf("person");
  const p = shallow.states[1].probabilities[5 * classes + person].toFixed(3);
  const none = shallow.states[1].probabilities[5 * classes + classes - 1].toFixed(3);
  assert.match(text, new RegExp(`^layer 1 .* ${p} +${none} +– +– +–$`, "m"));
  assert.match(text, /^layer 4 +– +– +– /m);
  assert.ok(widget.text(packed, state).endsWith(text), "the text description has the table");
});

test("attention is the mean over the heads of each run's layers", () => {
  const { sentence = -1 } = open().opened ?? {};
  const { entities, traces = [] } = packed.sentences[sentence];
  for (const [run, trace] of [shallow, deep].entries()) {
    const { proposals, heads } = traces[run];
    assert.deepEqual(
      heads,
      trace.layers.map((layer) => layer.heads),
    );
    for (const [index, proposal] of proposals.entries()) {
      assert.equal(proposal !== null, entities[index].predicted[run]);
      for (const [layer, weights] of (proposal?.attention ?? []).entries()) {
        const { heads: count, weights: all } = trace.layers[layer];
        const length = trace.tokens.length;
        for (const [token, weight] of weights.entries()) {
          let sum = 0;
          for (let head = 0; head < count; head++)
            sum += all[head * length * length + proposal!.path.proposal * length + token];
          assert.ok(Math.abs(weight - sum / count) <= 5e-5);
        }
      }
    }
  }
});

test("a click on a mark of either run chooses its entity", () => {
  const state = open();
  const [, , , first, , second] = widget.build(packed, state, light);
  const { entities } = packed.sentences[state.opened?.sentence ?? -1];
  for (const [run, part] of [first, second].entries()) {
    const values = valuesIn(part);
    assert.ok(values.length > 4);
    const chosen = values.map((value) => {
      assert.equal(value.run, run);
      return view.click?.(packed, state, value)?.opened?.entity ?? assert.fail("no entity");
    });
    const predicted = entities.flatMap((entity, index) => (entity.predicted[run] ? [index] : []));
    for (const index of predicted) assert.ok(chosen.includes(index), `${run}: ${index}`);
  }
});

test("other lists close an opened sentence, and only traced sentences open", () => {
  const state = open();
  for (const [control, value] of [
    ["by", "type"],
    ["cell", JSON.stringify({ by: "overall", row: 0, column: changes.indexOf("both wrong") })],
  ] as const)
    assert.equal(view.change(packed, state, control, value).opened, null, control);
  assert.equal(view.click?.(packed, state, { by: "overall", row: 0, column: 0 })?.opened, null);
  const without = comparison(compared, { change: "fixed" });
  assert.ok(
    !valuesIn(without.widget.build(without.packed, without.state, light)[1]).some((one) => "open" in one),
  );
  walk(instance);
});
