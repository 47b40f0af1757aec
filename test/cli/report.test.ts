import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { resultsOf } from "../../src/experiments";
import { writeFakeRun, writeFakeTable } from "../experiments/fake-runs";
import { pnr } from "./pnr";

const root = mkdtempSync(join(tmpdir(), "pnr-report-"));
after(() => rmSync(root, { recursive: true }));
writeFakeTable(join(root, "sweeps"), "table6", [1, 2, 3], (setting) => (setting === "Origin" ? 0.9 : 0.6));
writeFakeTable(join(root, "sweeps"), "figure5", [1, 2], () => 0.8);
const decided = (setting: string) => (setting === "Origin" ? 0.95 : 0.5);
writeFakeTable(join(root, "decided"), "table6", [1, 2, 3, 4], decided, { scale: "scratch" });
/** Fewer draws than the default of 20,000, which these tests do not need. */
const few = ["--draws", "1000"];
const lines = (text: string): string[] => text.trim().split("\n");

test("a report is one page that loads nothing, a Markdown page with its pictures, LaTeX and the results", async () => {
  const { code, stdout, stderr } = await pnr(["report", ...few], { cwd: root });
  assert.equal(code, 0, stderr);
  const written = lines(stdout);
  for (const path of written) assert.ok(existsSync(join(root, path)), path);
  const read = (name: string): string => readFileSync(join(root, "out/report", name), "utf8");

  const page = read("report.html");
  assert.match(page, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'/);
  const html = page.replace(/<script>[\s\S]*?<\/script>/g, "");
  assert.doesNotMatch(html, /(?:src|href)="(?!data:|#)/, "nothing is fetched");
  assert.match(html, /<h2>Table 6: ablations<\/h2>/);
  const ids = [...page.matchAll(/<div id="(pnr-chart\d+-\w+)"/g)].map(([, id]) => id);
  assert.ok(ids.length >= 3 && new Set(ids).size === ids.length, "each chart has an element");
  for (const id of ids) assert.ok(page.includes(`"id":"${id}"`), "each chart has data");

  const markdown = read("README.md");
  const pictures = [...markdown.matchAll(/\]\((pictures\/[^)]+)\)/g)].map(([, path]) => path);
  assert.ok(pictures.includes("pictures/figure5.png"));
  for (const picture of pictures) {
    const bytes = readFileSync(join(root, "out/report", picture));
    assert.deepEqual(
      [...bytes.subarray(1, 4)],
      [..."PNG"].map((letter) => letter.charCodeAt(0)),
    );
  }
  for (const text of [markdown, read("report.tex"), html])
    assert.ok(!text.includes(root), "no path of this machine");
});

test("judgments of the paper's statements are marked", async () => {
  const args = ["report", "--from", "decided", "--format", "html", "--out", "decided-report", ...few];
  assert.equal((await pnr(args, { cwd: root })).code, 0);
  const html = readFileSync(join(root, "decided-report/report.html"), "utf8");
  assert.match(html, /<td[^>]*data-judgment="supported">supported<\/td>/);
});

test("the Arrow tables alone give the same report", async () => {
  const first = await pnr(["report", "--format", "md", "arrow", "--out", "report-copy", ...few], {
    cwd: root,
  });
  assert.equal(first.code, 0, first.stderr);
  const before = readFileSync(join(root, "report-copy/README.md"), "utf8");
  const args = ["report", "--from", "report-copy", "--format", "md", "--out", "again", ...few];
  const second = await pnr(args, { cwd: root });
  assert.equal(second.code, 0, second.stderr);
  assert.equal(readFileSync(join(root, "again/README.md"), "utf8"), before);
  assert.equal(resultsOf(join(root, "report-copy")).runs.length, 21 + 10);
});

test("the Arrow tables have only the runs of the scales and corpora that the report has", async () => {
  const fake = { scale: "scratch", corpus: "weiboner" } as const;
  writeFakeTable(join(root, "other"), "table6", [1], () => 0.5, fake);
  for (const [out, ...options] of [
    ["scale", "--scale", "scratch"],
    ["corpus", "--corpora", "weiboner"],
  ]) {
    const from = ["--from", "sweeps", "other"];
    const args = ["report", ...from, ...options, "--format", "arrow", "--out", out, ...few];
    const { code, stderr } = await pnr(args, { cwd: root });
    assert.equal(code, 0, stderr);
    const { runs } = resultsOf(join(root, out));
    assert.equal(runs.length, 7);
    assert.ok(runs.every(({ scale, corpus }) => scale === fake.scale && corpus.name === fake.corpus));
  }
});

test("other rules of scoring give other scores, and the report states them", async () => {
  const args = [
    "report",
    "--match",
    "boundary",
    "--duplicates",
    "each",
    ...few,
    "--format",
    "md",
    "--out",
    "lax",
  ];
  assert.equal((await pnr(args, { cwd: root })).code, 0);
  const lax = readFileSync(join(root, "lax/README.md"), "utf8");
  assert.match(
    lax,
    /match boundary, duplicates each, spuriousLength released, sameTypeInner scored, sentences all/,
  );
  const rules = await pnr(["results", "table6", "--match", "boundary", "--duplicates", "each"], {
    cwd: root,
  });
  assert.match(
    rules.stdout,
    /F1: match boundary, duplicates each, spuriousLength released, sameTypeInner scored, sentences all\n/,
  );
  const again = ["report", "--from", "report-copy", ...args.slice(1, -2), "--out", "lax-again"];
  assert.equal((await pnr(again, { cwd: root })).code, 0);
  assert.equal(
    readFileSync(join(root, "lax-again/README.md"), "utf8"),
    lax,
    "the tables hold the predictions",
  );
});

test("the number of draws is an option, and the report states it", async () => {
  const args = ["report", ...few, "--draw-seed", "7", "--format", "md", "--out", "few"];
  assert.equal((await pnr(args, { cwd: root })).code, 0);
  const report = readFileSync(join(root, "few/README.md"), "utf8");
  assert.match(report, /the bootstrap of the rank correlation draw 1,000 times, from the seed 7\./);
  const none = await pnr(["report", "--scale", "smoke"], { cwd: root });
  assert.equal(none.code, 2);
  assert.match(none.stderr, /no run of the scale smoke is complete; scales with complete runs: sample/);
});

test("results counts the runs of every setting, and separately those of other settings", async () => {
  writeFakeRun(join(root, "sweeps"), {
    plan: "table2",
    setting: "Our Model",
    seed: 1,
    change: (config) => ({ ...config, training: { ...config.training, learningRate: 0.5 } }),
  });
  const text = await pnr(["results", "table6", "figure5"], { cwd: root });
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^table6 +-Gated Update +sample +sample +wasm +3 +– +– +– +– +\d\d\.\d\d$/m);
  assert.match(
    text.stdout,
    /\n32 runs in sweeps: 32 done; F1: match exact, duplicates once, spuriousLength released, sameTypeInner scored, sentences all\nruns of other plans or settings: 1\n$/,
  );
  const { done, settings } = JSON.parse((await pnr(["results", "--json"], { cwd: root })).stdout);
  assert.equal(done, 32);
  const origin = settings.find((one: { setting: string }) => one.setting === "Origin");
  assert.deepEqual([origin.done, origin.runs.length], [3, 3]);
  const none = await pnr(["results", "--store", "nowhere"], { cwd: root });
  assert.match(none.stdout, /^no runs in nowhere; pnr sweep computes some\n$/);
});
