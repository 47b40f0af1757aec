import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, outcomesOf } from "../../src/evaluation";
import { changes } from "../../widgets/comparison/changes";
import { comparison } from "../../widgets/comparison/comparison";
import {
  type By,
  type ChosenCell,
  currentPage,
  groupRows,
  isIn,
  pageCount,
  type State,
} from "../../widgets/comparison/comparison-data";
import type { Label, Mark } from "../../widgets/shared/scene";
import { light } from "../../widgets/shared/theme";
import { fakeSides } from "./fake";
import { walk } from "./walk";

const sides = fakeSides(80, 6);

/** The given number of models, each of which misses other entities. */
function compared(models: number) {
  const runs = Array.from({ length: models }, (_, model) => {
    const predicted = sides.map((side, sentence) =>
      side.predicted.filter((__, index) => (sentence + index) % (model + 3) > 0),
    );
    const outcomes = outcomesOf(
      sides.map(({ entities }) => entities),
      predicted,
    );
    const sentences = sides.map(({ tokens }, index) => ({ tokens, id: `s${index}`, ...outcomes[index] }));
    return { name: `model ${model}`, sentences };
  });
  return compare(runs, { resamples: 50 });
}

const three = comparison(compared(3), { sentences: 1000 });
const groupings: readonly By[] = ["overall", "type", "length", "nesting"];

test("every count opens sentences with that many entities, for every pair of runs", () => {
  const { packed, widget } = three;
  let opened = 0;
  for (const pair of packed.pairs.keys()) {
    for (const by of groupings) {
      const state: State = { ...three.state, pair, by };
      for (const [row, { counts }] of groupRows(packed, state).entries()) {
        for (const [column, change] of changes.entries()) {
          const cell: ChosenCell = { by, row, column };
          const entities = packed.sentences.flatMap((sentence) =>
            sentence.entities.filter((entity) => isIn(packed, pair, cell, entity)),
          );
          assert.equal(entities.length, counts[change], `${pair} ${JSON.stringify(cell)}`);
          const open = widget.view?.click?.(packed, state, cell);
          assert.deepEqual(open?.chosen ?? undefined, counts[change] ? cell : undefined);
          if (!open) continue;
          opened++;
          for (let page = 0; page < pageCount(packed, open); page++)
            assert.ok(currentPage(packed, { ...open, page }, cell).sentences.length > 0);
        }
      }
    }
  }
  assert.ok(opened > 60, `${opened} cells`);
});

test("rows by type add up to the row of all entities", () => {
  const [all] = groupRows(three.packed, { pair: 1, by: "overall" });
  for (const by of groupings.slice(1)) {
    const rows = groupRows(three.packed, { pair: 1, by });
    for (const change of changes)
      assert.equal(
        rows.reduce((sum, { counts }) => sum + counts[change], 0),
        all.counts[change],
      );
  }
});

test("two runs have no table of pairs; of three, a click on a pair shows it", () => {
  const two = comparison(compared(2));
  assert.equal(two.widget.build(two.packed, two.state, light).length, 1);
  const { widget, packed, state } = three;
  assert.equal(widget.build(packed, state, light).length, 2);
  const clicked = widget.view?.click?.(packed, state, { pair: 2 });
  assert.equal(clicked?.pair, 2);
  assert.match(widget.text(packed, clicked ?? state), /model 1 → model 2, by type/);
});

test("sentences show what changed, and the probabilities of both runs", () => {
  const tokens = "Ada sells rye bread".split(" ");
  const runOf = (
    name: string,
    predicted: readonly { start: number; end: number; type: string; probability: number }[],
  ) => {
    const [outcome] = outcomesOf([[{ start: 2, end: 4, type: "dish" }]], [predicted]);
    return { name, sentences: [{ tokens, id: "shop", ...outcome }] };
  };
  const before = runOf("old", [{ start: 0, end: 1, type: "dish", probability: 0.5 }]);
  const after = runOf("new", [{ start: 2, end: 4, type: "dish", probability: 0.75 }]);
  const listed = comparison(compare([before, after], { resamples: 10 }), { change: "fixed" });
  const texts = (marks: readonly Mark[]): string[] =>
    marks.filter((mark): mark is Label => mark.mark === "text").map(({ text }) => text);
  const [table, list] = listed.widget
    .build(listed.packed, listed.state, light)
    .map((part) => ("scene" in part ? texts(part.scene.marks) : assert.fail("no scene")));
  assert.ok(table.includes("+100.00 (+100.00 to +100.00)"));
  assert.ok(list.includes("fixed dish – / 0.75"));
  assert.ok(list.includes("lost dish 0.50 / –"));
  assert.match(
    listed.widget.text(listed.packed, listed.state),
    /fixed \(gold, predicted by the second run only\): 1 entity, sentences 1–1 of 1\n- Ada sells rye bread\n {4}fixed dish – \/ 0\.75: "rye bread"/,
  );
});

test("all states draw, and the table has a row per pair and group", () => {
  walk(comparison(compared(3), { sentences: 3 }));
  const { columns } = three.widget.table(three.packed, three.state);
  const groups = 1 + three.packed.types.length + 5 + 2;
  assert.equal(columns.first.length, 3 * groups);
  assert.deepEqual(columns.both_right.slice(0, 1), [three.packed.pairs[0].counts.overall["both right"]]);
});

test("a list that another pair does not have is closed", () => {
  const right = [{ start: 0, end: 1, type: "dish" }];
  const runOf = (name: string, predicted: typeof right) => {
    const [outcome] = outcomesOf([right], [predicted]);
    return { name, sentences: [{ tokens: ["bread"], id: "", ...outcome }] };
  };
  const runs = [runOf("a", []), runOf("b", right), runOf("c", [])];
  const { widget, packed, state } = comparison(compare(runs, { resamples: 1 }), { change: "fixed" });
  const view = widget.view ?? assert.fail("no view");
  assert.equal(view.change(packed, state, "pair", "1").chosen, null); // a and c
  assert.deepEqual(view.change(packed, state, "pair", "0").chosen, state.chosen);
});

test("options that do not exist are refused", () => {
  const two = compared(2);
  assert.throws(() => comparison(two, { by: "color" as "type" }), /^RangeError: by: "color" does not exist/);
  assert.throws(
    () => comparison(two, { change: "up" as "fixed" }),
    /^RangeError: change: "up" does not exist/,
  );
  assert.throws(() => comparison(two, { sentences: 0.5 }), /^RangeError: sentences: 0.5 must be/);
});
