import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { writeCorpus } from "../support/corpus";
import { testFolder } from "../support/folders";
import { pnr } from "./pnr";
import { signaled, trainArgs } from "./tiny-run";

const folder = testFolder("run-engine");
const corpus = join(folder, "corpus");
const run = join(folder, "run");
// On few sentences, because the engine cpu is slow.
const limits = ["training.limitTrain=4", "training.limitDev=2"];
const train = trainArgs(corpus, run, ...limits, "--epochs", "100000");

const recorded = () => JSON.parse(readFileSync(join(run, "run.json"), "utf8")).engines;
const checkpoint = () => readFileSync(join(run, "last.json"), "utf8");

before(async () => {
  writeCorpus(corpus, 1);
  const { code, stderr } = await signaled([...train, "--engine", "cpu"], "best\n");
  assert.equal(code, 130, stderr);
});

test("a run is not resumed on another engine than it names", async () => {
  assert.deepEqual(recorded(), ["cpu"]);
  const before = checkpoint();
  const { code, stderr } = await pnr([...train, "--engine", "wasm"]);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /\npnr: [^\n]*run: the run was computed on the engine cpu, and this is wasm; resume it with --engine cpu, or accept [^\n]* --allow-engine-change [^\n]*\n$/,
  );
  assert.deepEqual(recorded(), ["cpu"]);
  assert.equal(checkpoint(), before);
});

test("without --engine, a run keeps its engine", async () => {
  const { code, stderr } = await signaled(train, "resuming after");
  assert.equal(code, 130, stderr);
  assert.match(stderr, /^engine: cpu \([^\n]*\)\n/);
  assert.deepEqual(recorded(), ["cpu"]);
});

test("with --allow-engine-change, a run resumes on another engine and records both", async () => {
  const { code, stderr } = await signaled(
    [...train, "--engine", "wasm", "--allow-engine-change"],
    "resuming after",
  );
  assert.equal(code, 130, stderr);
  assert.match(stderr, /^engine: wasm /);
  assert.deepEqual(recorded(), ["cpu", "wasm"]);
});

test("a run whose engine is unavailable gives an error with a way out", async () => {
  const { code, stderr } = await pnr(train, { env: { PNR_THREADS: "many" } });
  assert.equal(code, 2);
  assert.match(stderr, /^pnr: [^\n]*run: PNR_THREADS is "many"[^\n]* with --allow-engine-change\n$/);
});
