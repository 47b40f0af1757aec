import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError } from "../../../src/base/errors";
import {
  type Analysis,
  analyze as analyzeWithManyDraws,
  cellRows,
  comparisonRows,
  completeRuns,
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
  singleRunRows,
  sweepResults,
  trainingSeries,
  varianceRows,
} from "../../../src/experiments";
import { falsePositiveRate } from "../../../src/experiments/analysis/crossed";
import { outcomeOf } from "../../../src/experiments/analysis/findings";
import { spread } from "../../../src/experiments/analysis/statistics";
import { applyOverrides } from "../../../src/training";
import { writeFakeRun, writeFakeTable } from "../fake-runs";

const root = mkdtempSync(join(tmpdir(), "pnr-analysis-"));
after(() => rmSync(root, { recursive: true }));
/** With fewer draws than the default of 20,000, which decide the same here. */
const analyze: typeof analyzeWithManyDraws = (results, options) =>
  analyzeWithManyDraws(results, { draws: 1000, ...options });
const seeds = [1, 2, 3, 4];
const store = (name: string): string => join(root, name);
const cell = (analysis: Analysis, plan: PlanName, setting: string): ResultCell =>
  analysis.cells.find(
    ({ plan: { name }, setting: { label }, corpus }) =>
      name === plan && label === setting && corpus.name === "sample",
  )!;
/** At the scale sample nothing is concluded. */
const scale = "scratch";
const judged = (name: string): Analysis => analyze(resultsOf(store(name)), { scale });
const finding = ({ conclusions }: Analysis, text: string) =>
  conclusions.find((one) => one.text.includes(text) && one.corpus.name === "sample")!;
const judgment = (analysis: Analysis, text: string) => finding(analysis, text).judgement;

// Worse without category embedding, better without the gate, the others equal.
writeFakeTable(
  store("table6"),
  "table6",
  seeds,
  (setting) => (setting === "-Category embedding" ? 0.2 : setting === "-Gated Update" ? 0.97 : 0.8),
  { scale },
);
const table6 = judged("table6");

test("a setting that changes nothing at a scale is not compared with its own runs", () => {
  const options = { scale: "curves", corpus: "genia-curves", split: "dev" } as const;
  writeFakeTable(store("curves"), "batching", seeds, () => 0.7, options);
  const curves = analyze(resultsOf(store("curves")), { scale: "curves" });
  // The scale trains the released code, whose update is the feed-forward block.
  const settings = curves.cells.filter(({ plan }) => plan.name === "readings");
  assert.deepEqual(
    settings.map(({ runs }) => runs.length),
    settings.map(({ setting }) => (setting.label === "Origin" ? seeds.length : 0)),
  );
  assert.deepEqual(
    curves.comparisons.map(({ plan, setting }) => [plan, setting]),
    [["batching", "similar length"]],
  );
});

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
  assert.ok(origin.prediction!.low < low && high < origin.prediction!.high);
  assert.deepEqual([origin.paper?.f1, origin.verdict], [80.27, "not comparable"], "the sample is not GENIA");
  assert.ok(Math.abs(origin.difference! - (mean - 80.27)) < 1e-9);
});

test("an ablation is judged by its difference from the full model, corrected for all ablations", () => {
  const parts = ["category embedding", "the gated update", "the backward block", "spatial modulation"];
  const [category, gate, ...others] = parts.map((part) => judgment(table6, `${part} raises F1`));
  assert.deepEqual([category, gate, ...others], ["supported", "contradicted", "undecided", "undecided"]);
  assert.match(
    finding(table6, "the backward block raises F1").evidence,
    /F1 \(95 %: .*; p \d\.\d{3} by Holm; 4 seeds\); these runs detect \d+\.\d F1 with a power of 80 %$/,
  );
  const worse = table6.comparisons.find(({ setting }) => setting === "-Category embedding")!;
  assert.ok(worse.contrast.estimate < -10 && worse.tests.different! < 0.05);
  assert.deepEqual([worse.outcome, worse.tests.count], ["worse", 6]);
  assert.ok(worse.tests.equivalent! > 0.9 && worse.detectable! > 1);
  const { values, influences } = worse.contrast;
  assert.equal(worse.falsePositives, falsePositiveRate(values, influences, table6.draws));
  assert.equal(table6.comparisons.filter(({ plan }) => plan === "table6").length, 6);
  for (const text of ["are satisfactory", "3 layers", "8 heads are best"])
    assert.equal(judgment(table6, text), "not run");
});

test("without any difference between the settings, no single difference counts", () => {
  const { omnibus } = table6.summaries.find(({ plan }) => plan === "table6")!;
  assert.ok(omnibus.p < 0.05);
  assert.deepEqual([omnibus.seeds, omnibus.settings], [4, 7]);
  const contrast = table6.comparisons.find(({ setting }) => setting === "-Category embedding")!.contrast;
  const tests = { different: 0.01, equivalent: 1, count: 1 };
  assert.equal(outcomeOf(contrast, tests, omnibus), "worse");
  assert.equal(outcomeOf(contrast, tests, { ...omnibus, p: 0.05 }), "undecided");
  assert.equal(outcomeOf(contrast, { ...tests, different: 0.05, equivalent: 0.04 }), "equivalent");
  assert.equal(outcomeOf(contrast, { ...tests, different: null }), "too few seeds");
});

test("the scale sample gives no verdicts", () => {
  writeFakeTable(store("sample"), "table6", [1, 2, 3], (setting) => (setting === "Origin" ? 0.95 : 0.3));
  const analysis = analyze(resultsOf(store("sample")));
  const judgments = new Set(analysis.conclusions.map(({ judgement }) => judgement));
  assert.deepEqual([...judgments].sort(), ["not judged", "not run"]);
  assert.ok(analysis.comparisons.length > 0);
});

test("all settings of a table have the same seeds, and the others are listed", () => {
  writeFakeTable(store("seeds"), "table6", [2, 3, 4], () => 0.8, { scale });
  for (const seed of [1, 5]) writeFakeRun(store("seeds"), { plan: "table6", setting: "Origin", seed, scale });
  const analysis = judged("seeds");
  const numbers = (plan: PlanName, setting: string) =>
    cell(analysis, plan, setting).runs.map(({ seed }) => seed);
  assert.deepEqual(numbers("table6", "Origin"), [2, 3, 4]);
  assert.deepEqual(numbers("table5", "Our Model"), [1, 2, 3, 4, 5], "its only setting");
  assert.ok(
    analysis.leftOut.includes(
      "left out of Table 6: ablations on sample: 2 runs of seeds that other settings lack",
    ),
  );
});

test("F1 by length: short entities are best and F1 falls with length, or the contrary", () => {
  const of = (name: string, skill: (tokens: number) => number) => {
    for (const seed of seeds)
      writeFakeRun(store(name), { plan: "table6", setting: "Origin", seed, skill, scale, sentences: 300 });
    const analysis = judged(name);
    return [judgment(analysis, "highest for entities"), judgment(analysis, "falls as entities")];
  };
  assert.deepEqual(
    of("short", (tokens) => 1 - 0.15 * (tokens - 1)),
    ["supported", "supported"],
  );
  assert.deepEqual(
    of("long", (tokens) => 0.2 + 0.15 * tokens),
    ["contradicted", "contradicted"],
  );
  assert.equal(finding(table6, "highest for entities").evidence, "too few gold entities of these lengths");
});

test("fewer than three seeds give no verdict and no p value, however large the difference", () => {
  writeFakeTable(store("few"), "table6", [1, 2], (setting) => (setting === "Origin" ? 0.95 : 0.3), { scale });
  writeFakeTable(store("few"), "table7", [1, 2], (setting) => (setting === "[2,2]" ? 0.95 : 0.3), { scale });
  writeFakeTable(store("few"), "figure5", [1, 2], (setting) => (setting === "3" ? 0.95 : 0.3), { scale });
  writeFakeTable(store("few"), "figure6", [1, 2], (setting) => (setting === "8" ? 0.95 : 0.3), { scale });
  const few = judged("few");
  assert.ok(few.conclusions.some(({ judgement }) => judgement === "undecided"));
  for (const { judgement, text, evidence } of few.conclusions) {
    assert.ok(["undecided", "not run"].includes(judgement), text);
    assert.doesNotMatch(evidence, /\bp [\d<]/, text);
  }
  assert.match(
    finding(few, "the gated update raises F1").evidence,
    /\+\d\d\.\d\d F1 \(2 seeds\); fewer than 3 seeds give no verdict$/,
  );
  for (const row of comparisonRows(few))
    assert.deepEqual([row["p by Holm"], row.outcome], ["–", "too few seeds"]);
  assert.deepEqual(few.summaries, []);
});

test("attention is sparser with its prior if its entropy is lower for the same seeds", () => {
  for (const seed of seeds) {
    const origin = { plan: "table6", setting: "Origin", seed, scale } as const;
    writeFakeRun(store("entropy"), { ...origin, entropy: 0.4 + seed / 100 });
    const entropy = 0.6 + seed / 50;
    writeFakeRun(store("entropy"), { ...origin, setting: "-Spatial modulation", entropy });
  }
  const { judgement, evidence } = finding(judged("entropy"), "sparser");
  assert.equal(judgement, "supported");
  assert.match(
    evidence,
    /without minus with the prior: \+0\.2\d \(95 %: \+0\.\d\d to \+0\.\d\d; p .*; 4 seeds\)/,
  );
});

test("a part speeds up training if F1 after the first epoch is higher with it, corrected for three parts", () => {
  for (const seed of seeds) {
    const run = { plan: "table6", seed, scale } as const;
    writeFakeRun(store("speed"), { ...run, setting: "Origin", firstF1: 50 + seed });
    writeFakeRun(store("speed"), { ...run, setting: "-Spatial modulation", firstF1: 40 + 1.1 * seed });
    writeFakeRun(store("speed"), { ...run, setting: "-Locations iteration", firstF1: 60 + 1.1 * seed });
    writeFakeRun(store("speed"), {
      ...run,
      setting: "-Logarithms iteration",
      firstF1: 50 + ((7 * seed) % 5),
    });
  }
  const analysis = judged("speed");
  assert.deepEqual(
    ["spatial modulation", "iterating the locations", "iterating the logarithms"].map((part) =>
      judgment(analysis, `${part} speeds up training`),
    ),
    ["supported", "contradicted", "undecided"],
  );
});

test("proposals: most are short, the proposer alone locates short entities, and layers pinpoint all", () => {
  const of = (name: string, shortShare: number) => {
    for (const seed of seeds)
      writeFakeRun(store(name), { plan: "table6", setting: "Origin", seed, scale, shortShare });
    const analysis = judged(name);
    return ["most proposals", "the proposer alone", "pinpoints"].map((text) => judgment(analysis, text));
  };
  assert.deepEqual(of("proposals", 0.8), ["supported", "supported", "supported"]);
  assert.deepEqual(of("longer", 0.3)[0], "contradicted");
  assert.match(
    finding(judged("longer"), "most proposals").evidence,
    /^30 % of the proposals; minus half of them, in percent: −19\.75/,
  );
});

test("errors: most are of type or of location", () => {
  const of = (name: string, predict: NonNullable<Parameters<typeof writeFakeRun>[1]["predict"]>) => {
    for (const seed of seeds)
      writeFakeRun(store(name), { plan: "table6", setting: "Origin", seed, scale, skill: 0.5, predict });
    return judgment(judged(name), "most false predictions");
  };
  assert.equal(
    of("location", (sentence) => sentence),
    "contradicted",
  );
  const otherTypes = of("type", ({ gold, ...sentence }) => ({
    ...sentence,
    gold,
    accepted: gold.map((entity, proposal) => ({
      ...entity,
      type: proposal % 2 ? entity.type : entity.type === "gene" ? "group" : "gene",
      ...{ probability: 0.5, proposal },
    })),
  }));
  assert.equal(otherTypes, "supported");
});

test("kernel sizes: the satisfactory ones, [] compared with the highest pyramid, length of proposals", () => {
  const skill: Record<string, number> = { "[2,2,2]": 0.95, "[2,2]": 0.95, "[]": 0.7, "[2,2,2,2]": 0.4 };
  writeFakeTable(store("table7"), "table7", seeds, (setting) => skill[setting] ?? 0.6, { scale });
  const table7 = judged("table7");
  assert.equal(
    judgment(table7, "[] is better than [2,2,2,2]".replace("[]", "no pyramid at all, [],")),
    "supported",
  );
  assert.equal(judgment(table7, "each further level"), "supported");
  assert.match(finding(table7, "each further level").evidence, /from \[2\] to \[2,2,2,2\]: \+0\.25/);
  assert.equal(judgment(table7, "more slowly"), "undecided", "all epochs are equal");
  assert.match(
    finding(table7, "F1 is higher the nearer").evidence,
    /^rank correlation .* over 7 kernel lists \(95 %: [−+].* to [−+].*; 4 seeds\)$/,
  );
  writeFakeTable(store("other"), "table7", seeds, (setting) => (setting === "[2,3]" ? 0.95 : 0.6), { scale });
  assert.equal(judgment(judged("other"), "are satisfactory"), "contradicted");
});

test("figures: 8 heads are best if they are better than each other number", () => {
  writeFakeTable(store("heads"), "figure6", seeds, (setting) => (setting === "8" ? 0.95 : 0.5), { scale });
  assert.equal(judgment(judged("heads"), "8 heads are best"), "supported");
  const second = (setting: string) => (setting === "8" || setting === "16" ? 0.8 : 0.4);
  writeFakeTable(store("second"), "figure6", seeds, second, { scale });
  assert.equal(judgment(judged("second"), "8 heads are best"), "undecided");
  writeFakeTable(store("worse"), "figure6", seeds, (setting) => (setting === "2" ? 0.95 : 0.5), { scale });
  assert.equal(judgment(judged("worse"), "8 heads are best"), "contradicted");
});

test("3 layers are close to the best only if no other number can be a point ahead", () => {
  const close = (name: string, skill: (layers: number) => number) => {
    writeFakeTable(store(name), "figure5", seeds, (setting) => skill(Number(setting)), { scale });
    const { judgement, evidence } = finding(judged(name), "3 layers");
    assert.match(
      evidence,
      /^[1245] minus 3, which may be furthest behind: .* F1; close is less than 0\.5 F1 behind every other \(p .* for it, .* against it; 4 seeds\)$/,
    );
    return judgement;
  };
  assert.equal(
    close("surely", (layers) => (layers === 3 ? 0.97 : 0.6)),
    "supported",
  );
  assert.equal(
    close("chance", () => 0.7),
    "undecided",
  );
  assert.equal(
    close("behind", (layers) => (layers === 5 ? 0.97 : 0.5)),
    "contradicted",
  );
});

test("longer entities depend on layers if their F1 varies more over all numbers, beyond chance", () => {
  const skill = (layers: number) => (tokens: number) => (tokens < 3 ? 0.9 : 0.1 + 0.17 * layers);
  const more = { scale, sentences: 300 } as const;
  writeFakeTable(store("depend"), "figure5", seeds, (setting) => skill(Number(setting)), more);
  const { judgement, evidence } = finding(judged("depend"), "depend more on the number of layers");
  assert.equal(judgement, "supported");
  assert.match(evidence, /^range of F1 over 5 settings: \d\d\.\d for lengths from 3, \d\.\d for length 1/);
  writeFakeTable(store("equal"), "figure5", seeds, () => 0.7, more);
  assert.equal(judgment(judged("equal"), "depend more on the number of layers"), "undecided");
});

test("the prior matters most on WeiboNER if its effect is larger there than on each other corpus", () => {
  const effects = (name: string, weibo: number, sample: number) => {
    for (const [corpus, skill] of [
      ["weiboner", weibo],
      ["sample", sample],
    ] as const)
      for (const seed of seeds) {
        const run = { plan: "table6", seed, scale, corpus } as const;
        writeFakeRun(store(name), { ...run, setting: "Origin", skill: 0.95 });
        writeFakeRun(store(name), { ...run, setting: "-Spatial modulation", skill });
      }
    const matching = judged(name).conclusions.filter(({ text }) => text.includes("matters most on WeiboNER"));
    assert.deepEqual(
      matching.map(({ corpus }) => corpus.name),
      ["weiboner"],
    );
    return matching[0].judgement;
  };
  assert.equal(effects("weibo", 0.4, 0.9), "supported");
  assert.equal(effects("elsewhere", 0.9, 0.4), "contradicted");
  // Another corpus at another scale counts, but not at one that decides nothing.
  const origin = { plan: "table6", setting: "Origin", skill: 0.95 } as const;
  const spatial = { ...origin, setting: "-Spatial modulation", skill: 0.4 } as const;
  for (const seed of seeds) {
    for (const run of [origin, { ...spatial, skill: 0.9 }])
      writeFakeRun(store("scales"), { ...run, seed, scale: "weibo", corpus: "weiboner" });
    for (const run of [origin, spatial])
      writeFakeRun(store("scales"), { ...run, seed, scale: "sample", corpus: "genia" });
  }
  const text = () =>
    analyze(resultsOf(store("scales")), { scale: "weibo" }).conclusions.find((one) =>
      one.text.includes("matters most on WeiboNER"),
    )!;
  assert.equal(text().judgement, "not run");
  for (const seed of seeds)
    for (const run of [origin, spatial])
      writeFakeRun(store("scales"), { ...run, seed, scale: "frozen", corpus: "genia" });
  assert.equal(text().judgement, "contradicted");
  assert.match(text().evidence, /^effect \+\d.* F1 here, \+\d.* on genia \(frozen\) \(p /);
});

test("a table of single runs shows the paper's signs as often as the settings overlap", () => {
  const { singleRuns } = table6.summaries.find(({ plan }) => plan === "table6")!;
  assert.ok(singleRuns!.signs < 0.05, "one setting is better than the full model");
  assert.ok(singleRuns!.eachSign > 0.3 && singleRuns!.eachSign < 0.9);
  const [row] = singleRunRows(table6);
  assert.deepEqual(
    [row.corpus, row["by chance"], row["by chance "], row.seeds],
    ["sample", "14.3 %", "0.02 %", "4"],
  );
  const variances = varianceRows(table6);
  assert.equal(variances.length, 6);
  assert.match(variances[0]["false findings"], /^\d\.\d %$/);
  assert.equal(variances[0]["test units"], "60 sentences");
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
  assert.deepEqual([...doneOnOtherEngines(grid, completeRuns(store("libraries")))], [[haswell, 2]]);
  assert.deepEqual(
    [...doneOnOtherEngines({ ...grid, runs: new Map() }, completeRuns(store("libraries")))],
    [],
  );
});

test("runs with other settings are found by the changes of their sweep", () => {
  const change = (config: Parameters<typeof applyOverrides>[0]) =>
    applyOverrides(config, ["training.learningRate=0.01"]);
  writeFakeRun(store("set"), { plan: "table2", setting: "Our Model", seed: 1, change });
  const results = resultsOf(store("set"));
  assert.equal(cell(analyze(results), "table2", "Our Model").runs.length, 0);
  const changed = analyze(results, { change });
  assert.equal(cell(changed, "table2", "Our Model").runs.length, 1);
  assert.match(reportOf(changed).about, /bundled corpus, except that training\.learningRate is 0\.01\. /);
  assert.doesNotMatch(reportOf(analyze(results)).about, /except/);
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
    return analysis.cells.find(({ plan, runs }) => plan.name === "table2" && runs.length)!.verdict;
  };
  assert.deepEqual([verdict("near", 0.81), verdict("far", 0.4)], ["within prediction interval", "differs"]);
});

test("a scale without runs is an error that lists the scales with runs", () => {
  assert.throws(
    () => analyze(resultsOf(store("table6")), { scale: "paper" }),
    (error) =>
      error instanceof InputError &&
      /scale paper is complete; scales with complete runs: scratch/.test(error.message),
  );
});

test("results convert to the widgets' data and to tables", () => {
  const sweep = sweepResults(table6, "table6");
  assert.deepEqual(
    [sweep.settings.length, sweep.runs.length, sweep.intervals?.length, sweep.paper?.length],
    [7, 28, 7, 7],
  );
  assert.deepEqual(sweep.corpora.at(-1), { name: "sample", paper: "GENIA", comparable: false });
  const figure = sweepResults(table6, "figure5");
  assert.deepEqual(
    figure.settings.map(({ value }) => value),
    [1, 2, 3, 4, 5],
  );
  assert.deepEqual([figure.runs, figure.paper], [[], undefined]);
  assert.deepEqual(
    sweepResults(table6, "table3").corpora.map(({ name }) => name),
    ["conll03"],
  );

  const [lengths] = lengthScores(table6);
  assert.equal(lengths.name, "Our Model on sample");
  assert.deepEqual(Object.keys(lengths.scores.byLength), ["1", "2", "3", "4", "≥5"]);
  const series = trainingSeries(table6, "table6", ["Origin", "-Gated Update"]);
  assert.deepEqual(
    series.map(({ epochs }) => epochs.length),
    [5, 5],
  );

  const rows = cellRows(table6, "table6").filter(({ F1 }) => F1 !== "–");
  assert.equal(rows.length, 7);
  assert.deepEqual(
    rows.map(({ setting }) => setting).filter((setting) => setting.includes("our reading")),
    ["-Gated Update (our reading)"],
  );
  const [row] = rows;
  assert.match(row.F1, /^\d\d\.\d\d ± \d\.\d\d \(4\)$/);
  assert.match(row.difference, /^[−+]\d/);
  assert.equal(row["corpus, encoder"], "sample for GENIA, no BERT");
  assert.equal(lengthRows(table6).filter(({ corpus }) => corpus === "sample").length, 6);
  assert.equal(comparisonRows(table6).length, 6);
  assert.equal(conclusionRows(table6).length, table6.conclusions.length);
  assert.equal(measureRows(table6, "table6").length, 7);
  assert.deepEqual(Object.keys(convergenceRows(table6, "table6")[0]).slice(-1), ["epoch 5"]);
});
