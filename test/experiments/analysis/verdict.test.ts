import assert from "node:assert/strict";
import { test } from "node:test";
import { corpusNamed } from "../../../src/experiments";
import { isComparable, verdictOf } from "../../../src/experiments/analysis/cells";
import type { RunRecord } from "../../../src/experiments/results/run-record";

const run = (bert: object | null, split = "test"): RunRecord =>
  ({ config: { model: { bert } }, split }) as unknown as RunRecord;
const genia = corpusNamed("genia");
const trained = run({ from: "a pre-trained one" });

test("only a run with a pre-trained encoder on the test split of the paper's corpus is comparable", () => {
  assert.equal(isComparable(trained, genia), true);
  assert.equal(isComparable(run(null), genia), false);
  assert.equal(isComparable(run({ from: null }), genia), false);
  assert.equal(isComparable(run({ from: "a pre-trained one" }, "dev"), genia), false);
  for (const name of ["sample", "wikigold", "sec"])
    assert.equal(isComparable(trained, corpusNamed(name)), false, name);
});

test("a comparable setting agrees with the paper if a further seed could have the paper's F1", () => {
  const paper = { precision: 81.5, recall: 79.07, f1: 80.27 };
  const verdict = (low: number, high: number, runs = [trained, trained, trained]) =>
    verdictOf({ runs, corpus: genia, paper, prediction: { low, high } });
  assert.equal(verdict(79, 81), "within prediction interval");
  assert.equal(verdict(80.27, 81), "within prediction interval");
  assert.equal(verdict(80.28, 81), "differs");
  assert.equal(verdict(78, 80.26), "differs");
  assert.equal(verdict(79, 81, [trained, trained]), "too few seeds");
  assert.equal(verdict(79, 81, [run(null)]), "not comparable");
  assert.equal(verdict(79, 81, []), "not run");
  const none = verdictOf({ runs: [trained], corpus: genia, paper: null, prediction: null });
  assert.equal(none, "no value");
});
