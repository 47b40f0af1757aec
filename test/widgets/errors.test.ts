import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity } from "../../src/corpus/types";
import { errors as atlasOf, outcomesOf } from "../../src/evaluation";
import { errors } from "../../widgets/errors/errors";
import {
  type ChosenCell,
  countMatrix,
  currentPage,
  isIn,
  pageCount,
  type State,
} from "../../widgets/errors/errors-data";
import { matricesOf } from "../../widgets/errors/errors-text";
import type { Label, Mark } from "../../widgets/shared/scene";
import { light } from "../../widgets/shared/theme";
import { fakeSides } from "./fake";
import { walk } from "./walk";

const training = fakeSides(40, 1);

function atlas(count = 60, seed = 2) {
  const sides = fakeSides(count, seed);
  const outcomes = outcomesOf(
    sides.map(({ entities }) => entities),
    sides.map(({ predicted }) => predicted),
  );
  const sentences = sides.map(({ tokens }, index) => ({ tokens, id: `s${index}`, ...outcomes[index] }));
  return atlasOf({ sentences }, { training, resamples: 50 });
}

const all = errors(atlas(), { name: "bakery", sentences: 1000 });

function cells(instance: typeof all): (readonly [ChosenCell, number])[] {
  const { packed } = instance;
  const kinds = packed.kinds.map(({ count }, row) => [{ by: "kind", row, column: 0 }, count] as const);
  const matrices = matricesOf(packed).flatMap((by) =>
    countMatrix(packed, by).counts.flatMap((counts, row) =>
      counts.map((count, column) => [{ by, row, column }, count] as const),
    ),
  );
  return [...kinds, ...matrices];
}

function casesOf({ packed }: typeof all, cell: ChosenCell): number {
  return packed.sentences.flatMap((sentence) => sentence.cases.filter((one) => isIn(packed, cell, one)))
    .length;
}

test("every count opens sentences with that many cases", () => {
  assert.deepEqual(matricesOf(all.packed), ["type", "length", "depth", "mention"]);
  let opened = 0;
  for (const [cell, count] of cells(all)) {
    assert.equal(casesOf(all, cell), count, JSON.stringify(cell));
    const state = all.widget.view?.click?.(all.packed, all.state, cell);
    assert.equal(state?.chosen ?? undefined, count ? cell : undefined);
    if (!state) continue;
    opened++;
    const pages = pageCount(all.packed, state);
    for (let page = 0; page < pages; page++) {
      const { sentences } = currentPage(all.packed, cell, page);
      assert.ok(sentences.length > 0 && sentences.length <= 10);
      for (const { cases } of sentences) assert.ok(cases.some((one) => isIn(all.packed, cell, one)));
    }
  }
  assert.ok(opened > 60, `${opened} cells`);
});

test("a click on the chosen count closes its sentences", () => {
  const cell: ChosenCell = { by: "kind", row: 0, column: 0 };
  const view = all.widget.view ?? assert.fail("no view");
  const open = view.click?.(all.packed, all.state, cell) ?? assert.fail("not opened");
  assert.equal(all.widget.build(all.packed, open, light).length, 3);
  assert.equal(view.click?.(all.packed, open, { ...cell })?.chosen, null);
});

test("with few stored sentences, each count still has its limit, and the heading states how many are missing", () => {
  const large = atlas(400);
  const few = errors(large, { sentences: 1 });
  const whole = errors(large, { sentences: 1000 });
  assert.ok(few.packed.sentences.length < whole.packed.sentences.length);
  for (const [cell, count] of cells(few)) assert.ok(casesOf(few, cell) >= Math.min(1, count));
  const [cell, count] =
    cells(few).find(([one, total]) => total > casesOf(few, one)) ?? assert.fail("nothing left out");
  const state: State = { ...few.state, chosen: cell };
  const omitted = count - casesOf(few, cell);
  assert.match(few.widget.title(few.packed, state), new RegExp(`\\(without those of ${omitted} entities`));
});

test("draws each kind with its count, gain and interval, and marks gold and prediction of the listed cases", () => {
  const texts = (marks: readonly Mark[]): string[] =>
    marks.filter((mark): mark is Label => mark.mark === "text").map(({ text }) => text);
  const tokens = "Ada sells rye bread".split(" ");
  const gold: Entity[] = [{ start: 2, end: 4, type: "dish" }];
  const predicted = [{ start: 3, end: 4, type: "dish", probability: 0.75 }];
  const [outcome] = outcomesOf([gold], [predicted]);
  const one = atlasOf({ sentences: [{ tokens, id: "shop", ...outcome }] }, { resamples: 10 });
  const widget = errors(one, { kind: "too short" });
  const [kinds, matrix, list] = widget.widget
    .build(widget.packed, widget.state, light)
    .map((part) => ("scene" in part ? part.scene.marks : assert.fail("no scene")));
  const row = texts(kinds);
  assert.deepEqual(row.slice(row.indexOf("too short"), row.indexOf("too short") + 3), [
    "too short",
    "1",
    "+100.00 (100.00 to 100.00)",
  ]);
  assert.deepEqual(
    matrix.flatMap((mark) => (mark.mark === "rect" && mark.value ? [mark.title] : [])),
    ["gold dish, predicted None: 1", "gold None, predicted dish: 1"],
  );
  assert.ok(texts(list).includes("gold dish"));
  assert.ok(texts(list).includes("too short dish 0.75"));
  assert.match(
    widget.widget.text(widget.packed, widget.state),
    /too short: 1 entity, sentences 1–1 of 1\n- Ada sells rye bread\n {4}too short dish 0\.75: "bread", gold dish: "rye bread"/,
  );
});

test("all states draw, and the table has a row per kind and cell", () => {
  walk(errors(atlas(30, 5)));
  const { columns } = all.widget.table(all.packed, all.state);
  assert.equal(columns.entities.length, cells(all).length);
  assert.deepEqual(
    columns.entities,
    cells(all).map(([, count]) => count),
  );
});

test("without errors or a training split there is still a picture", () => {
  const perfect = atlasOf({ sentences: [] }, { resamples: 1 });
  const emptyWidget = errors(perfect);
  assert.deepEqual(matricesOf(emptyWidget.packed), ["type", "length", "depth"]);
  walk(emptyWidget);
});

test("options that do not exist are refused", () => {
  const one = atlas(5);
  assert.throws(() => errors(one, { by: "color" as "type" }), /^RangeError: by: "color" does not exist/);
  assert.throws(() => errors(one, { kind: "typo" as "type" }), /^RangeError: kind: "typo" does not exist/);
  assert.throws(() => errors(one, { sentences: -1 }), /^RangeError: sentences: -1 must be/);
});
