import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunState } from "../../../src/experiments";
import { SweepProgress } from "../../../src/experiments/sweep/sweep-progress";

const runs = [
  { id: "a", label: "first", work: 100 },
  { id: "b", label: "second", work: 100 },
  { id: "c", label: "third", work: 200 },
];
const done: RunState = { kind: "done" };
const open: RunState = { kind: "new", attempts: 0 };
const running = (share: number): RunState => ({
  kind: "running",
  attempts: 1,
  progress: { phase: "epoch 1/2", done: share * 10, total: 10 },
});
const states = (...kinds: RunState[]): ReadonlyMap<string, RunState> =>
  new Map(kinds.map((state, index) => [runs[index].id, state]));

test("the share counts work, and the time left is that of the work since the first look", () => {
  let now = 0;
  const progress = new SweepProgress(runs, () => now);
  const first = progress.look(states(done, open, open));
  assert.deepEqual([first.share, first.runsDone, first.secondsLeft, first.ended], [0.25, 1, undefined, []]);
  now = 10_000;
  const second = progress.look(states(done, running(0.5), running(0.25)));
  assert.equal(second.share, 0.5);
  assert.equal(second.secondsLeft, 20);
  assert.deepEqual(
    second.running.map(({ label, share }) => [label, share]),
    [
      ["second", 0.5],
      ["third", 0.25],
    ],
  );
});

test("each run that ends is reported once, except those that had ended before", () => {
  const progress = new SweepProgress(runs);
  const failure = { attempt: 1, message: "no memory", expected: false };
  progress.look(states(done, open, open));
  const failed: RunState = { kind: "failed", attempts: 1, failure };
  const { ended, runsFailed, share } = progress.look(states(done, failed, open));
  assert.deepEqual(
    ended.map(({ run, state }) => [run.label, state.kind]),
    [["second", "failed"]],
  );
  assert.deepEqual([runsFailed, share], [1, 0.5]);
  assert.deepEqual(progress.look(states(done, failed, open)).ended, []);
});
