import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, beforeEach, test } from "node:test";
import { parseConfig } from "../../src/config/parse-config";
import { startEngine } from "../../src/engine";
import { engineOfRun, readResult, train } from "../../src/training";
import { enginesOf } from "../../src/training/run-engines";
import { tinySetting } from "../soak/training-task";
import { tinyCorpus } from "../support/corpus";
import { inputError, testFolder } from "../support/folders";

const directory = join(testFolder("run-engines"), "run");
const corpus = tinyCorpus(1);
const config = parseConfig(tinySetting, "the tiny setting");
let engine = "";

const read = (name: string) => JSON.parse(readFileSync(join(directory, name), "utf8"));
const record = (engines?: readonly string[]) =>
  writeFileSync(join(directory, "run.json"), JSON.stringify({ ...read("run.json"), engines }));
const resume = (allowEngineChange?: boolean) => train(config, corpus, { directory, allowEngineChange });

/** Stops at the first step. */
async function stopped(): Promise<void> {
  const abort = new AbortController();
  const options = { directory, signal: abort.signal, onStep: () => abort.abort() };
  await assert.rejects(train(config, corpus, options), { name: "AbortError" });
}

before(async () => {
  engine = (await startEngine()).identity;
});
beforeEach(async () => {
  rmSync(directory, { recursive: true, force: true });
  await stopped();
});

test("a run records its engine, and so does its result", async () => {
  assert.deepEqual(read("run.json").engines, [engine]);
  assert.equal(engineOfRun(directory), engine.split(" ")[0]);
  assert.deepEqual((await resume()).engines, [engine]);
  assert.deepEqual(readResult(directory)?.engines, [engine]);
  assert.equal(engineOfRun(directory), undefined, "a finished run needs none");
});

test("another engine or library is refused unless allowed; then both are recorded", async () => {
  record(["tensorflow"]);
  await assert.rejects(resume(), inputError(/engine tensorflow, .*--engine tensorflow, or accept/));
  record([`${engine} 9.9`]);
  await assert.rejects(resume(), inputError(/9\.9, .*resume it on a machine with that library, or accept/));
  assert.deepEqual((await resume(true)).engines, [`${engine} 9.9`, engine]);
  assert.deepEqual(read("run.json").engines, [`${engine} 9.9`, engine]);
});

test("a run of the same OpenBLAS with another core type says how to resume it here", () => {
  record(["blas OpenBLAS 0.3.21 Zen"]);
  const here = { name: "blas", detail: "", identity: "blas OpenBLAS 0.3.21 SkylakeX", skipped: [] } as const;
  assert.throws(
    () => enginesOf(directory, here, false),
    inputError(/SkylakeX; set OPENBLAS_CORETYPE=Zen to resume it here, or accept/),
  );
});

test("an engine that computes a run again is recorded again", async () => {
  record([engine, "tensorflow"]);
  assert.deepEqual((await resume(true)).engines, [engine, "tensorflow", engine]);
});

test("a run of a version that recorded no engine continues, and records it from there", async () => {
  record(undefined);
  assert.equal(engineOfRun(directory), undefined);
  assert.deepEqual((await resume()).engines, [engine]);
});

test("without a checkpoint the run belongs to the new engine alone", async () => {
  record(["tensorflow"]);
  for (const name of ["last.json", "previous.json"]) rmSync(join(directory, name), { force: true });
  assert.equal(engineOfRun(directory), undefined);
  assert.deepEqual((await resume()).engines, [engine]);
});

test("a result of a version that named one engine is read", async () => {
  await resume();
  const { engines, ...result } = read("result.json");
  writeFileSync(join(directory, "result.json"), JSON.stringify({ ...result, engine: "wasm" }));
  assert.deepEqual(readResult(directory)?.engines, ["wasm"]);
});
