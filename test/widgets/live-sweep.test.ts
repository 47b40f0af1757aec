import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { SweepBegin } from "../../src/experiments/sweep/host";
import type { EndedRun, SweepMoment } from "../../src/experiments/sweep/sweep-progress";
import { liveSweep } from "../../widgets/index";
import { FakeKernel, printed, uninstallKernel } from "./fake-kernel";

afterEach(uninstallKernel);

const begin: SweepBegin = {
  title: "Table 6: <ablations>",
  runs: 14,
  done: 3,
  workers: 2,
  seconds: 95,
  from: "3 complete runs",
  remarks: ["genia is not in corpora"],
};

function momentOf(runsDone: number, more: Partial<SweepMoment> = {}): SweepMoment {
  const share = runsDone / 14;
  return { share, done: share, total: 1, runs: 14, runsDone, runsFailed: 0, running: [], ended: [], ...more };
}

const running: SweepMoment["running"] = [
  {
    label: "table6 Origin on sample, seed 1",
    share: 0.4,
    progress: { phase: "epoch 2/3", done: 4, total: 10, loss: 3.214, secondsLeft: 12 },
  },
  { label: "table6 -Gated Update on sample, seed 1", share: 0 },
];
const failed: EndedRun = {
  run: { id: "x", label: "table6 Origin on sample, seed 2", work: 1 },
  state: { kind: "failed", attempts: 1, failure: { attempt: 1, message: "no memory", expected: true } },
};

test("one panel shows the number of runs and the estimated time, and names setting and seed of each running run", async () => {
  const kernel = new FakeKernel();
  kernel.install();
  let now = 0;
  const sweep = liveSweep(() => now);
  sweep.onBegin(begin);
  const text = (): string[] => (kernel.displays.at(-1)?.bundle["text/plain"] ?? "").split("\n");
  assert.deepEqual(text(), [
    "Table 6: <ablations>: 14 runs, 3 of them done before, 2 at a time, about 1 min 35 s (estimated from 3 complete runs)",
    "genia is not in corpora",
    "starting …",
  ]);
  now = 1000;
  sweep.onProgress(momentOf(4, { running, secondsLeft: 80, ended: [failed], runsFailed: 1 }));
  assert.deepEqual(text().slice(2), [
    "4 of 14 runs done · 1 failed · 2 running · 1 min 20 s left",
    "  table6 Origin on sample, seed 1: epoch 2/3 · loss 3.21 · 12 s left",
    "  table6 -Gated Update on sample, seed 1: starting",
    "failed: table6 Origin on sample, seed 2: no memory",
  ]);
  const { bundle, options } = kernel.displays.at(-1) ?? assert.fail();
  assert.ok(bundle["text/html"].includes("Table 6: &lt;ablations&gt;"));
  assert.match(bundle["text/html"], /aria-label="table6 Origin on sample, seed 1" aria-valuenow="40\.0"/);
  assert.match(bundle["text/html"], /width:28\.6%/);
  assert.equal(options?.update, true);
  assert.equal(new Set(kernel.displays.map((one) => one.options?.id)).size, 1);
  const count = kernel.displays.length;
  now = 1100;
  sweep.onProgress(momentOf(5));
  assert.equal(kernel.displays.length, count, "updates are at least a quarter of a second apart");
  now = 61_000;
  sweep.onEnd();
  assert.equal(text()[2], "5 of 14 runs done · in 1 min 1 s");
});

test("an interrupted and a failed sweep say how to resume", async () => {
  const kernel = new FakeKernel();
  kernel.install();
  const sweep = liveSweep(() => 0);
  sweep.onBegin(begin);
  const text = (): string => (kernel.displays.at(-1)?.bundle["text/plain"] ?? "").split("\n")[2];
  sweep.onProgress(momentOf(4, { running }));
  kernel.interrupt();
  assert.equal(text(), "4 of 14 runs done · stopping after the current steps");
  sweep.onEnd(new Error("interrupted"));
  assert.equal(text(), "stopped · 4 of 14 runs done · run the cell again to resume");

  new FakeKernel().install();
  const other = new FakeKernel();
  other.install();
  const failing = liveSweep(() => 0);
  failing.onBegin(begin);
  failing.onEnd(new Error("no disk"));
  assert.match(other.displays.at(-1)?.bundle["text/plain"] ?? "", /\nfailed$/);
});

test("a reproducible panel shows neither earlier runs nor times", () => {
  const kernel = new FakeKernel();
  kernel.install();
  process.env.PNR_REPRODUCIBLE = "1";
  try {
    for (const done of [0, 3, 14]) {
      const sweep = liveSweep(() => 0);
      sweep.onBegin({ ...begin, done });
      sweep.onProgress(momentOf(14));
      sweep.onEnd();
      const lines = (kernel.displays.at(-1)?.bundle["text/plain"] ?? "").split("\n");
      assert.deepEqual(lines, [
        "Table 6: <ablations>: 14 runs",
        "genia is not in corpora",
        "14 of 14 runs done",
      ]);
    }
  } finally {
    delete process.env.PNR_REPRODUCIBLE;
  }
});

test("outside a notebook, the plan and each run that ends are a line", async () => {
  const text = await printed(async () => {
    const sweep = liveSweep(() => 0);
    sweep.onBegin(begin);
    sweep.onProgress(momentOf(4, { ended: [failed] }));
    sweep.onEnd();
  });
  assert.equal(
    text,
    "Table 6: <ablations>: 14 runs, 3 of them done before, 2 at a time, about 1 min 35 s (estimated from 3 complete runs)\ntable6 Origin on sample, seed 2: failed",
  );
});
