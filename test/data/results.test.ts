import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  analyze,
  corporaAtHand,
  reportLatex,
  reportMarkdown,
  reportOf,
  resultRows,
  resultsOf,
  scales,
} from "../../src/experiments";

// The report must not depend on other corpora on this machine.
process.env.PNR_CORPORA = join(__dirname, "none");
const folder = join(__dirname, "../../../data/results");
const results = resultsOf(folder);
const analysis = analyze(results);
const analyses = scales
  .filter(({ name }) => results.runs.some(({ scale }) => scale === name))
  .map(({ name }) => analyze(results, { scale: name }));

test("the committed results contain the whole sweep at the scale sample, with at least three seeds", () => {
  for (const plan of ["table2", "table5", "table6", "table7", "figure5", "figure6"]) {
    const cells = analysis.cells.filter((cell) => cell.plan.name === plan);
    assert.ok(cells.length);
    for (const { setting, runs } of cells)
      assert.ok(runs.length >= 3, `${plan} ${setting.label}: ${runs.length} runs`);
  }
  for (const { id, provenance } of results.runs)
    assert.match(provenance.commit ?? "", /^[0-9a-f]{40}$/, `${id} is from committed sources`);
});

test("the committed report is up to date (pnr report --from data/results --format md tex --out data/results)", async () => {
  const report = reportOf(analyses, await corporaAtHand(analyses));
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const pictures: string[] = [];
  const markdown = reportMarkdown(report, (chart) => {
    pictures.push(`${chart}.png`);
    return `pictures/${chart}.png`;
  });
  assert.equal(read("README.md"), markdown);
  assert.equal(read("report.tex"), reportLatex(report));
  assert.deepEqual(readdirSync(join(folder, "pictures")).sort(), pictures.sort());
});

test("the results contain no sentences of other corpora, and no paths of the machine", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const name of files.filter((file) => /\.(arrow|md|tex)$/.test(file))) {
    const text = readFileSync(join(folder, name), "latin1");
    assert.doesNotMatch(text, /\/(tmp|home|work|root|Users)\//, name);
  }
  const cases = results.runs.flatMap((run) => run.cases);
  assert.ok(cases.length, "Table 8 has cases");
  const columns = Object.keys(resultRows(results, "cases")[0]);
  assert.ok(!columns.some((column) => /token|word|text/.test(column)), "cases are positions, never words");
});

test("the results take at most 11 kB per run", () => {
  const folders = [folder, ...readdirSync(folder).map((name) => join(folder, name))].filter((one) =>
    existsSync(join(one, "runs.arrow")),
  );
  const runs = folders.reduce((sum, one) => sum + resultsOf(one).runs.length, 0);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  assert.ok(bytes < 11_000 * runs, `${bytes} bytes for ${runs} runs`);
});
