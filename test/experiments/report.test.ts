import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  analyze as analyzeWithManyDraws,
  corporaAtHand,
  type Report,
  reportLatex,
  reportMarkdown,
  reportOf,
  resultsOf,
  writeResults,
} from "../../src/experiments";
import { isNumeric } from "../../src/experiments/report";
import { bracketed } from "../../src/experiments/report/case-study";
import { tinyCorpus } from "../support/corpus";
import { type FakeRun, writeFakeRun, writeFakeTable } from "./fake-runs";

/** With few draws, because these tests do not depend on how exact a p value is. */
const analyze: typeof analyzeWithManyDraws = (results, options) =>
  analyzeWithManyDraws(results, { draws: 200, ...options });

const root = mkdtempSync(join(tmpdir(), "pnr-report-"));
after(() => rmSync(root, { recursive: true }));
for (const plan of ["table6", "table7", "figure5"] as const) writeFakeTable(root, plan, [1, 2, 3], () => 0.8);
const analysis = analyze(resultsOf(root));
const report = reportOf(analysis);
const conclusive = join(root, "conclusive");
writeFakeTable(conclusive, "table6", [1, 2, 3], (setting) => (setting === "Origin" ? 0.9 : 0.6), {
  scale: "scratch",
});
const tables = ({ sections }: Report) =>
  sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === "table" ? [block.table] : [])));
const charts = ({ sections }: Report) =>
  sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : [])));

test("a report has the tables and figures with runs, conclusions first and methods last", () => {
  assert.deepEqual(
    report.sections.map(({ title }) => title),
    [
      "The paper's conclusions, tested on our runs",
      "Table 2: GENIA",
      "Table 5: entity lengths",
      "Table 6: ablations",
      "Table 7: kernel sizes",
      "Figure 5: regressor layers",
      "Table 8: case study",
      "Attention and proposals",
      "Kinds of error",
      "Not run",
      "How we computed these numbers",
    ],
  );
  assert.match(
    report.about,
    /on sample, which stands in for GENIA: .* not comparable with them: another corpus/,
  );
  const [absent] = report.sections.find(({ title }) => title === "Not run")!.blocks;
  assert.deepEqual(absent, {
    kind: "text",
    text: "There are no runs for: Figure 6: attention heads.",
  });
  const names = [...tables(report), ...charts(report)].map(({ name }) => name);
  for (const table of tables(report)) {
    assert.ok(table.rows.length, table.name);
    const columns = Object.keys(table.rows[0]);
    for (const row of table.rows) assert.deepEqual(Object.keys(row), columns, table.name);
  }
  for (const name of ["table6-comparisons", "table6-variances", "table6-single-runs", "table7-single-runs"])
    assert.ok(names.includes(name), name);
  const [first] = report.sections[0].blocks;
  assert.ok(first.kind === "text" && /scale “sample” do not judge the paper's statements/.test(first.text));
  assert.deepEqual(
    charts(report).map(({ name, kind }) => [name, kind]),
    [
      ["table5", "lengths"],
      ["table6-differences", "differences"],
      ["table7-differences", "differences"],
      ["table7-training", "training"],
      ["figure5-differences", "differences"],
      ["figure5", "sweep curves"],
    ],
    "no figure of which only the point shared with a table was run",
  );
  const figure5 = tables(report).find(({ name }) => name === "figure5")!;
  assert.ok(!("verdict" in figure5.rows[0]), "no columns for values that the paper does not print");
});

test("conclusions state what is supported, contradicted, equivalent and undecided, and what was not run", () => {
  const of = reportOf(analyze(resultsOf(conclusive), { scale: "scratch", corpora: ["sample"] }));
  const [text, conclusions] = of.sections[0].blocks;
  assert.ok(text.kind === "text" && conclusions.kind === "table");
  assert.match(
    text.text,
    /^Of \d+ statements our runs support \d+ and contradict \d+\. For 0 they show that the effect is smaller than 0\.5 F1.*undecided, and for \d+ others the runs are missing\./,
  );
  assert.ok(conclusions.table.rows.every((row) => row["our runs"] !== "not run"));
  const absent = of.sections.find(({ title }) => title === "Not run")!.blocks;
  const texts = absent.map((block) => (block.kind === "text" ? block.text : ""));
  assert.match(texts[0], /^There are no runs for: Table 7: kernel sizes; Figure 5: .*Figure 6/);
  assert.match(texts.at(-1)!, /^Statements without runs .*: .*8 heads are best \(sample\)/);
  const rows = tables(of).find(({ name }) => name === "table6")!.rows;
  assert.deepEqual(
    rows.filter(({ setting }) => setting.includes("our reading")).map(({ setting }) => setting),
    ["-Gated Update (our reading)"],
  );
  assert.ok("a further seed" in rows[0]);
});

test("scores under rules that change the gold entities are next to the usual ones", () => {
  const store = join(root, "inner");
  for (const seed of [1, 2, 3])
    writeFakeRun(store, {
      plan: "table2",
      setting: "Our Model",
      seed,
      predict: (sentence) => ({
        ...sentence,
        gold: [...sentence.gold, { start: 30, end: 34, type: "gene" }, { start: 31, end: 32, type: "gene" }],
        seen: sentence.gold.length === 3,
      }),
    });
  const [row] = tables(reportOf(analyze(resultsOf(store)))).find(({ name }) => name === "table2")!.rows;
  const score = (text: string) => Number.parseFloat(text);
  assert.ok(score(row["F1 without same-type inner"]) > score(row.F1), "an inner entity is always missed");
  assert.ok(score(row["F1 on unseen sentences"]) < score(row.F1));
  assert.match(row["F1 on unseen sentences"], / ± .* \(3\)$/);
  const [usual] = tables(report).find(({ name }) => name === "table2")!.rows;
  assert.ok(!Object.keys(usual).some((column) => column.startsWith("F1 ")));
});

test("kinds of error have the F1 that fixing them gains, and their number, per setting", () => {
  const of = (name: string) => tables(report).find((one) => one.name === name)!.rows;
  assert.deepEqual(Object.keys(of("table6-errors")[0]).slice(0, 3), ["corpus", "kind of error", "Origin"]);
  // fake runs predict wrong entities a token too long
  const rows = of("table7-errors");
  assert.deepEqual(
    rows.map((row) => [row.corpus, row["kind of error"]]),
    [["sample", "too long"]],
  );
  for (const { setting, runs } of analysis.cells.filter(({ plan }) => plan.name === "table7")) {
    const wrong = runs.map(({ overall: { gold, correct } }) => gold - correct);
    const gains = runs.map(({ overall }) => 100 - overall.f1);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [, gain, , count] =
      /^([\d.]+) ± ([\d.]+) \((\d+)\)$/.exec(rows[0][setting.label]) ?? assert.fail(rows[0][setting.label]);
    assert.equal(gain, mean(gains).toFixed(2));
    assert.equal(count, mean(wrong).toFixed(0));
  }
});

test("Table 8 has the trajectories of a run and of the paper, and words only of the bundled corpus", () => {
  const [run] = resultsOf(root).runs.filter(({ config }) => config.training.seed === 1);
  const corpus = { ...tinyCorpus(3, 1, 1, 60), name: "sample", hash: run.corpus.hash };
  const of = (corpora: Parameters<typeof reportOf>[1]) => tables(reportOf(analysis, corpora));
  const rows = of([]).find(({ name }) => name === "table8")!.rows;
  assert.deepEqual(Object.keys(rows[0]), [
    ...["sentence", "entity", "verdict"],
    ...["after layer 3", "after layer 2", "after layer 1", "as proposed"],
  ]);
  const { cases } = analysis.cells.find(({ plan }) => plan.name === "table8")!.runs[0];
  const count = (of: (one: (typeof cases)[number]) => readonly unknown[]) =>
    cases.reduce((sum, one) => sum + of(one).length, 0);
  const verdicts = rows.map(({ verdict }) => verdict);
  assert.equal(
    verdicts.filter((verdict) => verdict !== "missed").length,
    count(({ predicted }) => predicted),
  );
  assert.equal(
    verdicts.filter((verdict) => verdict !== "wrong").length,
    count(({ gold }) => gold),
    "each gold entity is predicted or missed",
  );
  assert.match(rows[0].entity, /^\(\d+, \d+, g(ene|roup)\)$/);
  assert.match(rows[0]["as proposed"], /^\(\d+\.00, \d+\.00\)$/);
  assert.equal(of([]).find(({ name }) => name === "table8-paper")!.rows.length, 16);
  const hasSentences = (corpora: Parameters<typeof of>[0]) =>
    of(corpora).some(({ name }) => name === "table8-sentences");
  assert.deepEqual(
    [hasSentences([]), hasSentences([corpus]), hasSentences([{ ...corpus, hash: "other" }])],
    [false, true, false],
  );
});

test("a mention is in brackets with the positions of its first and last token", () => {
  const entity = (start: number, end: number, type: string) => ({ start, end, type });
  const tokens = ["a", "b", "c", "d"];
  assert.equal(
    bracketed(tokens, [entity(1, 2, "X"), entity(1, 4, "Y"), entity(3, 4, "Z")]),
    "a [1 [1 b 1]X c [3 d 3]Z 3]Y",
  );
});

const mixed = join(root, "mixed");
for (const seed of [1, 2, 3]) {
  writeFakeRun(mixed, { plan: "table2", setting: "Our Model", seed });
  writeFakeRun(mixed, {
    plan: "table2",
    setting: "Our Model",
    seed,
    scale: "scratch",
    corpus: "genia",
    split: "dev",
  });
}

test("each scale has separate tables, and scores on dev are marked", () => {
  const results = resultsOf(mixed);
  const both = reportOf([analyze(results), analyze(results, { scale: "scratch" })]);
  const of = (name: string) => tables(both).filter((table) => table.name === name);
  assert.equal(of("table2")[0].rows.length, 1);
  assert.equal(of("table2")[0].rows[0]["corpus, encoder"], "sample for GENIA, no BERT");
  const [row] = of("table2-scratch")[0].rows;
  assert.deepEqual([row["corpus, encoder"], row.verdict], ["genia (dev), no BERT", "not comparable"]);
  assert.equal(of("table5-scratch")[0].rows[0].corpus, "genia (dev)");
  assert.match(
    both.about,
    /^3 runs at the scale “sample” .* Separate tables further down have the runs at the scale “scratch”/,
  );
  const intro = both.sections.find(({ title }) => title === "The scale “scratch”")!.blocks[0];
  assert.ok(intro.kind === "text");
  assert.match(intro.text, /not comparable with them: no pre-trained encoder and scores on dev/);
  assert.deepEqual(
    of("corpora")[0].rows.map((one) => [one.corpus, one.scale, one["scored on"]]),
    [
      ["sample", "sample", "60 of test"],
      ["genia", "scratch", "60 of dev"],
    ],
  );
  const names = [...tables(both), ...charts(both)].map(({ name }) => name);
  const shared = names.filter((name, at) => names.indexOf(name) !== at);
  assert.deepEqual(shared, ["table5", "table5-scratch"], "a table and its picture");
});

test("scores of an epoch chosen on test are only in the table about this choice", () => {
  const store = join(root, "selection");
  writeFakeTable(store, "selection", [1, 2, 3], (setting) => (setting === "chosen on test" ? 0.95 : 0.7));
  const { sections } = reportOf(analyze(resultsOf(store)));
  const section = sections.find(({ title }) => title.startsWith("Supplement: choosing the epoch"))!;
  const text = section.blocks.find((block) => block.kind === "text")!;
  assert.match(
    text.text,
    /On sample this changes F1 by \+\d\d\.\d\d \(95 %: \+.*\); for 3 of 3 seeds test chose the same epoch as dev\.$/,
  );
  const honest = tables({ ...report, sections }).find(({ name }) => name === "table2")!.rows[0].F1;
  assert.ok(Number.parseFloat(honest) < 80, honest);
});

test("a section compares the baselines with the paper's model, once two of them have runs", () => {
  const store = join(root, "baselines");
  const sectionOf = () => {
    const { sections } = reportOf(analyze(resultsOf(store)));
    return sections.find(({ title }) => title === "Supplement: baselines");
  };
  for (const seed of [1, 2, 3]) writeFakeRun(store, { plan: "baselines", setting: "PnR", seed });
  assert.equal(sectionOf(), undefined);
  writeFakeTable(store, "baselines", [1, 2, 3], (setting) =>
    setting === "span classifier" ? 0.4 : setting === "PnR" ? 0.6 : 0.9,
  );
  const [scores, , , compared] = sectionOf()!.blocks;
  assert.ok(scores.kind === "table" && compared.kind === "table");
  const names = ["BiGRU-CRF, flat", "BiGRU-CRF by levels", "span classifier"];
  assert.deepEqual(
    scores.table.rows.map(({ setting }) => setting),
    ["PnR", ...names],
  );
  assert.deepEqual(
    compared.table.rows.map(({ setting }) => setting),
    names,
  );
  const lower = compared.table.rows.map((row) => row["difference in F1"].startsWith("−"));
  assert.deepEqual(lower, [false, false, true]);
});

test("training like the authors' code is compared with their values, from three seeds on", () => {
  const sectionOf = (seeds: readonly number[]) => {
    const store = join(root, `authors-${seeds.length}`);
    for (const seed of seeds)
      writeFakeRun(store, {
        plan: "batching",
        setting: "shuffled",
        seed,
        corpus: "genia-curves",
        scale: "curves",
        split: "dev",
      });
    const { sections } = reportOf(analyze(resultsOf(store), { scale: "curves" }));
    return sections.find(({ title }) => title === "Training like the authors' code");
  };
  assert.equal(sectionOf([1, 2]), undefined);
  const { blocks } = sectionOf([1, 2, 3])!;
  const [text, compared, chart] = blocks;
  assert.match(text.kind === "text" ? text.text : "", /so equivalence is not shown\.$/);
  const [f1, loss] = compared.kind === "table" ? compared.table.rows : [];
  assert.deepEqual(
    [f1["theirs (seeds)"], f1.margin, loss["ours (seeds)"], loss["theirs (seeds)"], loss.difference],
    ["58.24 (8)", "±2", "2.5000 (3)", "0.0837 (8)", "+2.4163"],
  );
  assert.deepEqual(
    chart.kind === "chart" && chart.chart.kind === "training" ? chart.chart.runs.map(({ name }) => name) : [],
    ["ours, shuffled", "the authors' code"],
  );
});

test("notes next to the results are in the report and are written with the results", () => {
  const noted = join(root, "noted");
  writeFakeRun(noted, { plan: "table2", setting: "Our Model", seed: 1 });
  writeFileSync(join(noted, "notes.md"), "One thing\nto know.\n\n\nAnother.\n");
  writeResults(join(root, "tables"), resultsOf(noted));
  const results = resultsOf([join(root, "tables"), noted]);
  assert.deepEqual(results.notes, ["One thing to know.", "Another."]);
  const texts = reportOf(analyze(results))
    .sections.at(-1)!
    .blocks.flatMap((block) => (block.kind === "text" ? [block.text] : []));
  assert.deepEqual(texts.slice(0, 2), results.notes);
});

test("Table 1 has the available corpora with the content of the runs", async () => {
  assert.deepEqual(await corporaAtHand(analysis), [], "these runs have no real corpus");
  const corpus = { ...tinyCorpus(3, 24, 8, 6), name: "sample" };
  const [, { title, blocks }] = reportOf(analysis, [corpus]).sections;
  assert.equal(title, "Table 1: corpora");
  const [block] = blocks;
  assert.ok(block.kind === "table");
  assert.deepEqual(
    block.table.rows.map((row) => [row.corpus, row.split, row.sentences, row["paper's"]]),
    [
      ["sample for GENIA", "train", "24", "15203"],
      ["sample for GENIA", "dev", "8", "1669"],
      ["sample for GENIA", "test", "6", "1854"],
    ],
  );
  const entities = corpus.splits.test.reduce((sum, sentence) => sum + sentence.entities.length, 0);
  assert.equal(block.table.rows[2].entities, String(entities));
});

test("the report is the same each time", () => {
  assert.deepEqual(reportOf(analyze(resultsOf(root))), report);
});

const odd: Report = {
  title: "Odd | title",
  about: "50 % of *it*.",
  sections: [
    {
      title: "One",
      blocks: [
        {
          kind: "table",
          table: {
            name: "odd",
            caption: "100 % & more",
            rows: [
              { setting: "[2,3]", F1: "80.27 ± 0.31 (3)", note: "a|b_c < d & e" },
              { setting: "-Gate\\d", F1: "–", note: "x" },
            ],
          },
        },
        { kind: "chart", chart: { kind: "training", name: "curves", caption: "A [chart]", runs: [] } },
      ],
    },
  ],
};

test("Markdown escapes markup and aligns numbers right", () => {
  const text = reportMarkdown(odd, (name) => `pictures/${name}.png`);
  assert.match(text, /^# Odd \| title\n\n50 % of \*it\*\.\n\n## One\n\n100 % & more\n\n/);
  assert.ok(text.includes("| setting | F1 | note |\n| --- | ---: | --- |\n"));
  assert.ok(text.includes("| \\[2,3\\] | 80.27 ± 0.31 (3) | a\\|b\\_c \\< d & e |"));
  assert.ok(text.includes("| -Gate\\\\d | – | x |"));
  assert.ok(text.includes("![A \\[chart\\]](pictures/curves.png)"));
});

test("LaTeX escapes commands, and no row begins with an option of \\\\", () => {
  const text = reportLatex(odd);
  assert.ok(text.includes("\\caption{100 \\% \\& more}"));
  assert.ok(text.includes("\\begin{tabular}{lrl}"));
  assert.ok(text.includes("{[}2,3] & 80.27 $\\pm$ 0.31 (3) & a|b\\_c $<$ d \\& e \\\\"));
  assert.ok(text.includes("-Gate\\textbackslash{}d & -- & x \\\\"));
  const whole = reportLatex(report);
  assert.ok(whole.includes("\\caption{The paper's Table 6: ablations. F1: mean"));
  assert.ok(
    whole.includes(
      "In all rows, verdict: not comparable. In all rows, corpus, encoder: sample for GENIA, no BERT.",
    ),
  );
  assert.equal(whole.match(/\\begin\{table\}/g)?.length, tables(report).length);
  assert.equal(whole.match(/\\begin\{tabular\}/g)?.length, whole.match(/\\end\{tabular\}/g)?.length);
  assert.doesNotMatch(whole, /^\[/m);
  assert.ok(![...whole].some((character) => "±−–×§≥“”".includes(character)));
});

test("a column is numeric if each cell is a number, an interval or missing", () => {
  const column = (...cells: string[]) =>
    isNumeric(
      cells.map((cell) => ({ x: cell })),
      "x",
    );
  assert.ok(column("80.27", "–", "+1.20", "−3.00"));
  assert.ok(column("80.27 ± 0.31 (3)", "80.00 (1)"));
  assert.ok(column("73.06 to 78.23", "−3.43 to +2.20", "< 0.001"));
  assert.ok(!column("80.27", "not run"));
  assert.ok(!column("–", "–"), "a column without values is not numeric");
});

test("names with HTML, Markdown, LaTeX or line ends are plain text in all formats", () => {
  const odd = "a|b <img src=x>\n\n\\input{x} $1% & _# ~^ \u202e\u0000";
  const hostile: Report = {
    title: odd,
    about: odd,
    sections: [
      {
        title: odd,
        blocks: [
          { kind: "text", text: odd },
          { kind: "table", table: { name: "t", caption: odd, rows: [{ [odd]: odd, n: "1" }] } },
        ],
      },
    ],
  };
  const markdown = reportMarkdown(hostile, (chart) => chart);
  assert.doesNotMatch(markdown, /(?<!\\)</);
  assert.doesNotMatch(markdown, /[\u202e\0]/);
  const rows = markdown.split("\n").filter((line) => line.startsWith("|"));
  assert.equal(rows.length, 3, "a heading, a rule and a row");
  for (const row of [rows[0], rows[2]]) assert.equal(row.match(/(?<!\\)\|/g)?.length, 3, row);
  const latex = reportLatex(hostile);
  assert.doesNotMatch(latex, /\\input|[~\u202e\0]|(?<!\\)[#_]/);
  assert.match(latex, /\\textbackslash\{\}input\\\{x\\\} \\\$1\\% \\& \\_\\#/);
});

test("the report says which epochs the runs keep, and on which split they were chosen", () => {
  const keeping = (name: string, run: Partial<FakeRun>): string => {
    const store = join(root, `keeping-${name}`);
    writeFakeRun(store, { plan: "table2", setting: "Our Model", seed: 1, ...run });
    const { blocks } = reportOf(analyze(resultsOf(store), { scale: run.scale })).sections.at(-1)!;
    const lines = blocks.flatMap((block) => (block.kind === "text" ? [block.text] : []));
    return lines.join().match(/Runs keep [^.]*\./)?.[0] ?? assert.fail(lines.join());
  };
  assert.equal(keeping("dev", {}), "Runs keep the epoch that is best on dev, and score test once.");
  assert.equal(
    keeping("scored", { split: "dev" }),
    "Runs keep the epoch that is best on dev, the split that they are scored on.",
  );
  assert.equal(
    keeping("test", { plan: "selection", setting: "chosen on test" }),
    "Runs keep the epoch that is best on test, the split that they are scored on.",
  );
  assert.equal(keeping("last", { scale: "bundled" }), "Runs keep their last epoch.");
});
