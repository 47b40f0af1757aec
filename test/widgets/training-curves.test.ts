import assert from "node:assert/strict";
import { test } from "node:test";
import type { Figure, FigurePart } from "../../widgets/shared/figure";
import { dark, light } from "../../widgets/shared/theme";
import { packRun, type StepPoint, type TrainingRun } from "../../widgets/training-curves/curves-data";
import { trainingCurves } from "../../widgets/training-curves/training-curves";
import { fakeReports } from "./fake";
import { changed, walk } from "./walk";

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

test("draws the loss and scores of every epoch, and marks the kept one", () => {
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

test("without a dev split, draws only the loss and marks no epoch", () => {
  const instance = trainingCurves(reports.map(({ dev, ...report }) => report));
  const { data, layout } = build(instance);
  assert.deepEqual(
    data.map(({ name }) => name),
    ["training"],
  );
  assert.equal("xaxis2" in layout, false);
  const controls = instance.widget.view?.controls(instance.packed, instance.state) ?? [];
  assert.deepEqual(
    controls.map(({ name }) => name),
    ["log"],
  );
  assert.match(
    instance.widget.text(instance.packed, instance.state),
    /^epoch 1 {2}loss 6.0000 {2}3.3 s {2}best so far$/m,
  );
});

test("several runs differ in color and dashes, and show the chosen score", () => {
  const instance = trainingCurves(runs);
  const { data } = build(instance, changed(instance, instance.state, "measure", "recall"));
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
  const keptEpochs = data.filter(({ name }) => name === "kept epoch");
  assert.deepEqual(
    keptEpochs.map(({ x }) => x),
    [[3], [2]],
  );
});

test("the mean of several runs is as long as the longest, with a band from lowest to highest", () => {
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

test("draws steps in blocks with their mean loss, and the learning rate below if shown", () => {
  assert.deepEqual(packRun({ name: "", epochs: [], steps }, 10).steps, {
    at: [0.4, 0.8, 1.2, 1.6, 2, 2.4, 2.8, 3.2, 3.6, 4],
    loss: [19.5, 17.5, 15.5, 13.5, 11.5, 9.5, 7.5, 5.5, 3.5, 1.5],
    rate: [19, 17, 15, 13, 11, 9, 7, 5, 3, 1].map((rate) => 0.001 * rate),
    block: 2,
  });
  assert.equal(packRun({ name: "", epochs: [], steps: steps.slice(0, 7) }, 3).steps?.at.length, 3);
  const instance = trainingCurves(runs);
  const stepped = changed(instance, changed(instance, instance.state, "loss", "steps"), "rate", true);
  const { data } = build(instance, stepped);
  const [loss, rate] = data;
  assert.deepEqual(
    loss.y,
    steps.map(({ loss }) => loss),
  );
  assert.deepEqual([rate.yaxis, rate.y], ["y3", steps.map(({ learningRate }) => learningRate)]);
  const { columns } = instance.widget.table(instance.packed, stepped);
  assert.deepEqual([columns.epochs.length, columns.loss[0], columns.epochs.at(-1)], [20, 20, 4]);
});

test("a loss that is not finite is reported in figure, text and table, before and after JSON", () => {
  const broken = reports.map((report, at) =>
    at < 2 ? report : { ...report, loss: at === 2 ? NaN : Infinity },
  );
  const brokenSteps = steps.map((step) => (step.epoch === 3 ? { ...step, loss: NaN } : step));
  const named = [
    { name: "<b>broken</b>", epochs: broken, steps: brokenSteps },
    { name: "whole", epochs: reports },
  ];
  for (const options of [{}, { runs: "mean" }, { loss: "steps" }] as const) {
    const instance = trainingCurves(named, options);
    const stored = { ...instance, packed: JSON.parse(JSON.stringify(instance.packed)) };
    assert.deepEqual(build(stored), build(instance));
    const notes = build(instance).layout.annotations as { text: string }[];
    assert.equal(notes.at(-1)?.text, "&lt;b>broken&lt;/b>: the loss is not finite in epoch 3");
    assert.match(instance.widget.text(stored.packed, instance.state), /epoch 4 {2}loss not finite {2}dev P/);
  }
  const instance = trainingCurves(named, { runs: "mean" });
  const { data } = build(instance);
  assert.deepEqual(data[1].y, [6, 3, 2, 1.5], "the mean of the runs that have a loss");
  const { columns } = instance.widget.table(instance.packed, instance.state);
  assert.deepEqual(columns.loss.slice(0, 4), [6, 3, null, null]);
  const read = steps.map((step) => ({ ...step, loss: JSON.parse("null") }));
  assert.deepEqual(
    packRun({ name: "", epochs: [], steps: read }, 10).steps?.loss,
    new Array(10).fill(null),
    "JSON.parse returns null losses",
  );
});

test("many notes do not hide the curves", () => {
  const runs = Array.from({ length: 9 }, (_, at) => ({
    name: `run ${at}`,
    epochs: reports.map((report) => ({ ...report, loss: NaN })),
  }));
  const notes = build(trainingCurves(runs)).layout.annotations as { text: string }[];
  assert.match(
    notes.at(-1)?.text ?? "",
    /^(?:run \d: the loss is not finite in epoch 1<br>){4}and in 5 other runs$/,
  );
});

test("the loss can have a logarithmic axis", () => {
  const instance = trainingCurves(reports);
  const { layout } = build(instance, changed(instance, instance.state, "log", true));
  assert.equal((layout.yaxis as FigurePart).type, "log");
  assert.match((layout.annotations as { text: string }[])[0].text, /logarithmic/);
  assert.deepEqual(build(trainingCurves(reports, { log: true })).layout, layout);
});

test("epoch ticks are round, and long curves have no markers", () => {
  const step = (epochs: number) =>
    (build(trainingCurves(fakeReports(epochs))).layout.xaxis as { dtick: number }).dtick;
  assert.deepEqual([1, 12, 13, 30, 60, 100, 200, 1000].map(step), [1, 1, 2, 5, 5, 10, 20, 100]);
  const mode = (epochs: number) => build(trainingCurves(fakeReports(epochs))).data[0].mode;
  assert.deepEqual([40, 41].map(mode), ["lines+markers", "lines"]);
});

test("plots keep their height with a legend of any length", () => {
  const many = Array.from({ length: 12 }, (_, at) => ({
    name: `runs/2026-11-24/genia-scratch-seed-${at}`,
    epochs: reports,
  }));
  const plot = ({ layout }: Figure) => {
    const { t, b } = layout.margin as { t: number; b: number };
    return layout.height - t - b;
  };
  const [few, all] = [many.slice(0, 2), many].map((runs) => build(trainingCurves(runs)));
  assert.equal(plot(all), plot(few));
  assert.ok(all.layout.height >= few.layout.height + 3 * 19, "more legend rows make the figure taller");
  for (const { data } of [few, all, build(trainingCurves(reports))]) {
    const entries = data.filter(({ showlegend }) => showlegend !== false);
    assert.ok(
      entries.every(({ legendgroup }) => legendgroup),
      "each entry has a group, as withLegend assumes",
    );
  }
});

test("the table has a row per run and epoch, and marks the kept ones", () => {
  const instance = trainingCurves(runs);
  const { columns } = instance.widget.table(instance.packed, instance.state);
  assert.deepEqual(columns.epoch, [1, 2, 3, 4, 1, 2, 3]);
  assert.deepEqual(columns.kept, [false, false, true, false, false, true, false]);
  assert.match(instance.widget.text(instance.packed, instance.state), /^seed 1: kept epoch 3, dev F1 \d+/);
});

test("every state of one and of several runs can be drawn", () => {
  walk(trainingCurves(runs));
  walk(trainingCurves([runs[0]]));
  walk(trainingCurves([{ name: "begun", epochs: reports.slice(0, 1) }]));
  assert.equal(build(trainingCurves(runs), {}, dark).layout.paper_bgcolor, dark.paper);
});

test("rejects wrong options in one line", () => {
  assert.throws(() => trainingCurves([]), /^RangeError: runs: there is no epoch to show$/);
  assert.throws(() => trainingCurves(reports, { loss: "steps" }), /^RangeError: loss: no run has `steps`/);
  assert.throws(() => trainingCurves(reports, { rate: true }), /^RangeError: rate: no run has `steps`/);
});
