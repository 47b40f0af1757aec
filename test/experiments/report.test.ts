import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  analyse,
  corporaAtHand,
  type Report,
  reportLatex,
  reportMarkdown,
  reportOf,
  resultsOf,
} from "../../src/experiments";
import { isNumeric } from "../../src/experiments/report";
import { tinyCorpus } from "../support/corpus";
import { writeFakeTable } from "./fake-runs";

const root = mkdtempSync(join(tmpdir(), "pnr-report-"));
after(() => rmSync(root, { recursive: true }));
for (const plan of ["table6", "table7", "figure5"] as const) writeFakeTable(root, plan, [1, 2, 3], () => 0.8);
const report = reportOf(analyse(resultsOf(root)));
const tables = ({ sections }: Report) =>
  sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === "table" ? [block.table] : [])));
const charts = ({ sections }: Report) =>
  sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : [])));

test("a report has the tables and figures that there is a corpus for, conclusions first and how it was made last", () => {
  assert.deepEqual(
    report.sections.map(({ title }) => title),
    [
      "What the paper concludes, and what our runs say",
      "Table 2: GENIA",
      "Table 5: entity lengths",
      "Table 6: ablations",
      "Table 7: kernel sizes",
      "Figure 5: regressor layers",
      "Figure 6: attention heads",
      "Attention and proposals",
      "How these numbers were made",
    ],
  );
  assert.match(report.about, /on sample, which stands in for GENIA: .* not comparable/);
  const names = [...tables(report), ...charts(report)].map(({ name }) => name);
  for (const table of tables(report)) {
    assert.ok(table.rows.length, table.name);
    const columns = Object.keys(table.rows[0]);
    for (const row of table.rows) assert.deepEqual(Object.keys(row), columns, table.name);
  }
  assert.ok(names.includes("table6-comparisons") && names.includes("conclusions"));
  assert.deepEqual(
    charts(report).map(({ name, kind }) => [name, kind]),
    [
      ["table5", "lengths"],
      ["table7-training", "training"],
      ["figure5", "sweep curves"],
    ],
    "no picture of a single point",
  );
  const figure6 = tables(report).find(({ name }) => name === "figure6")!;
  assert.equal(figure6.rows.filter((row) => row.F1 === "–").length, 4);
  assert.ok(!("verdict" in figure6.rows[0]), "no columns for what the paper does not print");
});

test("corpora at hand stand beside Table 1, those with the content of the runs alone", async () => {
  const analysis = analyse(resultsOf(root));
  assert.deepEqual(await corporaAtHand(analysis), [], "the runs here were on no real corpus");
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
  assert.deepEqual(reportOf(analyse(resultsOf(root))), report);
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

test("Markdown escapes what would be markup, and puts numbers to the right", () => {
  const text = reportMarkdown(odd, (name) => `pictures/${name}.png`);
  assert.match(text, /^# Odd \| title\n\n50 % of \*it\*\.\n\n## One\n\n100 % & more\n\n/);
  assert.ok(text.includes("| setting | F1 | note |\n| --- | ---: | --- |\n"));
  assert.ok(text.includes("| \\[2,3\\] | 80.27 ± 0.31 (3) | a\\|b\\_c \\< d & e |"));
  assert.ok(text.includes("| -Gate\\\\d | – | x |"));
  assert.ok(text.includes("![A \\[chart\\]](pictures/curves.png)"));
});

test("LaTeX escapes what would be commands, and no row begins with what \\\\ takes for an option", () => {
  const text = reportLatex(odd);
  assert.ok(text.includes("\\caption{100 \\% \\& more}"));
  assert.ok(text.includes("\\begin{tabular}{lrl}"));
  assert.ok(text.includes("{[}2,3] & 80.27 $\\pm$ 0.31 (3) & a|b\\_c $<$ d \\& e \\\\"));
  assert.ok(text.includes("-Gate\\textbackslash{}d & -- & x \\\\"));
  const whole = reportLatex(report);
  assert.equal(whole.match(/\\begin\{table\}/g)?.length, tables(report).length);
  assert.equal(whole.match(/\\begin\{tabular\}/g)?.length, whole.match(/\\end\{tabular\}/g)?.length);
  assert.doesNotMatch(whole, /^\[/m);
  assert.ok(![...whole].some((character) => "±−–×§≥“”".includes(character)));
});

test("a column is numeric where each of its cells is a number, an interval or missing", () => {
  const column = (...cells: string[]) =>
    isNumeric(
      cells.map((cell) => ({ x: cell })),
      "x",
    );
  assert.ok(column("80.27", "–", "+1.20", "−3.00"));
  assert.ok(column("80.27 ± 0.31 (3)", "80.00 (1)"));
  assert.ok(column("73.06 to 78.23", "−3.43 to +2.20", "< 0.001"));
  assert.ok(!column("80.27", "not run"));
  assert.ok(!column("–", "–"), "nothing is no number");
});
