import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { alignTokens, compareEntities, isEdit } from "../../widgets/sentence/edit";
import { editScene, editText } from "../../widgets/sentence/edit-scene";
import type { Label } from "../../widgets/shared/scene";
import { light } from "../../widgets/shared/theme";

const words = (text: string): string[] => text.split(" ");
const sentence = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 9 });

test("an alignment has every token of both sentences once, in order", () => {
  fc.assert(
    fc.property(sentence, sentence, (before, after) => {
      const columns = alignTokens(before, after);
      const side = (name: "before" | "after"): (number | null)[] =>
        columns.map((column) => column[name]).filter((token) => token !== null);
      assert.deepEqual(side("before"), [...before.keys()]);
      assert.deepEqual(side("after"), [...after.keys()]);
      assert.ok(columns.every(({ before: first, after: second }) => first !== null || second !== null));
    }),
  );
});

test("a replaced token stays in its column, an inserted one has its own", () => {
  assert.deepEqual(alignTokens(words("the IL-2 gene"), words("the human IL-4 gene")), [
    { before: 0, after: 0 },
    { before: 1, after: 1 },
    { before: null, after: 2 },
    { before: 2, after: 3 },
  ]);
  assert.deepEqual(alignTokens(words("a b c"), words("a c")), [
    { before: 0, after: 0 },
    { before: 1, after: null },
    { before: 2, after: 1 },
  ]);
});

test("sentences with few common words are not versions of one", () => {
  assert.ok(isEdit(words("a b c d"), words("a x c d e")));
  assert.ok(!isEdit(words("a b c d"), words("w x y z a")));
});

test("entities are kept if their type and columns are, whatever their positions", () => {
  const [before, after] = [words("the IL-2 gene binds"), words("today the IL-4 gene binds DNA")];
  const { before: old, after: edited } = compareEntities(
    alignTokens(before, after),
    [
      { start: 1, end: 3, type: "DNA" },
      { start: 1, end: 2, type: "protein" },
    ],
    [
      { start: 2, end: 4, type: "DNA" },
      { start: 2, end: 3, type: "RNA" },
      { start: 5, end: 6, type: "DNA" },
    ],
  );
  assert.deepEqual(
    old.map(({ kept }) => kept),
    [true, false],
  );
  assert.deepEqual(
    edited.map(({ kept }) => kept),
    [true, false, false],
  );
});

test("the scene has both sentences in common columns, marks changes, and says what was gained and lost", () => {
  const edited = {
    original: { tokens: words("the IL-2 gene binds"), predicted: [{ start: 1, end: 2, type: "protein" }] },
    tokens: words("the IL-4 gene rarely binds"),
    predicted: [{ start: 1, end: 3, type: "DNA" }],
    types: ["DNA", "protein"],
  };
  assert.equal(editText(edited), "The edit gains (1, 2, DNA) IL-4 gene, and loses (1, 1, protein) IL-2.");
  const shares = { before: [0, 0.5, 1, 0], after: [0, 1, 0, 0, 0] };
  const { marks, width } = editScene(edited, { width: 500, shares, chosen: 1, clickable: true }, light);
  assert.equal(width, 500);
  const labels = marks.filter((mark): mark is Label => mark.mark === "text");
  const middle = (text: string): number => {
    const label = labels.find((one) => one.text === text) ?? assert.fail(text);
    return label.x + (label.width ?? 0) / 2;
  };
  assert.ok(Math.abs(middle("IL-2") - middle("IL-4")) < 0.01, "one column");
  const lines = marks.flatMap((mark) =>
    mark.mark === "path" && mark.strokeWidth === 2 ? [mark.stroke] : [],
  );
  assert.equal(lines.filter((stroke) => stroke === light.wrong).length, 1, "IL-2 is struck out");
  assert.equal(lines.filter((stroke) => stroke === light.right).length, 2, "IL-4 and rarely are underlined");
  assert.ok(labels.some(({ text }) => text === "+ DNA") && labels.some(({ text }) => text === "– protein"));
  const frames = marks.filter((mark) => mark.mark === "rect" && mark.stroke === light.chosen);
  assert.equal(frames.length, 1);
  const values = marks.flatMap((mark) => (mark.mark === "text" && mark.value !== undefined ? [mark] : []));
  assert.deepEqual(
    values.filter(({ text }) => text.startsWith("IL")).map(({ value }) => value),
    [{ proposal: 1 }, { proposal: 1 }],
  );
});
