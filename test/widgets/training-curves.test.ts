import assert from "node:assert/strict";
import { test } from "node:test";
import type { Figure, FigurePart } from "../../widgets/shared/figure";
import { dark, light } from "../../widgets/shared/theme";
import { type StepPoint, stepCurve, type TrainingRun } from "../../widgets/training-curves/data";
import { trainingCurves } from "../../widgets/training-curves/show";
import { changed, walk } from "./controls";
import { fakeReports } from "./fake";

type Curves = ReturnType<typeof trainingCurves>;

function build(
  { widget, packed, state }: Curves,
  changes: Partial<Curves["state"]> = {},
  theme = light,
): Figure {
  const [part] = widget.build(widget.open(packed), { ...state, ...changes }, theme);
  return "figure" in part ? part.figure : assert.fail();
}

const named = ({ data }: Figure): Record<string, FigurePart> =>
  Object.fromEntries(data.map((part) => [String(part.name), part]));

const reports = fakeReports(4);
const steps: StepPoint[] = Array.from({ length: 20 }, (_, at) => ({
  epoch: 1 + Math.floor(at / 5),
  step: 1 + (at % 5),
  steps: 5,
  loss: 20 - at,
  learningRate: 0.001 * (20 - at),
}));
const runs: TrainingRun[] = [
  { name: "seed 1", epochs: reports, steps },
  { name: "<i>seed 2</i>", epochs: fakeReports(3) },
];

test("a run's loss and scores of every epoch, and the kept one", () => {
  const curves = named(build(trainingCurves(reports)));
  const of = (measure: "precision" | "f1") => reports.map(({ dev }) => dev?.overall[measure]);
  assert.deepEqual(
    curves.training.y,
    reports.map(({ loss }) => loss),
  );
  assert.deepEqual(curves.F1.y, of("f1"));
  assert.deepEqual(curves.precision.y, of("precision"));
  assert.deepEqual([curves["kept epoch"].x, curves["kept epoch"].y], [[3], [of("f1")[2]]]);
});

test("without a dev split there is the loss alone, and no epoch was chosen", () => {
  const shown = trainingCurves(reports.map(({ dev, ...report }) => report));
  const { data, layout } = build(shown);
  assert.deepEqual(
    data.map(({ name }) => name),
    ["training"],
  );
  assert.equal("xaxis2" in layout, false);
  assert.deepEqual(shown.widget.view?.controls(shown.packed, shown.state), []);
  assert.match(
    shown.widget.text(shown.packed, shown.state),
    /^epoch 1 {2}loss 6.0000 {2}3.3 s {2}best so far$/m,
  );
});

test("several runs are told apart by color and dashes, with the score that is chosen", () => {
  const shown = trainingCurves(runs);
  const { data } = build(shown, changed(shown, shown.state, "measure", "recall"));
  const lines = data.filter(({ mode, xaxis }) => mode === "lines+markers" && xaxis === "x2");
  assert.deepEqual(
    lines.map(({ y }) => y),
    runs.map(({ epochs }) => epochs.map(({ dev }) => dev?.overall.recall)),
  );
  assert.equal(new Set(lines.map(({ line }) => (line as { dash: string }).dash)).size, 2);
  assert.deepEqual(
    lines.map(({ name }) => name),
    ["seed 1", "&lt;i>seed 2&lt;/i>"],
  );
  const kept = data.filter(({ name }) => name === "kept epoch");
  assert.deepEqual(
    kept.map(({ x }) => x),
    [[3], [2]],
  );
});

test("the mean of several runs goes as far as any, with the range from lowest to highest", () => {
  const { data } = build(trainingCurves(runs, { runs: "mean" }));
  const [band, mean] = data;
  assert.deepEqual(mean.y, [6, 3, 2, 1.5]);
  assert.deepEqual(band.x, [1, 2, 3, 4, 4, 3, 2, 1]);
  const [, , f1band, f1] = data;
  const first = reports[1].dev?.overall.f1 ?? 0;
  assert.equal((f1.y as number[])[1], first);
  assert.equal((f1band.y as number[]).length, 8);
  assert.match((f1.hovertext as string[])[3], /of 1 run</);
});

test("steps are drawn in blocks, their loss as the block's mean; the learning rate on demand below", () => {
  assert.deepEqual(stepCurve(steps, 10), {
    at: [0.4, 0.8, 1.2, 1.6, 2, 2.4, 2.8, 3.2, 3.6, 4],
    loss: [19.5, 17.5, 15.5, 13.5, 11.5, 9.5, 7.5, 5.5, 3.5, 1.5],
    rate: [19, 17, 15, 13, 11, 9, 7, 5, 3, 1].map((rate) => 0.001 * rate),
    block: 2,
  });
  assert.equal(stepCurve(steps.slice(0, 7), 3).at.length, 3);
  const shown = trainingCurves(runs);
  const stepped = changed(shown, changed(shown, shown.state, "loss", "steps"), "rate", true);
  const { data } = build(shown, stepped);
  const [loss, rate] = data;
  assert.deepEqual(
    loss.y,
    steps.map(({ loss }) => loss),
  );
  assert.deepEqual([rate.yaxis, rate.y], ["y3", steps.map(({ learningRate }) => learningRate)]);
  const { columns } = shown.widget.table(shown.packed, stepped);
  assert.deepEqual([columns.epochs.length, columns.loss[0], columns.epochs.at(-1)], [20, 20, 4]);
});

test("the table has a row an epoch and run, the kept ones marked", () => {
  const shown = trainingCurves(runs);
  const { columns } = shown.widget.table(shown.packed, shown.state);
  assert.deepEqual(columns.epoch, [1, 2, 3, 4, 1, 2, 3]);
  assert.deepEqual(columns.kept, [false, false, true, false, false, true, false]);
  assert.match(shown.widget.text(shown.packed, shown.state), /^seed 1: kept epoch 3, dev F1 \d+/);
});

test("any walk through the controls draws, of one run and of several", () => {
  walk(trainingCurves(runs));
  walk(trainingCurves([runs[0]]));
  walk(trainingCurves([{ name: "begun", epochs: reports.slice(0, 1) }]));
  assert.equal(build(trainingCurves(runs), {}, dark).layout.paper_bgcolor, dark.paper);
});

test("wrong options are said in one line", () => {
  assert.throws(() => trainingCurves([]), /^RangeError: runs: there is no epoch to show$/);
  assert.throws(() => trainingCurves(reports, { loss: "steps" }), /^RangeError: loss: no run has its steps/);
  assert.throws(() => trainingCurves(reports, { rate: true }), /^RangeError: rate: no run has its steps/);
});
