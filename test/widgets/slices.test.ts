import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomesOf, sliceScores } from "../../src/evaluation";
import type { Label, Mark } from "../../widgets/shared/scene";
import { distinctParts } from "../../widgets/shared/text";
import { light } from "../../widgets/shared/theme";
import { slices } from "../../widgets/slices/slices";
import { fakeSides } from "./fake";
import { changed, walk } from "./walk";

const sides = fakeSides(40, 2);
const runs = ["old", "new"].map((name, run) => ({
  name,
  sentences: outcomesOf(
    sides.map(({ entities }) => entities),
    sides.map(({ predicted }) => predicted.slice(0, run ? undefined : 1)),
  ).map((outcome, index) => ({ ...outcome, id: `s${index}`, tokens: sides[index].tokens })),
}));
const scores = sliceScores(
  runs,
  [
    { name: "dishes", entity: ({ type }) => type === "dish" },
    { name: "nothing", entity: () => false },
  ],
  { resamples: 30 },
);
const widget = slices(scores);

const scene = (state = widget.state): readonly Mark[] => {
  const [part] = widget.widget.build(widget.packed, state, light);
  return "scene" in part ? part.scene.marks : assert.fail("no scene");
};

test("each slice has a line per run with its score and interval, and a dot where there is a score", () => {
  const texts = scene().flatMap((mark) => (mark.mark === "text" ? [(mark as Label).text] : []));
  for (const { score, interval } of scores.slices[0].scores) {
    assert.ok(interval.f1);
    const { low, high } = interval.f1;
    assert.ok(texts.includes(`${score.f1.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`));
  }
  assert.equal(texts.filter((text) => text === "–").length, 2, "no scores without entities");
  assert.equal(scene().filter(({ mark }) => mark === "rect").length, 2);
});

test("runs are labeled by the part of their path that differs", () => {
  assert.deepEqual(distinctParts(["runs/a/training", "runs/b/training"]), ["a", "b"]);
  assert.deepEqual(distinctParts(["runs/a", "runs/a"]), ["a", "a"]);
  assert.deepEqual(distinctParts(["runs/a", "genia"]), ["runs/a", "genia"]);
  assert.deepEqual(distinctParts(["x/a/b", "x/a"]), ["a/b", "a"]);
});

test("the score can be chosen", () => {
  const recall = scene(changed(widget, widget.state, "measure", "recall"));
  const [{ score }] = scores.slices[0].scores;
  assert.ok(
    recall.some((mark) => mark.mark === "text" && mark.text.startsWith(`${score.recall.toFixed(2)} (`)),
  );
  walk(widget);
  assert.throws(() => slices(scores, { measure: "f2" as "f1" }), /^RangeError: measure: "f2" does not exist/);
});

test("the table and the text have a row per slice and run, without scores where they are undefined", () => {
  const { columns } = widget.widget.table(widget.packed, widget.state);
  assert.deepEqual(columns.slice, ["dishes", "dishes", "nothing", "nothing"]);
  const [first, second] = scores.slices[0].scores;
  assert.deepEqual(columns.f1, [first.score.f1, second.score.f1, null, null]);
  assert.deepEqual(columns.f1_difference, [null, second.difference?.value, null, 0]);
  const text = widget.widget.text(widget.packed, widget.state);
  assert.equal(text.split("\n").length, 6);
  assert.match(text, /dishes +new .*[+−]\d/);
});
