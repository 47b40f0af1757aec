import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { JSDOM } from "jsdom";
import type { StepReport } from "../../src/training/types";
import { liveTraining } from "../../widgets/index";
import { fakeReports } from "./fake";
import { FakeKernel, printed, uninstallKernel } from "./fake-kernel";

afterEach(uninstallKernel);

const step = (epoch: number, place: number): StepReport => ({
  epoch,
  epochs: 2,
  step: place,
  steps: 10,
  loss: 5 / epoch,
  learningRate: 1e-3,
  gradientNorm: 1,
  sentencesPerSecond: 40,
  secondsLeft: 75,
});

test("in a notebook one display is updated, not more often than can be seen", () => {
  const kernel = new FakeKernel();
  kernel.install();
  let now = 1000;
  const { onStep, onEpoch, done, signal } = liveTraining(() => now);
  assert.equal(signal, kernel.signal);
  for (let place = 1; place <= 10; place++) {
    onStep(step(1, place));
    now += 100;
  }
  assert.equal(kernel.shown.length, 4); // at 0, 300, 600 and 900 ms
  onEpoch(fakeReports(2)[0]);
  onStep(step(2, 1));
  assert.equal(kernel.shown.length, 5);
  done();
  assert.equal(kernel.shown.length, 6);
  assert.deepEqual(
    kernel.shown.map(({ options }) => options?.update),
    [false, true, true, true, true, true],
  );
  assert.equal(new Set(kernel.shown.map(({ options }) => options?.id)).size, 1);
});

test("bar, line and curves say how far it is", () => {
  const kernel = new FakeKernel();
  kernel.install();
  const { onStep, onEpoch, done } = liveTraining(() => 0);
  for (let place = 1; place <= 10; place++) onStep(step(1, place));
  onEpoch(fakeReports(2)[0]);
  for (let place = 1; place <= 5; place++) onStep(step(2, place));
  done();
  const { bundle } = kernel.shown.at(-1) ?? assert.fail();
  const { document } = new JSDOM(bundle["text/html"]).window;
  assert.equal(document.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow"), "75.0");
  const [loss, f1] = [...document.querySelectorAll("polyline")].map((line) =>
    line.getAttribute("points")?.split(" "),
  );
  assert.deepEqual([loss?.length, f1?.length], [15, 1]);
  assert.deepEqual(bundle["text/plain"].split("\n"), [
    "epoch 1  loss 6.0000  dev P 66.67  R 60.00  F1 63.16  3.3 s  best so far",
    "epoch 2/2, step 5/10 · loss 2.500 · dev F1 63.16 % · 40 sentences/s · 1 min 15 s left",
  ]);
});

test("elsewhere an epoch is a line", async () => {
  const text = await printed(() => {
    const { onStep, onEpoch } = liveTraining();
    for (const report of fakeReports(2)) {
      onStep(step(report.epoch, 1));
      onEpoch(report);
    }
  });
  assert.equal(text.split("\n").length, 2);
  assert.match(text, /^epoch 1 .*\nepoch 2 /);
});
