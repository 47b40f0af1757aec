import assert from "node:assert/strict";
import { test } from "node:test";
import type { SweepResults } from "../../src/experiments/sweep-types";
import { type Cell, type Grid, gridToHtml } from "../../widgets/shared/grid";
import { light } from "../../widgets/shared/theme";
import { sweepTable } from "../../widgets/sweep/sweep-table";
import { fakeAblation } from "./fake-sweep";
import { changed, walk } from "./walk";

type Table = ReturnType<typeof sweepTable>;

function grid({ widget, packed, state }: Table, at = state): Grid {
  const [part] = widget.build(packed, at, light);
  return "grid" in part ? part.grid : assert.fail();
}

const score = (f1: number) => ({ precision: f1, recall: f1, f1 });

/** Two settings on one corpus: seeds 70 and 72, then a single 71.5. */
const small: SweepResults = {
  title: "a sweep",
  variable: "model",
  settings: [{ name: "Origin" }, { name: "-Backward block" }, { name: "<i>new</i>" }],
  corpora: [{ name: "mine", paper: "GENIA", comparable: false }],
  runs: [
    { setting: "Origin", corpus: "mine", seed: 1, overall: score(70) },
    { setting: "Origin", corpus: "mine", seed: 2, overall: score(72) },
    { setting: "-Backward block", corpus: "mine", seed: 1, overall: score(71.5) },
  ],
  intervals: [
    {
      setting: "Origin",
      corpus: "mine",
      overall: { precision: null, recall: null, f1: { low: 68.25, high: 73.5 } },
    },
  ],
  paper: fakeAblation().paper,
};

test("a cell is mean ± standard deviation (seeds), then interval, paper and difference; a dash if there was no run", () => {
  const { rows, caption } = grid(sweepTable(small, { measures: ["f1"], against: "paper" }));
  assert.deepEqual(
    rows.map((row) => row.map(({ text }) => text)),
    [
      ["Origin", "71.00 ± 1.41 (2)", "68.25–73.50", "80.27", "−9.27"],
      ["-Backward block", "71.50 (1)", "", "80.11", "−8.61"],
      ["<i>new</i>", "–", "", "", ""],
    ],
  );
  assert.match(
    caption ?? "",
    /^a sweep · ours: .* of 1–2 seeds .* \* not comparable with the paper · – not run$/,
  );
  assert.equal(caption?.match(/not comparable/g)?.length, 1);
});

test("the caption of a single seed mentions no spread over seeds", () => {
  const single = { ...small, runs: small.runs.filter(({ seed }) => seed === 1) };
  const { caption } = grid(sweepTable(single, { measures: ["f1"] }));
  assert.match(caption ?? "", /^a sweep · ours: 1 seed \(n\) · interval: 95 %, over sentences · /);
});

test("the best value of each column is bold", () => {
  const { rows } = grid(sweepTable(small, { measures: ["f1"] }));
  const bold = (column: number): (boolean | undefined)[] => rows.map((row) => row[column].bold);
  assert.deepEqual(bold(1), [false, true, undefined]);
  assert.deepEqual(bold(3), [true, false, false]);
  const comparable = { ...small, corpora: [{ name: "mine", paper: "GENIA", comparable: true }] } as const;
  const tones = (results: SweepResults) => grid(sweepTable(results)).rows[0].map(({ tone }: Cell) => tone);
  assert.ok(tones(small).includes("faint"));
  assert.ok(!tones(comparable).includes("faint"));
  assert.doesNotMatch(grid(sweepTable(comparable)).caption ?? "", /not comparable/);
});

test("differences from the paper are shown by default only where all scores compare with it", () => {
  const against = (comparable: boolean): string =>
    sweepTable({ ...small, corpora: [{ name: "mine", paper: "GENIA", comparable }] }).state.against;
  assert.deepEqual([against(true), against(false)], ["paper", "first"]);
});

test("differences can be relative to the first row, alongside the paper's", () => {
  const { rows, head } = grid(
    sweepTable(small, { measures: ["f1"], columns: ["difference"], against: "first" }),
  );
  assert.deepEqual(
    rows.map((row) => row[2].text),
    ["", "+0.50 (paper −0.16)", ""],
  );
  assert.equal(head.at(-1)?.[2].text, "− first row");
});

test("shows three measures for one corpus, F1 for several; every row fills the columns that its headings span", () => {
  const widthOf = (row: readonly Cell[]): number => row.reduce((sum, { span = 1 }) => sum + span, 0);
  for (const instance of [sweepTable(small), sweepTable(fakeAblation())]) {
    const { head, rows, align } = grid(instance);
    for (const row of [...head, ...rows]) assert.equal(widthOf(row), align.length);
  }
  assert.deepEqual(sweepTable(small).state.measures, ["precision", "recall", "f1"]);
  assert.deepEqual(sweepTable(fakeAblation()).state.measures, ["f1"]);
  const heads = grid(sweepTable(fakeAblation())).head[0].map(({ text }) => text);
  assert.deepEqual(heads, ["", "sample * (paper: GENIA)", "CoNLL03"]);
});

test("without paper and intervals, shows our means and the difference from the first row", () => {
  const { paper: _, intervals: __, ...bare } = small;
  const instance = sweepTable(bare, { measures: ["f1"] });
  assert.deepEqual(
    grid(instance)
      .head.at(-1)
      ?.map(({ text }) => text),
    ["model", "ours", "− first row"],
  );
  walk(instance);
});

test("every state can be drawn, and the table contains all values", () => {
  const instance = sweepTable(fakeAblation());
  walk(instance, (results, state) => {
    const { columns } = instance.widget.table(results, state);
    assert.equal(columns.mean.length, 2 * 3 * 7);
  });
  const { columns } = instance.widget.table(
    instance.packed,
    changed(instance, instance.state, "against", "first"),
  );
  assert.ok("difference_from_first" in columns);
  assert.equal(columns.seeds.at(-1), 0);
  assert.equal(columns.mean.at(-1), null);
  assert.equal(columns.paper.at(-1), 92.35);
});

test("names are text", () => {
  assert.doesNotMatch(gridToHtml(grid(sweepTable(small)), light), /<i>/);
});

test("rejects inconsistent results and wrong options in one line", () => {
  const twice = { ...small, runs: [...small.runs, small.runs[0]] };
  assert.throws(
    () => sweepTable(twice),
    /^RangeError: runs: setting "Origin", corpus "mine", seed 1 occurs twice$/,
  );
  const strange = { ...small, runs: [{ ...small.runs[0], setting: "Origins" }] };
  assert.throws(
    () => sweepTable(strange),
    /^RangeError: runs: setting "Origins" is not listed; there are Origin, /,
  );
  assert.throws(
    () => sweepTable({ ...small, corpora: [] }),
    /^RangeError: a sweep needs a setting and a corpus$/,
  );
  const { paper: _, ...bare } = small;
  assert.throws(
    () => sweepTable(bare, { against: "paper" }),
    /^RangeError: against: "paper" does not exist; .* first$/,
  );
});
