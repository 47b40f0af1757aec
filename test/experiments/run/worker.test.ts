import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { thisProcess } from "../../../src/base/owner";
import { loadCorpus } from "../../../src/corpus";
import { readModel } from "../../../src/detector/storage";
import {
  prepareRun,
  type RunSpec,
  readRunResult,
  readSentenceResults,
  readSpec,
  resultsVersion,
  runFolder,
  runId,
  stateOf,
} from "../../../src/experiments";
import { distinctEntities } from "../../../src/experiments/run/predictions";
import { parseConfig } from "../../../src/training";
import { compileOpenBlas, needsCompiler } from "../../support/blas";
import { writeCorpus } from "../../support/corpus";

const root = mkdtempSync(join(tmpdir(), "pnr-worker-"));
after(() => rmSync(root, { recursive: true }));
const corpusFolder = join(root, "tiny");
let spec: RunSpec;

before(async () => {
  writeCorpus(corpusFolder, 3);
  const { hash } = await loadCorpus(corpusFolder, { cache: join(root, "cache") });
  spec = {
    resultsVersion,
    config: parseConfig(
      {
        model: {
          embedding: { characters: 4, words: 8, pos: 2 },
          hidden: 16,
          kernels: [2],
          layers: 2,
          heads: 2,
        },
        training: { epochs: 5, batchSize: 2, learningRate: 0.01, minimumWordCount: 1 },
      },
      "test",
    ),
    corpus: { hash, name: "tiny", folder: corpusFolder },
    engine: "wasm",
    scale: "test",
  };
});

/** Starts a worker on the run, in a store of this name. */
function worker(
  store: string,
  run: RunSpec = spec,
  environment: Readonly<Record<string, string>> = {},
): { child: ChildProcess; folder: string; code: Promise<number | null> } {
  prepareRun(join(root, store), run);
  const runPath = runFolder(join(root, store), runId(run));
  const child = spawn(
    process.execPath,
    [join(__dirname, "../../../src/experiments/run/worker.js"), runPath],
    {
      cwd: root,
      env: { ...process.env, PNR_LEASE: "stdin", ...environment },
    },
  );
  return { child, folder: runPath, code: once(child, "exit").then(([code]) => code) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const epochs = (folder: string): number => {
  const log = join(folder, "training", "log.jsonl");
  return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0;
};
const weights = (folder: string) =>
  [...readModel(join(folder, "training", "best.json")).tensors].map(([name, { values }]) => [
    name,
    [...values],
  ]);

test("a worker completes a run: scores, epochs, measures, predictions and provenance", async () => {
  const { folder, code } = worker("whole");
  assert.equal(await code, 0);
  assert.equal(stateOf(folder).kind, "done");
  const result = readRunResult(folder)!;
  assert.deepEqual([result.split, result.epochs.length, result.sentences], ["test", 5, 24]);
  const predictions = readSentenceResults(folder);
  const corpus = await loadCorpus(corpusFolder, { cache: join(root, "cache") });
  assert.deepEqual(
    predictions.map(({ gold, tokens }) => [tokens, gold]),
    corpus.splits.test.map(({ tokens, entities }) => [tokens.length, entities]),
  );
  const trained = JSON.parse(readFileSync(join(folder, "training", "result.json"), "utf8"));
  assert.deepEqual(JSON.parse(JSON.stringify(result.scores)), trained.scores.test);
  const { measures, cases, provenance } = result;
  assert.deepEqual(
    [measures?.sentences, measures?.entropy.length, measures?.spanLengths.length, measures?.moves.length],
    [8, 2, 3, 2],
  );
  assert.equal(measures!.shortShares!.length, measures!.spanLengths.length);
  for (const share of [...measures!.entropy, ...measures!.contentEntropy, ...measures!.shortShares!])
    assert.ok(share > 0 && share <= 1 + 1e-6);
  const types = new Set(corpus.types);
  assert.ok(cases!.length > 0 && cases!.length <= 3);
  for (const { sentence, gold, predicted } of cases!) {
    assert.deepEqual(gold, corpus.splits.test[sentence].entities);
    assert.deepEqual(
      predicted.map(({ start, end, type }) => ({ start, end, type })),
      distinctEntities(predictions[sentence].accepted)
        .map(({ start, end, type }) => ({ start, end, type }))
        .sort((a, b) => a.start - b.start || a.end - b.end),
      "a trace predicts the scored entities",
    );
    for (const { type, path } of predicted) {
      assert.ok(types.has(type));
      assert.deepEqual([path.length, path.flat().length], [3, 6], "the proposer and both layers");
    }
  }
  assert.equal(provenance.attempts, 1);
  assert.match(provenance.engine, /^wasm \(/);
  assert.ok(
    !readdirSync(join(folder, "training")).some((name) => name.startsWith("last")),
    "the optimizer is removed",
  );
  assert.ok(
    !readFileSync(join(folder, "predictions.json"), "utf8").includes(corpus.splits.test[0].tokens[0]),
  );
});

test("a worker that is killed, then stopped by its driver's end, reaches the weights of an uninterrupted one", async () => {
  const killed = worker("broken");
  await until(() => epochs(killed.folder) >= 1);
  killed.child.kill("SIGKILL");
  await killed.code;
  assert.equal(stateOf(killed.folder).kind, "stopped");

  const orphaned = worker("broken");
  await until(() => epochs(killed.folder) >= 3);
  orphaned.child.stdin!.end();
  assert.equal(await orphaned.code, 75);
  assert.equal(stateOf(killed.folder).kind, "stopped");

  assert.equal(await worker("broken").code, 0);
  const whole = runFolder(join(root, "whole"), runId(spec));
  assert.equal(readRunResult(killed.folder)?.provenance.attempts, 3);
  assert.deepEqual(weights(killed.folder), weights(whole));
  assert.deepEqual(readRunResult(killed.folder)?.scores, readRunResult(whole)?.scores);
});

test("a worker whose run was taken over ends at once, because the other process writes to the same folder", async () => {
  const long = { ...spec, config: parseConfig({ training: { epochs: 5000 } }, "test", spec.config) };
  const { child, folder, code } = worker("overtaken", long);
  await until(() => epochs(folder) >= 1);
  writeFileSync(join(folder, "claims", "0002.json"), JSON.stringify(thisProcess()));
  assert.equal(await code, 0);
  assert.equal(child.signalCode, null);
  const { extra } = readModel(join(folder, "training", "last.json"));
  assert.equal(
    (extra as { underWay?: unknown }).underWay,
    undefined,
    "it saves nothing, unlike a stopped worker",
  );
  assert.ok(!existsSync(join(folder, "claims", "0001.json.over")));
});

test("an attempt removes half-written files of killed attempts, but none of the driver", async () => {
  prepareRun(join(root, "leftovers"), spec);
  const folder = runFolder(join(root, "leftovers"), runId(spec));
  const unfinished = (name: string): string => join(folder, `.${name}.0123456789ab`);
  const names = ["progress.json", "predictions.json", ".result.json.0123456789ab"];
  for (const name of [...names, "spec.json"]) writeFileSync(unfinished(name), "{");
  assert.equal(await worker("leftovers").code, 0);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith(".")),
    [".spec.json.0123456789ab"],
  );
});

test("a damaged result is an error with a way out, and can be rebuilt from the training", async () => {
  const first = worker("damaged");
  assert.equal(await first.code, 0);
  const path = join(first.folder, "result.json");
  const { scores, measures } = readRunResult(first.folder)!;
  writeFileSync(path, "");
  assert.throws(
    () => readRunResult(first.folder),
    /result\.json: not valid JSON .*; remove it, and pnr sweep rebuilds/,
  );
  rmSync(path);
  assert.equal(stateOf(first.folder).kind, "stopped");
  assert.equal(await worker("damaged").code, 0);
  const again = readRunResult(first.folder)!;
  assert.deepEqual([again.scores, again.measures, again.provenance.attempts], [scores, measures, 2]);
});

test("of several workers on one run only one works, and the result does not change", async () => {
  const others = [worker("shared"), worker("shared"), worker("shared")];
  assert.deepEqual(await Promise.all(others.map(({ code }) => code)), [0, 0, 0]);
  const { folder } = others[0];
  await until(() => stateOf(folder).kind === "done");
  assert.equal(readRunResult(folder)?.provenance.attempts, 1);
  const bytes = readFileSync(join(folder, "result.json"));
  assert.equal(await worker("shared").code, 0);
  assert.deepEqual(readFileSync(join(folder, "result.json")), bytes);
});

test("a run whose corpus has changed fails with the reason, and its folder cannot hold another run", async () => {
  const other = { ...spec, corpus: { ...spec.corpus, hash: "0".repeat(64) } };
  const { folder, code } = worker("failing", other);
  assert.equal(await code, 1);
  const state = stateOf(folder);
  assert.ok(state.kind === "failed");
  assert.match(
    state.failure.message,
    /the corpus tiny has changed since this run was planned; plan it again/,
  );
  assert.equal(state.failure.expected, true);
  writeFileSync(join(folder, "spec.json"), JSON.stringify(spec));
  assert.throws(
    () => readSpec(folder),
    /spec\.json: belongs to the run [0-9a-f]{16}; the folder was renamed/,
  );
});

test(
  "a run of the engine blas is computed only with the library for which it was planned",
  needsCompiler,
  async () => {
    const run: RunSpec = { ...spec, engine: "blas OpenBLAS 9.1.0 Generic" };
    const attempt = (version: string, environment: Readonly<Record<string, string>> = {}) =>
      worker("library", run, {
        PNR_BLAS: compileOpenBlas(root, version),
        PNR_ENGINE_FOLDER: join(root, "engine"),
        ...environment,
      });
    const other = attempt("9.2.0");
    assert.equal(await other.code, 1);
    const state = stateOf(other.folder);
    assert.ok(state.kind === "failed");
    assert.match(
      state.failure.message,
      /was planned for the engine blas OpenBLAS 9\.1\.0 Generic, and this machine has blas OpenBLAS 9\.2\.0 Generic; .*PNR_BLAS/,
    );
    assert.ok(!existsSync(join(other.folder, "training")));
    const otherCore = attempt("9.1.0", { OPENBLAS_CORETYPE: "Zen" });
    assert.equal(await otherCore.code, 1);
    const failed = stateOf(otherCore.folder);
    assert.ok(failed.kind === "failed");
    assert.match(
      failed.failure.message,
      /this machine has blas OpenBLAS 9\.1\.0 Zen; set OPENBLAS_CORETYPE=Generic, or plan the run again here$/,
    );
    const planned = attempt("9.1.0");
    assert.equal(await planned.code, 0);
    assert.equal(planned.folder, other.folder);
    assert.match(readRunResult(planned.folder)!.provenance.engine, /^blas \(OpenBLAS 9\.1\.0 Generic, /);
    const { engines } = JSON.parse(readFileSync(join(planned.folder, "training", "result.json"), "utf8"));
    assert.deepEqual(engines, [run.engine]);
  },
);
