import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { RunRecord } from "../../../src/experiments";
import {
  authorsMeans,
  compareWithAuthors,
  equivalenceText,
} from "../../../src/experiments/analysis/authors-comparison";
import { authorsRuns } from "../../../src/experiments/authors-training";

/** Runs with these F1 and losses after the fourth epoch. */
function runs(values: readonly (readonly [f1: number, loss: number])[]): RunRecord[] {
  return values.map(
    ([f1, loss]) => ({ epochs: [{}, {}, {}, { loss, dev: { overall: { f1 } } }] }) as unknown as RunRecord,
  );
}

test("differences have the statistic and the degrees of freedom of Welch's test in scipy", () => {
  const [{ ours, theirs, difference }] = compareWithAuthors(
    runs([
      [57, 0.08],
      [58, 0.09],
      [60, 0.08],
    ]),
  );
  // scipy.stats.ttest_ind([57, 58, 60], theirs, equal_var=False)
  assert.ok(Math.abs(difference.estimate - (ours - theirs)) < 1e-12);
  assert.ok(Math.abs(difference.estimate / difference.standardError - 0.0862026) < 1e-6);
  assert.ok(Math.abs(difference.df - 3.6966325) < 1e-6, String(difference.df));
});

test("runs like the authors' are equivalent, and runs beyond a margin are not", () => {
  const theirs = authorsRuns.map(({ f1, loss }): [number, number] => [f1[3], loss[3]]);
  const [f1, loss] = compareWithAuthors(runs(theirs));
  assert.ok(Math.abs(f1.difference.estimate) < 1e-12 && f1.p < 0.05, `p ${f1.p}`);
  assert.ok(loss.p < 0.05 && loss.interval90.low > -0.01 && loss.interval90.high < 0.01);
  const shifted = compareWithAuthors(runs(theirs.map(([one, other]) => [one + 1.5, other - 0.009])));
  assert.ok(shifted[0].p > 0.05 && shifted[0].interval90.high > 2);
  assert.ok(shifted[1].p > 0.05 && shifted[1].interval90.low < -0.01);
});

test("the means of the authors' epochs are those of their runs", () => {
  const means = authorsMeans();
  assert.deepEqual(
    means.map(({ epoch, loss, dev }) => [epoch, +loss.toFixed(4), +dev!.overall.f1.toFixed(2)]),
    [
      [1, 0.41, 44.34],
      [2, 0.1886, 52.77],
      [3, 0.1262, 56.4],
      [4, 0.0837, 58.24],
    ],
  );
});

const golden = join(process.env.PNR_GOLDEN ?? "../shared/golden", "training/genia_s0.json");

test("the authors' values are those of the file that their code wrote", { skip: !existsSync(golden) }, () => {
  const stored: {
    runs: { seed: number; epochs: Record<"precision" | "recall" | "f1" | "loss", number>[] }[];
  } = JSON.parse(readFileSync(golden, "utf8"));
  assert.deepEqual(
    authorsRuns,
    stored.runs.map(({ seed, epochs }) => ({
      seed,
      precision: epochs.map((epoch) => epoch.precision),
      recall: epochs.map((epoch) => epoch.recall),
      f1: epochs.map((epoch) => epoch.f1),
      loss: epochs.map((epoch) => epoch.loss),
    })),
  );
});

test("training is equivalent only if F1 and loss are, and otherwise the text says which is not", () => {
  assert.match(equivalenceText(0.04, 0.001), /: training is equivalent\.$/);
  assert.match(
    equivalenceText(0.06, 0.001),
    /^The interval of the loss .* but that of F1 does not, .* not shown\.$/,
  );
  assert.match(
    equivalenceText(0.04, 0.05),
    /^The interval of F1 .* but that of the loss does not, .* not shown\.$/,
  );
  assert.match(equivalenceText(0.5, 0.06), /^Neither .* not shown\.$/);
});
