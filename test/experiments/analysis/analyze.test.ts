import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError } from "../../../src/base/errors";
import {
  type Analysis,
  analyze,
  cellRows,
  comparisonRows,
  conclusionRows,
  convergenceRows,
  doneOnOtherEngines,
  lengthRows,
  lengthScores,
  measureRows,
  overview,
  type PlanName,
  plansNamed,
  type ResultCell,
  reportMarkdown,
  reportOf,
  resultsOf,
  runsIn,
  sweepResults,
  trainingSeries,
} from "../../../src/experiments";
import { spread } from "../../../src/experiments/analysis/statistics";
import { applyOverrides } from "../../../src/training";
import { writeFakeRun, writeFakeTable } from "../fake-runs";

const root = mkdtempSync(join(tmpdir(), "pnr-analysis-"));
after(() => rmSync(root, { recursive: true }));
const seeds = [1, 2, 3, 4];
const store = (name: string): string => join(root, name);
const cell = (analysis: Analysis, plan: PlanName, setting: string): ResultCell =>
  analysis.cells.find((one) => one.plan.name === plan && one.setting.label === setting)!;
const judgments = ({ conclusions }: Analysis, section: string) =>
  conclusions.filter((one) => one.section === section).map(({ judgement }) => judgement);

// Worse without category embedding, better without the gate, the others equal.
writeFakeTable(store("table6"), "table6", seeds, (setting) =>
  setting === "-Category embedding" ? 0.5 : setting === "-Gated Update" ? 0.97 : 0.8,
);
const table6 = analyze(resultsOf(store("table6")));

test("each run is in all cells of its setting", () => {
  const origin = cell(table6, "table6", "Origin");
  assert.deepEqual(
    origin.runs.map(({ seed }) => seed),
    seeds,
  );
  for (const [plan, setting] of [
    ["table2", "Our Model"],
    ["table5", "Our Model"],
    ["table7", "[2,2]"],
  ] as const)
    assert.deepEqual(cell(table6, plan, setting).runs, origin.runs);
  assert.deepEqual(cell(table6, "table7", "[2,3]").runs, []);
  assert.equal(cell(table6, "table7", "[2,3]").verdict, "not run");
  const mean = origin.runs.reduce((sum, { overall }) => sum + overall.f1, 0) / 4;
  assert.ok(Math.abs(origin.ours!.f1.mean - mean) < 1e-9);
  const { low, high } = origin.intervals!.overall.f1!;
  assert.ok(low < mean && mean < high);
  assert.deepEqual([origin.paper?.f1, origin.verdict], [80.27, "not comparable"], "the sample is not GENIA");
  assert.ok(Math.abs(origin.difference! - (mean - 80.27)) < 1e-9);
});

test("an ablation is judged by its difference from the full model, corrected for all ablations", () => {
  const [backward, prior, gate, category, locations, logarithms] = judgments(table6, "§4.5.1");
  assert.deepEqual([category, gate], ["supported", "contradicted"]);
  for (const one of [backward, prior, locations, logarithms]) assert.equal(one, "undecided");
  const { contrast, corrected } = table6.comparisons.find(
    ({ setting }) => setting === "-Category embedding",
  )!;
  assert.ok(contrast.estimate < -10 && corrected < 0.05 && corrected >= contrast.p);
  assert.equal(table6.comparisons.length, 6);
  for (const section of ["§4.5.2", "§4.5.3", "§4.5.4"])
    for (const one of judgments(table6, section)) assert.equal(one, "not run");
});

test("F1 by length: short entities are best and F1 falls with length, or the contrary", () => {
  const of = (name: string, skill: (tokens: number) => number) => {
    for (const seed of seeds) writeFakeRun(store(name), { plan: "table6", setting: "Origin", seed, skill });
    return judgments(analyze(resultsOf(store(name))), "§4.4").slice(0, 2);
  };
  assert.deepEqual(
    of("short", (tokens) => 1 - 0.15 * (tokens - 1)),
    ["supported", "supported"],
  );
  assert.deepEqual(
    of("long", (tokens) => 0.2 + 0.15 * tokens),
    ["contradicted", "contradicted"],
  );
  assert.deepEqual(
    of("alike", () => 1),
    ["undecided", "undecided"],
  );
});

test("fewer than three seeds conclude nothing, however large the difference", () => {
  writeFakeTable(store("few"), "table6", [1, 2], (setting) => (setting === "Origin" ? 0.95 : 0.3));
  const few = analyze(resultsOf(store("few")));
  for (const one of few.conclusions) assert.ok(["undecided", "not run"].includes(one.judgement), one.text);
  const { evidence } = few.conclusions.find(({ text }) => text === "the gated update raises F1")!;
  assert.match(evidence, /p 0\.00\d by Holm; 2 seeds\); fewer than 3 seeds conclude nothing$/);
});

test("attention is sparser with its prior if its entropy is lower for the same seeds", () => {
  for (const seed of seeds) {
    writeFakeRun(store("entropy"), { plan: "table6", setting: "Origin", seed, entropy: 0.4 + seed / 100 });
    const entropy = 0.6 + seed / 50;
    writeFakeRun(store("entropy"), { plan: "table6", setting: "-Spatial modulation", seed, entropy });
  }
  const { conclusions } = analyze(resultsOf(store("entropy")));
  const { judgement, evidence } = conclusions.find(({ text }) => text.includes("sparser"))!;
  assert.equal(judgement, "supported");
  assert.match(evidence, /without minus with the prior: \+0\.2\d \(95 %: \+0\.\d\d to \+0\.\d\d; 4 seeds\)/);
});

test("kernel sizes: the best ones, [] compared with the highest pyramid, length of proposals", () => {
  const skill: Record<string, number> = { "[2,2,2]": 0.95, "[2,2]": 0.9, "[]": 0.7, "[2,2,2,2]": 0.4 };
  writeFakeTable(store("table7"), "table7", seeds, (setting) => skill[setting] ?? 0.6);
  const table7 = analyze(resultsOf(store("table7")));
  assert.deepEqual(judgments(table7, "§4.5.2"), [
    "supported", // best
    "supported", // [] better
    "supported", // longer proposals
    "undecided", // near the entities' length
    "undecided", // slower: all epochs are equal
  ]);
  writeFakeTable(store("other"), "table7", seeds, (setting) => (setting === "[2,3]" ? 0.95 : 0.6));
  assert.equal(judgments(analyze(resultsOf(store("other"))), "§4.5.2")[0], "contradicted");
});

test("figures: 3 layers are near the best, 8 heads are best", () => {
  writeFakeTable(store("layers"), "figure5", seeds, (setting) => (Number(setting) >= 3 ? 0.9 : 0.5));
  writeFakeTable(store("layers"), "figure6", seeds, (setting) => (setting === "8" ? 0.9 : 0.5));
  const figures = analyze(resultsOf(store("layers")));
  assert.equal(judgments(figures, "§4.5.4")[0], "supported");
  writeFakeTable(store("worse"), "figure5", seeds, (setting) => (setting === "5" ? 0.95 : 0.5));
  writeFakeTable(store("worse"), "figure6", seeds, (setting) => (setting === "2" ? 0.95 : 0.5));
  const worse = analyze(resultsOf(store("worse")));
  assert.deepEqual(
    [judgments(worse, "§4.5.3")[0], judgments(worse, "§4.5.4")[0]],
    ["contradicted", "contradicted"],
  );
});

test("3 layers are close to the best only if no other number can be a point ahead", () => {
  const close = (name: string, skill: (layers: number) => number) => {
    writeFakeTable(store(name), "figure5", seeds, (setting) => skill(Number(setting)));
    const conclusion = analyze(resultsOf(store(name))).conclusions.find(({ text }) =>
      text.startsWith("3 layers"),
    )!;
    assert.match(
      conclusion.evidence,
      /^[1245] layers minus 3, .* F1 \(95 %: .* 4 seeds\); close is less than 1 F1 behind$/,
    );
    return conclusion.judgement;
  };
  assert.equal(
    close("surely", (layers) => (layers === 3 ? 0.97 : 0.6)),
    "supported",
  );
  assert.equal(
    close("chance", () => 0.7),
    "undecided",
  );
});

test("runs that cannot be compared are not mixed: tables show the latest version, then the largest group", () => {
  for (const seed of [1, 2]) writeFakeRun(store("mixed"), { plan: "table2", setting: "Our Model", seed });
  writeFakeRun(store("mixed"), { plan: "table2", setting: "Our Model", seed: 3, engine: "cpu" });
  const analysis = analyze(resultsOf(store("mixed")));
  const mixed = cell(analysis, "table2", "Our Model");
  assert.deepEqual(
    mixed.runs.map(({ engine }) => engine),
    ["wasm", "wasm"],
  );
  assert.deepEqual(analysis.leftOut, [
    "left out of the tables: 1 run on sample at the scale sample, on the engine cpu, not wasm",
  ]);
});

test("runs of one engine with different libraries are not mixed, and the report lists those left out", () => {
  const [zen, haswell] = ["blas OpenBLAS 0.3.21 Zen", "blas OpenBLAS 0.3.21 Haswell"];
  const main = { plan: "table2", setting: "Our Model" } as const;
  for (const seed of [1, 2]) writeFakeRun(store("libraries"), { ...main, seed, engine: haswell });
  for (const seed of [1, 2, 3]) writeFakeRun(store("libraries"), { ...main, seed, engine: zen });
  const results = resultsOf(store("libraries"));
  assert.equal(results.runs.length, 5);
  const analysis = analyze(results);
  const { runs, ours } = cell(analysis, "table2", "Our Model");
  assert.deepEqual(
    runs.map(({ seed, engine }) => [seed, engine]),
    [1, 2, 3].map((seed) => [seed, zen]),
  );
  assert.deepEqual(ours!.f1, spread(runs.map(({ overall }) => overall.f1)));
  const line = `left out of the tables: 2 runs on sample at the scale sample, on the engine ${haswell}, not ${zen}`;
  assert.deepEqual(analysis.leftOut, [line]);
  assert.ok(reportMarkdown(reportOf(analysis), String).includes(`L${line.slice(1)}.`));

  const rows = overview(runsIn(store("libraries")), plansNamed(["table2"]));
  assert.deepEqual(rows.map(({ engine, runs: engineRuns }) => [engine, engineRuns.length]).sort(), [
    [haswell, 2],
    [zen, 3],
  ]);
  const grid = {
    runs: new Map(
      runsIn(store("libraries"))
        .map(({ id, spec }) => [id, spec] as const)
        .filter(([, { engine }]) => engine === zen),
    ),
    ...{ cells: [], corpora: new Map(), leftOut: [], remarks: [] },
  };
  mkdirSync(join(store("libraries"), "0".repeat(16)));
  assert.deepEqual([...doneOnOtherEngines(grid, store("libraries"))], [[haswell, 2]]);
  assert.deepEqual([...doneOnOtherEngines({ ...grid, runs: new Map() }, store("libraries"))], []);
});

test("runs with other settings are found by the changes of their sweep", () => {
  const change = (config: Parameters<typeof applyOverrides>[0]) =>
    applyOverrides(config, ["training.learningRate=0.01"]);
  writeFakeRun(store("set"), { plan: "table2", setting: "Our Model", seed: 1, change });
  const results = resultsOf(store("set"));
  assert.equal(cell(analyze(results), "table2", "Our Model").runs.length, 0);
  assert.equal(cell(analyze(results, { change }), "table2", "Our Model").runs.length, 1);
});

test("comparable runs are compared with the paper's values", () => {
  const verdict = (name: string, skill: number) => {
    for (const seed of seeds)
      writeFakeRun(store(name), {
        plan: "table2",
        setting: "Our Model",
        seed,
        skill,
        corpus: "genia",
        scale: "paper",
      });
    const analysis = analyze(resultsOf(store(name)), { scale: "paper" });
    assert.equal(sweepResults(analysis, "table6").corpora[0].comparable, true);
    assert.match(cellRows(analysis, "table2")[0]["corpus, encoder"], /^genia, dmis-lab\/biobert/);
    return cell(analysis, "table2", "Our Model").verdict;
  };
  assert.deepEqual([verdict("near", 0.81), verdict("far", 0.4)], ["within interval", "differs"]);
});

test("a scale without runs is an error that lists the scales with runs", () => {
  assert.throws(
    () => analyze(resultsOf(store("table6")), { scale: "paper" }),
    (error) =>
      error instanceof InputError &&
      /scale paper is complete; scales with complete runs: sample/.test(error.message),
  );
});

test("results convert to the widgets' data and to tables", () => {
  const sweep = sweepResults(table6, "table6");
  assert.deepEqual(
    [sweep.settings.length, sweep.runs.length, sweep.intervals?.length, sweep.paper?.length],
    [7, 28, 7, 7],
  );
  assert.deepEqual(sweep.corpora, [{ name: "sample", paper: "GENIA", comparable: false }]);
  const figure = sweepResults(table6, "figure5");
  assert.deepEqual(
    figure.settings.map(({ value }) => value),
    [1, 2, 3, 4, 5],
  );
  assert.deepEqual([figure.runs, figure.paper], [[], undefined]);
  assert.equal(sweepResults(table6, "table3").corpora.length, 0);

  const [lengths] = lengthScores(table6);
  assert.equal(lengths.name, "Our Model on sample");
  assert.deepEqual(Object.keys(lengths.scores.byLength), ["1", "2", "3", "4", "≥5"]);
  const series = trainingSeries(table6, "table6", ["Origin", "-Gated Update"]);
  assert.deepEqual(
    series.map(({ epochs }) => epochs.length),
    [5, 5],
  );

  assert.equal(cellRows(table6, "table6").length, 7);
  const row = cellRows(table6, "table6")[0];
  assert.match(row.F1, /^\d\d\.\d\d ± \d\.\d\d \(4\)$/);
  assert.match(row.difference, /^[−+]\d/);
  assert.equal(row["corpus, encoder"], "sample for GENIA, no BERT");
  assert.equal(lengthRows(table6).length, 6);
  assert.equal(comparisonRows(table6).length, 6);
  assert.equal(conclusionRows(table6).length, table6.conclusions.length);
  assert.equal(measureRows(table6, "table6").length, 7);
  assert.deepEqual(Object.keys(convergenceRows(table6, "table6")[0]).slice(-1), ["epoch 5"]);
});
