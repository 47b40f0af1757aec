import assert from "node:assert/strict";
import { test } from "node:test";
import { buildTrainingCurves, curvePoints, trainingCurvesText } from "../../widgets/training-curves/build";
import { fakeReports } from "./fake";

const reports = fakeReports(4);

test("training curves hold loss and scores of every epoch, and mark the kept one", () => {
  const { data } = buildTrainingCurves(curvePoints(reports));
  const named = Object.fromEntries(data.map((part) => [part.name, part]));
  assert.deepEqual(
    named.loss.y,
    reports.map(({ loss }) => loss),
  );
  assert.deepEqual(
    named.F1.y,
    reports.map(({ dev }) => dev?.overall.f1),
  );
  assert.deepEqual(
    named.precision.y,
    reports.map(({ dev }) => dev?.overall.precision),
  );
  assert.deepEqual([named["kept: epoch 3"].x, named["kept: epoch 3"].y], [[3], [reports[2].dev?.overall.f1]]);
});

test("without a dev split there is the loss alone", () => {
  const points = curvePoints(reports.map(({ dev, ...report }) => report));
  const { data, layout } = buildTrainingCurves(points);
  assert.deepEqual(
    data.map(({ name }) => name),
    ["loss"],
  );
  assert.equal("xaxis2" in layout, false);
  assert.equal(trainingCurvesText(points.slice(0, 1)), "epoch 1  loss 6.0000  3.3 s  best so far");
});
