import assert from "node:assert/strict";
import { test } from "node:test";
import { buildScoresByLength, scoresByLengthText } from "../../widgets/scores-by-length/build";
import { buildTrainingCurves, curvePoints, trainingCurvesText } from "../../widgets/training-curves/build";
import { fakeReports, fakeScores } from "./fake";

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

test("scores by length show each run's numbers with its counts", () => {
  const runs = [
    { name: "paper", scores: fakeScores(3) },
    { name: "a <b> run", scores: fakeScores(0) },
  ];
  const { data, layout } = buildScoresByLength(runs);
  assert.equal(data.length, 6);
  assert.deepEqual(
    data[5].y,
    Object.values(runs[1].scores.byLength).map(({ f1 }) => f1),
  );
  assert.equal((data[0].customdata as string[])[1], "18 right of 24 predicted, 25 gold");
  assert.match(String(data[5].hovertemplate), /a &lt;b> run/);
  const { ticktext } = layout.xaxis as { ticktext: string[] };
  assert.deepEqual(ticktext, ["1<br>n=50", "2<br>n=25", "3<br>n=12", "4<br>n=8", "≥5<br>n=5"]);
  const lines = scoresByLengthText(runs).split("\n");
  assert.equal(lines.length, 12);
  assert.equal(
    lines[1],
    "paper      length 2    precision  75.00  recall  72.00  F1  73.47  18 right of 24 predicted, 25 gold",
  );
});

test("a length that a run has nothing of is shown as nothing", () => {
  const { "≥5": _, ...byLength } = fakeScores(0).byLength;
  const runs = [
    { name: "all", scores: fakeScores(0) },
    { name: "short", scores: { ...fakeScores(0), byLength } },
  ];
  assert.deepEqual((buildScoresByLength(runs).data[1].y as number[]).at(-1), 0);
  assert.match(scoresByLengthText(runs), /short {2}length ≥5 {3}-/);
});
