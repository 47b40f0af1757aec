import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { readModel } from "../../src/detector/storage";
import { readRun } from "../../src/training";
import { testFolder } from "../support/folders";
import { failure, pnr } from "./pnr";
import { trainArgs } from "./tiny-run";

const folder = testFolder("baselines-cli");
const [crf, spans, network] = ["crf", "spans", "network"].map((name) => join(folder, name));
const limits = ["training.limitTrain=48", "training.limitDev=16", "training.learningRate=0.01"];
const often = ["--epochs", "6", "--engine", "wasm"];
const sample = ["--corpus", "sample", "--engine", "wasm"];

before(async () => {
  const runs = [
    trainArgs("sample", crf, ...limits, "model.crfLevels=null", "--architecture", "crf", ...often),
    trainArgs("sample", spans, ...limits, "--architecture", "spans", ...often),
    trainArgs("sample", network, ...limits, "--epochs", "1", "--engine", "wasm"),
  ];
  for (const run of runs) {
    const { code, stderr } = await pnr(run);
    assert.equal(code, 0, stderr);
  }
});

test("--architecture trains a baseline, whose model has what the corpus decides", () => {
  for (const [run, architecture] of [
    [crf, "crf"],
    [spans, "spans"],
  ]) {
    const { model } = readRun(run).config;
    assert.deepEqual([model.architecture, model.spanWidth], [architecture, null]);
    const stored = readModel(join(run, "best.json")).description.model;
    const open = architecture === "crf" ? stored.crfLevels : stored.spanWidth;
    assert.ok(open !== null && open > 1, `${open}`);
  }
});

test("baselines are evaluated, with curves, thresholds and errors, compared and packed", async () => {
  const scored = await pnr(["evaluate", "--run", crf, ...sample, "--curve", "--json"]);
  assert.equal(scored.code, 0, scored.stderr);
  const { curves, scores } = JSON.parse(scored.stdout);
  assert.ok(scores.overall.predicted > 0);
  assert.ok(curves.overall.points.length > 2);
  const strict = await pnr(["evaluate", "--run", crf, ...sample, "--threshold", "0.9", "--json"]);
  assert.equal(strict.code, 0, strict.stderr);
  assert.ok(JSON.parse(strict.stdout).scores.overall.predicted < scores.overall.predicted);
  const errors = await pnr(["evaluate", "--run", spans, ...sample, "--errors"]);
  assert.equal(errors.code, 0, errors.stderr);
  const page = join(folder, "comparison.html");
  const compared = await pnr(["compare", network, crf, ...sample, "--out", page]);
  assert.equal(compared.code, 0, compared.stderr);
  assert.ok(existsSync(page));
  const packed = join(folder, "packed");
  const card = await pnr(["pack", "--run", spans, ...sample, "--out", packed]);
  assert.equal(card.code, 0, card.stderr);
  const about = /^A span classifier of up to \d+ tokens that finds entities of 5 types/m;
  assert.match(readFileSync(join(packed, "README.md"), "utf8"), about);
  const predicted = await pnr([
    "predict",
    "--run",
    packed,
    "--engine",
    "wasm",
    "--threshold",
    "0",
    "The cells.",
  ]);
  assert.equal(predicted.code, 0, predicted.stderr);
  const sentence = join(folder, "sentence.txt");
  const plot = await pnr(["plot", "sentence", "--run", crf, ...sample, "--out", sentence]);
  assert.equal(plot.code, 0, plot.stderr);
});

test("commands for proposals and attention refuse a baseline by its name", async () => {
  const name =
    /this model is a BiGRU-CRF \(model\.architecture=crf\), which has no proposals, layers or attention;/;
  for (const args of [
    ["plot", "attention", "--run", crf, ...sample],
    ["plot", "heads", "--run", crf, ...sample],
    ["page", "--run", crf, "--out", join(folder, "model.html")],
    ["export", "--run", crf, "--out", join(folder, "model.safetensors")],
  ])
    assert.match((await failure(...args)).message ?? "", name);
});

test("--architecture names the choices", async () => {
  const { message } = await failure("train", "--corpus", "sample", "--architecture", "rnn");
  assert.match(message ?? "", /Allowed choices are pnr, crf, spans/);
});
