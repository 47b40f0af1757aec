import assert from "node:assert/strict";
import { test } from "node:test";
import type { SweepResults, SweepRun } from "../../src/experiments/sweep-types";
import type { Figure, FigurePart } from "../../widgets/shared/figure";
import { dark, light } from "../../widgets/shared/theme";
import { sweepCurves } from "../../widgets/sweep/sweep-curves";
import { fakeLayers } from "./fake-sweep";
import { changed, walk } from "./walk";

type Curves = ReturnType<typeof sweepCurves>;

function figure({ widget, packed, state }: Curves, at = state, theme = light): Figure {
  const [part] = widget.build(packed, at, theme);
  return "figure" in part ? part.figure : assert.fail();
}

const named = ({ data }: Figure): Record<string, FigurePart> =>
  Object.fromEntries(data.map((part) => [String(part.name), part]));

const score = (f1: number) => ({ precision: f1 + 1, recall: f1 - 1, f1 });
const run = (setting: string, seed: number, overall: number, long: number): SweepRun => ({
  setting,
  corpus: "mine",
  seed,
  overall: score(overall),
  byLength: { "1": score(80), "≥5": score(long) },
});

/** Heads 4, 1 and 16; the last was not run. */
const heads: SweepResults = {
  title: "Figure 6",
  variable: "attention heads",
  settings: [
    { name: "4 heads", value: 4 },
    { name: "1 head", value: 1 },
    { name: "16 heads", value: 16 },
  ],
  corpora: [
    { name: "mine", paper: "GENIA", comparable: false },
    { name: "other", comparable: false },
  ],
  runs: [run("1 head", 1, 70, 50), run("1 head", 2, 72, 52), run("4 heads", 1, 74, 48)],
};

test("draws a line per length and one for all lengths through the means, sorted by the swept number", () => {
  const { data, layout } = figure(sweepCurves(heads, { errorBars: "none" }));
  const lines = named({ data, layout });
  assert.deepEqual(
    [lines["all lengths"].x, lines["all lengths"].y],
    [
      [0, 1],
      [71, 74],
    ],
  );
  assert.deepEqual(lines["length ≥5"].y, [51, 48]);
  assert.deepEqual((layout.xaxis as { ticktext: string[] }).ticktext, ["1", "4", "16<br>not run"]);
  assert.match(
    (lines["all lengths"].hovertext as string[])[0],
    /1 attention heads<br>F1 71.00 ± 1.41 % \(2 seeds\)/,
  );
  assert.equal(
    new Set(Object.values(lines).map(({ marker }) => (marker as { symbol: string })?.symbol)).size >= 3,
    true,
  );
});

test("marks the highest point of each line in red, the first of equals", () => {
  const highest = named(figure(sweepCurves(heads, { errorBars: "none" })))["highest of each line"];
  assert.deepEqual(
    [highest.x, highest.y],
    [
      [0, 0, 1],
      [80, 51, 74],
    ],
  );
  const { data } = figure(sweepCurves(fakeLayers()));
  for (const theme of [light, dark]) {
    const marks = named(figure(sweepCurves(heads), undefined, theme))["highest of each line"];
    const { color } = marks.marker as { color: string };
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    assert.ok(red > 200 && green < 90 && blue < 100, `${color} is red`);
  }
  const sizes = data.map(({ marker }) => (marker as { size: number }).size);
  assert.ok(
    sizes.slice(0, -1).every((size) => size < sizes[sizes.length - 1]),
    "larger than any other",
  );
  const alone = { ...heads, runs: heads.runs.filter(({ setting }) => setting === "1 head") };
  assert.equal(
    "highest of each line" in named(figure(sweepCurves(alone))),
    false,
    "a single point is not marked",
  );
});

test("error bars are intervals if there are any, else the standard deviation over seeds", () => {
  assert.equal(sweepCurves(heads).state.errorBars, "std");
  const ends = (instance: Curves, name: string) => {
    const { y, error_y } = named(figure(instance))[name];
    const { array, arrayminus } = error_y as { array: number[]; arrayminus: number[] };
    return (y as number[]).map((mean, at) =>
      [mean - arrayminus[at], mean + array[at]].map((end) => end.toFixed(2)),
    );
  };
  assert.deepEqual(ends(sweepCurves(heads), "all lengths"), [
    ["69.59", "72.41"],
    ["74.00", "74.00"],
  ]);
  const interval = { precision: null, recall: null, f1: { low: 60, high: 75 } };
  const withIntervals = { ...heads, intervals: [{ setting: "4 heads", corpus: "mine", overall: interval }] };
  assert.equal(sweepCurves(withIntervals).state.errorBars, "interval");
  assert.deepEqual(ends(sweepCurves(withIntervals), "all lengths"), [
    ["71.00", "71.00"],
    ["60.00", "75.00"],
  ]);
  const visible = (instance: Curves) =>
    figure(instance).data.map(
      ({ error_y }) => (error_y as { visible: boolean } | undefined)?.visible ?? false,
    );
  assert.deepEqual(
    visible(sweepCurves(withIntervals)),
    [false, false, true, false],
    "there are no intervals by length",
  );
  assert.deepEqual(visible(sweepCurves(heads, { errorBars: "none" })), [false, false, false, false]);
});

test("error bars of several lines are side by side, and each highest mark is on its line", () => {
  const { data } = figure(sweepCurves(fakeLayers()));
  const lines = data.slice(0, -1);
  const first = lines.map(({ x }) => (x as number[])[0]);
  assert.equal(new Set(first.map((x) => x.toFixed(3))).size, lines.length);
  assert.ok(Math.max(...first.map(Math.abs)) < 0.2, `near their number: ${first}`);
  const { x, y } = data[data.length - 1] as { x: number[]; y: number[] };
  lines.forEach((line, at) => {
    const place = (line.y as number[]).indexOf(y[at]);
    assert.equal((line.x as number[])[place], x[at]);
  });
});

test("a sweep without runs says so, on an axis from 0 to 100 %", () => {
  const { layout } = figure(sweepCurves({ ...heads, runs: [] }));
  assert.deepEqual((layout.yaxis as { range: number[] }).range, [0, 100]);
  assert.deepEqual((layout.xaxis as { ticktext: string[] }).ticktext, [
    "1<br>not run",
    "4<br>not run",
    "16<br>not run",
  ]);
  const [{ text }] = layout.annotations as { text: string }[];
  assert.match(text, /, no seed$/);
});

test("score and corpus can be chosen; a corpus without runs has an empty figure", () => {
  const instance = sweepCurves(heads);
  const recall = figure(instance, changed(instance, instance.state, "measure", "recall"));
  assert.deepEqual(named(recall)["all lengths"].y, [70, 73]);
  const other = changed(instance, instance.state, "corpus", "other");
  assert.deepEqual(named(figure(instance, other))["all lengths"].y, []);
  const [{ text }] = figure(instance).layout.annotations as { text: string }[];
  assert.match(
    text,
    /^F1 on mine \(not comparable with the paper's GENIA\), mean of 1–2 seeds<br>error bars: ±/,
  );
});

test("the text has a row per length, marks the highest value and missing runs", () => {
  const { widget, packed, state } = sweepCurves(heads);
  assert.equal(
    widget.text(packed, state),
    [
      "Figure 6: F1 on mine by attention heads",
      "attention heads        1        4  16",
      "---------------  -------  -------  --",
      "length 1         * 80.00    80.00   –",
      "length ≥5        * 51.00    48.00   –",
      "all lengths        71.00  * 74.00   –",
    ].join("\n"),
  );
});

test("every state can be drawn; the table has a row per length and number with runs", () => {
  walk(sweepCurves(heads));
  walk(sweepCurves(fakeLayers(1)));
  const instance = sweepCurves(heads);
  const { columns } = instance.widget.table(instance.packed, instance.state);
  assert.deepEqual(columns.value, [1, 4, 1, 4, 1, 4]);
  assert.deepEqual(columns.highest, [true, false, true, false, false, true]);
  assert.equal(figure(instance, undefined, dark).layout.paper_bgcolor, dark.paper);
});

test("settings with series have a line for each series, without marks of the highest points", () => {
  const sizes: SweepResults = {
    ...heads,
    variable: "training sentences",
    settings: [
      { name: "ours, 100", value: 100, series: "ours" },
      { name: "ours, 200", value: 200, series: "ours" },
      { name: "other, 200", value: 200, series: "other" },
    ],
    runs: [run("ours, 100", 1, 40, 20), run("ours, 200", 1, 60, 30), run("other, 200", 1, 50, 25)],
  };
  const instance = sweepCurves(sizes);
  walk(instance);
  const { data, layout } = figure(instance);
  assert.deepEqual(
    data.map(({ name, x, y }) => [name, (x as number[]).map(Math.round), y]),
    [
      ["ours", [0, 1], [40, 60]],
      ["other", [1], [50]],
    ],
  );
  assert.deepEqual((layout.xaxis as { ticktext: string[] }).ticktext, ["100", "200"]);
  const { columns } = instance.widget.table(instance.packed, instance.state);
  assert.deepEqual(
    [columns.series, columns.mean],
    [
      ["ours", "ours", "other"],
      [40, 60, 50],
    ],
  );
  assert.match(instance.widget.text(instance.packed, instance.state), /^other +– +\* 50\.00$/m);
  const alone = figure(instance, { ...instance.state, lines: ["other"] });
  assert.deepEqual(
    alone.data.map(({ name }) => name),
    ["other"],
  );
});

test("rejects wrong options in one line", () => {
  const bare = { ...heads, settings: heads.settings.map(({ name }) => ({ name })) };
  assert.throws(() => sweepCurves(bare), /^RangeError: settings: none has a value .*sweepTable$/);
  assert.throws(
    () => sweepCurves(heads, { corpus: "GENIA" }),
    /^RangeError: corpus: "GENIA" does not exist; .* mine, other$/,
  );
  assert.throws(
    () => sweepCurves(heads, { errorBars: "interval" }),
    /^RangeError: errorBars: "interval" does not exist; there are std, none$/,
  );
});
