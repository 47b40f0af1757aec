import assert from "node:assert/strict";
import { test } from "node:test";
import { operatingCurves } from "../../src/evaluation";
import { precisionRecall } from "../../widgets/precision-recall/precision-recall";
import { light } from "../../widgets/shared/theme";
import { fakeSides } from "./fake";
import { changed, walk } from "./walk";

const curves = operatingCurves(
  fakeSides(60, 3).map(({ entities, predicted }) => ({
    entities,
    candidates: predicted.map((one, index) => ({ ...one, accepted: index % 3 > 0 })),
  })),
  { resamples: 20 },
);
const widget = precisionRecall(curves, { name: "bakery" });

const figure = (state = widget.state) => {
  const [part] = widget.widget.build(widget.packed, state, light);
  return "figure" in part ? part.figure : assert.fail("no figure");
};

test("draws the curve with the points without a threshold and of the highest F1, and the reliability", () => {
  const { data } = figure();
  const { points, withoutThreshold, best } = curves.overall;
  assert.deepEqual(
    data[0].x,
    points.filter(({ correct }) => correct > 0).map(({ recall }) => recall),
  );
  assert.deepEqual(data[1].x, [withoutThreshold.recall, best?.recall]);
  assert.deepEqual(data[1].y, [withoutThreshold.precision, best?.precision]);
  const used = curves.calibration.bins.filter(({ count }) => count > 0);
  assert.deepEqual(
    data.at(-1)?.y,
    used.map(({ accuracy }) => accuracy),
  );
  assert.equal(data.length, 2 * (1 + Object.keys(curves.byType).length) + 1);
});

test("a false first prediction does not pull the line to 0", () => {
  const entity = { start: 0, end: 1, type: "dish" };
  const wrong = { start: 2, end: 3, type: "dish", probability: 0.9, accepted: true };
  const right = { ...entity, probability: 0.8, accepted: true };
  const ranked = operatingCurves([{ entities: [entity], candidates: [wrong, right] }], { resamples: 5 });
  assert.equal(ranked.overall.points.length, 2);
  const [part] = precisionRecall(ranked).widget.build(precisionRecall(ranked).packed, widget.state, light);
  assert.deepEqual("figure" in part && part.figure.data[0].y, [50]);
});

test("a single type can be shown alone", () => {
  const { data } = figure(changed(widget, widget.state, "type", "dish"));
  assert.equal(data.length, 3);
  assert.deepEqual(
    data[0].x,
    curves.byType.dish.points.filter(({ correct }) => correct > 0).map(({ recall }) => recall),
  );
  assert.throws(
    () => precisionRecall(curves, { type: "drink" }),
    /^RangeError: type: "drink" does not exist/,
  );
});

test("the text has a row per type, and the table one per point", () => {
  const text = widget.widget.text(widget.packed, widget.state);
  for (const type of ["all types", ...Object.keys(curves.byType)])
    assert.match(text, new RegExp(`^${type} `, "m"));
  assert.match(text, /^expected calibration error 0\.\d{3} \(0\.\d{3} to 0\.\d{3}\) over \d+ predictions/m);
  const { columns } = widget.widget.table(widget.packed, widget.state);
  const all = [curves.overall, ...Object.values(curves.byType)];
  assert.equal(
    columns.f1.length,
    all.reduce((sum, { points }) => sum + points.length + 1, 0),
  );
  assert.equal(columns.rule.filter((rule) => rule === "no threshold").length, all.length);
  walk(widget);
});
