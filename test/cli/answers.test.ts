import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { scaleProbability } from "../../src/detector/temperature";
import { testFolder } from "../support/folders";
import { failure as failed, pnr } from "./pnr";
import { trainArgs } from "./tiny-run";

const folder = testFolder("answers");
const corpus = join(folder, "corpus");
const [one, other] = ["one", "other"].map((name) => join(folder, name));

before(async () => {
  const sentence = (gene: string) => ({
    tokens: ["the", gene, "gene", "of", "human", "cells", "rose"],
    entities: [
      { start: 1, end: 3, type: "DNA" },
      { start: 4, end: 6, type: "cell" },
      { start: 5, end: 6, type: "cell" },
    ],
  });
  mkdirSync(corpus);
  const write = (split: string, genes: string[]) =>
    writeFileSync(join(corpus, `${split}.json`), JSON.stringify(genes.map(sentence)));
  write("train", ["abc", "def", "ghi", "jkl"]);
  write("dev", ["abc", "mno", "pqr"]);
  const [first, second] = await Promise.all([
    pnr(trainArgs(corpus, one, "--epochs", "1")),
    pnr(trainArgs(corpus, other, "training.seed=9", "--epochs", "1")),
  ]);
  assert.deepEqual([first.code, second.code], [0, 0], first.stderr + second.stderr);
});

const failure = async (...args: string[]): Promise<string> => (await failed(...args)).message ?? "";

test("evaluate --errors prints kinds of error, and writes a page and one row per error", async () => {
  const [page, list] = ["errors.html", "errors.csv"].map((name) => join(folder, name));
  const about = ["evaluate", "--run", one, "--corpus", corpus, "--errors"];
  const [printed, written, json] = await Promise.all([
    pnr(about),
    pnr([...about, "--out", page, "--out", list]),
    pnr([...about, "--json"]),
  ]);
  assert.equal(printed.code, 0, printed.stderr);
  assert.match(printed.stdout, /^kind of error +entities +F1 gained without them/m);
  assert.match(printed.stdout, /^frequency in training \(row\) and kind of error \(column\)$/m);
  assert.equal(written.code, 0, written.stderr);
  assert.match(readFileSync(page, "utf8"), /^<!doctype html>/);
  const { errors } = JSON.parse(json.stdout);
  const count = errors.kinds.reduce((sum: number, kind: { count: number }) => sum + kind.count, 0);
  const [head, ...rows] = readFileSync(list, "utf8").trim().split("\r\n");
  assert.match(head, /^kind,sentence,gold_start,/);
  assert.ok(count > 0);
  assert.equal(rows.length, count);
  // training has the cells and one of the genes
  const groups = errors.byMention.map(({ group, gold }: { group: string; gold: number }) => [group, gold]);
  assert.deepEqual(groups, [
    ["unseen", 2],
    ["other type", 0],
    ["once", 1],
    ["2 to 9 times", 6],
    ["10 times or more", 0],
  ]);
});

test("compare prints what changes between runs, and writes the widget", async () => {
  const out = join(folder, "comparison.csv");
  const about = ["compare", one, other, "--corpus", corpus, "--split", "dev"];
  const [printed, written, json, twice, single] = await Promise.all([
    pnr(about),
    pnr([...about, "--out", out]),
    pnr([...about, "--json"]),
    failure("compare", one, one, "--corpus", corpus),
    failure("compare", one, "--corpus", corpus),
  ]);
  assert.equal(printed.code, 0, printed.stderr);
  assert.match(printed.stdout, / → .*: F1 [+−]\d+\.\d\d/);
  assert.equal(written.code, 0, written.stderr);
  assert.match(readFileSync(out, "utf8"), /^first,second,by,group,f1_first,f1_second,difference_precision,/);
  const [{ counts }] = JSON.parse(json.stdout).pairs;
  const { fixed, broken, "both right": right, "both wrong": wrong } = counts.overall;
  assert.equal(fixed + broken + right + wrong, 9);
  assert.match(twice, /occurs twice; name different runs/);
  assert.match(single, /name at least two runs/);
});

test("slices of a file are scored for one run and for several", async () => {
  const slices = join(folder, "slices.json");
  writeFileSync(slices, JSON.stringify({ seen: { mention: ["once"] }, inner: { depth: [2, null] } }));
  const [single, both, faulty, file] = await Promise.all([
    pnr(["evaluate", "--run", one, "--corpus", corpus, "--slices", slices, "--json"]),
    pnr(["compare", one, other, "--corpus", corpus, "--slices", slices]),
    failure("evaluate", "--run", one, "--corpus", corpus, "--slices", join(folder, "missing.json")),
    failure("evaluate", "--run", one, "--corpus", join(corpus, "dev.json"), "--slices", slices),
  ]);
  assert.equal(single.code, 0, single.stderr);
  const gold = JSON.parse(single.stdout).slices.slices.map(
    ({ name, scores }: { name: string; scores: { score: { gold: number } }[] }) => [
      name,
      scores[0].score.gold,
    ],
  );
  assert.deepEqual(gold, [
    ["seen", 1],
    ["inner", 3],
  ]);
  assert.equal(both.code, 0, both.stderr);
  assert.match(both.stdout, /^inner +\S+ +3 +3 /m);
  assert.match(faulty, /missing\.json/);
  assert.match(file, /slices\.json: seen\.mention needs a train split/);
});

test("evaluate --curve prints precision and recall at thresholds, and --threshold changes what is predicted", async () => {
  const about = ["evaluate", "--run", one, "--corpus", corpus, "--json"];
  const out = join(folder, "curve.svg");
  const [curve, none, all, some, unknown, invalid, plot] = await Promise.all([
    pnr([...about, "--curve"]),
    pnr([...about, "--threshold", "1"]),
    pnr([...about, "--threshold", "0"]),
    pnr([...about, "--threshold", "cell=0", "--threshold", "DNA=1"]),
    failure(...about, "--threshold", "dna=0.5"),
    failure(...about, "--threshold", "2"),
    pnr(["evaluate", "--run", one, "--corpus", corpus, "--curve", "--out", out]),
  ]);
  assert.equal(curve.code, 0, curve.stderr);
  const { overall, byType } = JSON.parse(curve.stdout).curves;
  const scoresOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).scores;
  assert.equal(scoresOf(none).overall.predicted, 0);
  // a threshold of 0 predicts all candidates, as the last point of the curve does
  const { threshold: _, ...last } = overall.points.at(-1);
  assert.deepEqual(scoresOf(all).overall, last);
  assert.ok(last.predicted > 0);
  assert.deepEqual(Object.keys(byType), ["DNA", "cell"]);
  assert.equal(scoresOf(some).byType.cell.predicted, scoresOf(all).byType.cell.predicted);
  assert.equal(scoresOf(some).byType.DNA.predicted, 0);
  assert.match(unknown, /threshold: the type "dna" is unknown to this model; there are DNA, cell/);
  assert.match(invalid, /It must be a probability/);
  assert.equal(plot.code, 0, plot.stderr);
  assert.match(readFileSync(out, "utf8"), /^<svg /);
});

test("a temperature is fitted on a split, stored with the run, and scales probabilities", async () => {
  const about = ["evaluate", "--run", other, "--corpus", corpus];
  assert.match(
    await failure(...about, "--calibrated"),
    /no temperature is stored with these weights; fit one/,
  );
  assert.match(await failure(...about, "--store-temperature"), /--store-temperature needs --curve/);
  const stored = await pnr([...about, "--curve", "--store-temperature", "--json"]);
  assert.equal(stored.code, 0, stored.stderr);
  const file = join(other, "temperature.json");
  assert.ok(stored.stderr.includes(`wrote ${file}`), stored.stderr);
  const { temperature, predictions } = JSON.parse(stored.stdout).curves.calibration;
  const content = JSON.parse(readFileSync(file, "utf8"));
  assert.deepEqual([content.temperature, content.predictions], [temperature, predictions]);
  // a temperature far from 1, so that the difference is visible
  writeFileSync(file, JSON.stringify({ ...content, temperature: 3 }));
  const predict = ["predict", "--run", other, "--corpus", corpus, "--split", "dev", "--threshold", "0"];
  const [plain, scaled] = await Promise.all([pnr(predict), pnr([...predict, "--calibrated"])]);
  assert.equal(scaled.code, 0, scaled.stderr);
  const probabilities = (text: string): number[] =>
    text
      .trim()
      .split("\n")
      .flatMap((line) => JSON.parse(line).entities.map((one: { probability: number }) => one.probability));
  const [before, after] = [plain, scaled].map(({ stdout }) => probabilities(stdout));
  assert.equal(after.length, before.length);
  assert.ok(before.length > 0);
  for (const [index, probability] of before.entries())
    assert.ok(Math.abs(after[index] - scaleProbability(probability, 3)) < 1e-6);
  // other weights
  writeFileSync(file, JSON.stringify({ ...content, tensors: "best-000000000000.safetensors" }));
  assert.match(await failure(...about, "--calibrated"), /no temperature is stored with these weights/);
  writeFileSync(file, JSON.stringify({ ...content, temperature: -1 }));
  assert.match(await failure(...about), /temperature\.json: temperature/);
});

test("plot draws what heads contribute, and where they look", async () => {
  const [heads, looks] = ["heads.csv", "looks.csv"].map((name) => join(folder, name));
  const about = ["--run", one, "--corpus", corpus, "--split", "dev"];
  const [contribution, look, printed] = await Promise.all([
    pnr(["plot", "heads", ...about, "--out", heads]),
    pnr(["plot", "attention-summary", ...about, "--limit", "2", "--out", looks]),
    pnr(["plot", "heads", ...about]),
  ]);
  assert.equal(contribution.code, 0, contribution.stderr);
  // two heads, their priors, and the proposer alone
  assert.equal(readFileSync(heads, "utf8").trim().split("\r\n").length, 1 + 2 + 2 + 1);
  assert.match(printed.stdout, /^without layer 1, head 2: F1 [+−]/m);
  assert.match(printed.stdout, /^the proposer alone: F1 [+−]/m);
  assert.equal(look.code, 0, look.stderr);
  assert.match(
    readFileSync(looks, "utf8"),
    /^set,entities,layer,head,left,left_low,left_high,start,.*,moved_by_prior,moved_by_prior_low,moved_by_prior_high\r\n/,
  );
});

test("--out needs an option that writes files", async () => {
  const refused = await failure(
    "evaluate",
    "--run",
    one,
    "--corpus",
    corpus,
    "--out",
    join(folder, "x.html"),
  );
  assert.match(refused, /add --errors, --slices or --curve/);
});
