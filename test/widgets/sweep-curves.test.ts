import assert from "node:assert/strict";
import { test } from "node:test";
import type { SweepResults, SweepRun } from "../../src/experiments/sweep-types";
import type { Figure, FigurePart } from "../../widgets/shared/figure";
import { dark, light } from "../../widgets/shared/theme";
import { sweepCurves } from "../../widgets/sweep-curves/show";
import { changed, walk } from "./controls";
import { fakeLayers } from "./fake-sweep";

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

/** Heads 1, 4 and 16, of which the last was not run; their order here is not that of the numbers. */
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

test("a line a length and one of all, through the means of what was run, in the order of the numbers", () => {
  const { layout } = figure(sweepCurves(heads));
  const lines = named(figure(sweepCurves(heads)));
  assert.deepEqual(
    [lines["all lengths"].x, lines["all lengths"].y],
    [
      [0, 1],
      [71, 74],
    ],
  );
  assert.deepEqual(lines["length ≥5"].y, [51, 48]);
  assert.deepEqual((layout.xaxis as { ticktext: string[] }).ticktext, ["1", "4", "16"]);
  assert.match(
    (lines["all lengths"].hovertext as string[])[0],
    /1 attention heads<br>F1 71.00 ± 1.41 % \(2 seeds\)/,
  );
  assert.equal(
    new Set(Object.values(lines).map(({ marker }) => (marker as { symbol: string })?.symbol)).size >= 3,
    true,
  );
});

test("the highest point of each line has a mark of its own, the first of equals", () => {
  const highest = named(figure(sweepCurves(heads)))["highest of a line"];
  assert.deepEqual(
    [highest.x, highest.y],
    [
      [0, 0, 1],
      [80, 51, 74],
    ],
  );
  assert.equal((highest.marker as { color: string }).color, light.chosen);
  const lines = figure(sweepCurves(fakeLayers())).data.filter(({ mode }) => mode === "lines+markers");
  for (const { line } of lines) assert.notEqual((line as { color: string }).color, light.chosen);
});

test("bands are the intervals where there are any, else the deviation over seeds", () => {
  assert.equal(sweepCurves(heads).state.band, "std");
  const band = (shown: Curves): FigurePart[] => figure(shown).data.filter(({ fill }) => fill);
  const [short, long, all] = band(sweepCurves(heads));
  assert.deepEqual(short.y, [80, 80]);
  assert.deepEqual(
    (all.y as number[]).map((value) => value.toFixed(2)),
    ["72.41", "69.59"],
  );
  assert.equal((long.x as number[]).length, 2, "one seed has no deviation");
  const interval = { precision: null, recall: null, f1: { low: 60, high: 75 } };
  const drawn = { ...heads, intervals: [{ setting: "4 heads", corpus: "mine", overall: interval }] };
  assert.equal(sweepCurves(drawn).state.band, "interval");
  assert.deepEqual(
    band(sweepCurves(drawn)).map(({ y }) => y),
    [[75, 60]],
  );
  assert.deepEqual(band(sweepCurves(heads, { band: "none" })), []);
});

test("score and corpus are chosen; a corpus without runs has an empty figure", () => {
  const shown = sweepCurves(heads);
  const recall = figure(shown, changed(shown, shown.state, "measure", "recall"));
  assert.deepEqual(named(recall)["all lengths"].y, [70, 73]);
  const other = changed(shown, shown.state, "corpus", "other");
  assert.deepEqual(named(figure(shown, other))["all lengths"].y, []);
  const [{ text }] = figure(shown).layout.annotations as { text: string }[];
  assert.match(text, /^F1 on mine \(not comparable with the paper's GENIA\), mean of 1–2 seeds · bands: ±/);
});

test("the text has a row a length with a star at the highest, and says what was not run", () => {
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

test("any walk through the controls draws; the table has a row a length and number that was run", () => {
  walk(sweepCurves(heads));
  walk(sweepCurves(fakeLayers(1)));
  const shown = sweepCurves(heads);
  const { columns } = shown.widget.table(shown.packed, shown.state);
  assert.deepEqual(columns.value, [1, 4, 1, 4, 1, 4]);
  assert.deepEqual(columns.highest, [true, false, true, false, false, true]);
  assert.equal(figure(shown, undefined, dark).layout.paper_bgcolor, dark.paper);
});

test("wrong options are said in one line", () => {
  const bare = { ...heads, settings: heads.settings.map(({ name }) => ({ name })) };
  assert.throws(() => sweepCurves(bare), /^RangeError: settings: none has a value .*sweepTable$/);
  assert.throws(
    () => sweepCurves(heads, { corpus: "GENIA" }),
    /^RangeError: corpus: "GENIA" does not exist; .* mine, other$/,
  );
  assert.throws(
    () => sweepCurves(heads, { band: "interval" }),
    /^RangeError: band: "interval" does not exist; there are std, none$/,
  );
});
