import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  drawRuns,
  type Repeatable,
  type RunRecord,
  repeatableRuns,
  resultsOf,
  verify,
} from "../../src/experiments";
import { writeFakeRun } from "./fake-runs";

const root = mkdtempSync(join(tmpdir(), "pnr-verify-"));
after(() => rmSync(root, { recursive: true }));
for (const seed of [1, 2, 3, 4]) writeFakeRun(root, { plan: "table6", setting: "Origin", seed });
const { runs } = resultsOf(root);

/** The run with another F1. */
const withF1 = (run: RunRecord, f1: number): RunRecord => ({ ...run, overall: { ...run.overall, f1 } });
const elsewhere = (stored: RunRecord): Repeatable =>
  ({ stored, spec: { engine: "cpu" } }) as unknown as Repeatable;

test("elsewhere, F1 must lie in the prediction interval for one further run", () => {
  const values = [70, 71, 72, 73];
  const stored = runs.map((run, index) => withF1(run, values[index]));
  // Mean 71.5, standard deviation 1.291; t(3) = 3.182: the half-width is 3.182 · 1.291 · √1.25 = 4.593.
  const outcomeOf = (f1: number) => verify(elsewhere(stored[0]), withF1(stored[0], f1), stored).outcome;
  assert.deepEqual([67.0, 66.8, 76.0, 76.2].map(outcomeOf), ["within", "outside", "within", "outside"]);
  const { detail } = verify(elsewhere(stored[0]), stored[0], stored);
  assert.equal(detail, "66.91 to 76.09 from 4 seeds");
});

test("runs of other settings, engines and versions do not count as seeds", () => {
  const [first, second, third, fourth] = runs;
  const others: RunRecord[] = [
    first,
    second,
    { ...third, engine: "tensorflow" },
    { ...fourth, resultsVersion: 1 },
    { ...fourth, corpus: { ...fourth.corpus, hash: "d" } },
  ];
  assert.equal(verify(elsewhere(first), first, others).outcome, "undecided");
  assert.notEqual(verify(elsewhere(first), first, [first, second, third]).outcome, "undecided");
});

test("runs are drawn without repetition by the seed, and those that cannot be computed are counted by reason", async () => {
  const all = runs.map(elsewhere);
  const ids = (seed: number) => drawRuns(all, 3, seed).map(({ stored }) => stored.id);
  assert.equal(new Set(ids(1)).size, 3);
  assert.deepEqual(ids(1), ids(1));
  assert.ok([2, 3, 4, 5].some((seed) => ids(seed).join() !== ids(1).join()));
  const { runs: repeatable, leftOut } = await repeatableRuns(
    [...runs, { ...runs[0], resultsVersion: 1 }],
    "wasm",
  );
  assert.equal(repeatable.length, 0);
  assert.match(leftOut[0], /^4 runs on another content of sample than here$/);
  assert.match(leftOut[1], /^1 run of results version 1; this library computes version \d+$/);
});
