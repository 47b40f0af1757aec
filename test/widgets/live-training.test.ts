import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { JSDOM } from "jsdom";
import type { BeginReport, StepReport } from "../../src/training/training-reports";
import { type LiveTraining, liveTraining } from "../../widgets/index";
import { ticksUpTo } from "../../widgets/live-training/chart";
import type { MimeBundle } from "../../widgets/shared/kernel-link";
import { fakeReports } from "./fake";
import { FakeKernel, printed, uninstallKernel } from "./fake-kernel";

afterEach(uninstallKernel);

const begin: BeginReport = {
  parameters: 10,
  trainedParameters: 10,
  sentences: 80,
  engine: "cpu",
  selection: "dev",
  resumedAfter: 0,
};

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

/** A kernel, the clock, and what its last display says. */
function notebook(): {
  kernel: FakeKernel;
  clock: { now: number };
  live: LiveTraining;
  text(): string[];
  page(): Document;
} {
  const kernel = new FakeKernel();
  kernel.install();
  const clock = { now: 1000 };
  const shown = (): MimeBundle => (kernel.shown.at(-1) ?? assert.fail("nothing is shown")).bundle;
  return {
    kernel,
    clock,
    live: liveTraining(() => clock.now),
    text: () => shown()["text/plain"].split("\n"),
    page: () => new JSDOM(shown()["text/html"]).window.document,
  };
}

test("in a notebook one display is updated, not more often than can be seen", async () => {
  const { kernel, clock, live } = notebook();
  assert.equal(live.signal, kernel.signal);
  live.onBegin(begin);
  for (let place = 1; place <= 10; place++) {
    live.onStep(step(1, place));
    clock.now += 100;
  }
  assert.equal(kernel.shown.length, 4); // at 0, 300, 600 and 900 ms
  live.onEpoch(fakeReports(2)[0]);
  live.onStep(step(2, 1));
  assert.equal(kernel.shown.length, 5);
  await live.onEnd();
  assert.equal(kernel.shown.length, 6);
  assert.deepEqual(
    kernel.shown.map(({ options }) => options?.update),
    [false, true, true, true, true, true],
  );
  assert.equal(new Set(kernel.shown.map(({ options }) => options?.id)).size, 1);
});

test("bar, line and curves say how far it is", () => {
  const { clock, live, text, page } = notebook();
  live.onBegin(begin);
  for (let place = 1; place <= 10; place++) live.onStep(step(1, place));
  live.onEpoch(fakeReports(2)[0]);
  clock.now += 1000;
  for (let place = 1; place <= 5; place++) {
    clock.now += 300;
    live.onStep(step(2, place));
  }
  assert.equal(page().querySelector("[role=progressbar]")?.getAttribute("aria-valuenow"), "75.0");
  const [loss, f1] = [...page().querySelectorAll("polyline")].map((line) =>
    line.getAttribute("points")?.split(" "),
  );
  assert.deepEqual([loss?.length, f1?.length], [15, 1]);
  assert.deepEqual(text(), [
    "epoch  1  loss    6.000  dev P  66.67  R  60.00  F1  63.16  best so far",
    "epoch 2/2, step 5/10 · loss 2.500 · best dev F1 63.16 % (epoch 1) · 40 sentences/s · 1 min 15 s left",
  ]);
  assert.match(page().querySelector("svg title")?.textContent ?? "", /^epoch {2}1 .*\nepoch 2\/2/);
});

test("what stays says how long it took, unless the same text is wanted every time", async () => {
  const ended = async (): Promise<string | undefined> => {
    const { clock, live, text } = notebook();
    live.onBegin(begin);
    live.onStep(step(2, 10));
    clock.now += 65_000;
    await live.onEnd();
    return text().at(-1);
  };
  assert.equal(await ended(), "2 epochs of 10 steps in 1 min 5 s · loss 2.500");
  process.env.PNR_REPRODUCIBLE = "1";
  try {
    assert.equal(await ended(), "2 epochs of 10 steps · loss 2.500");
  } finally {
    delete process.env.PNR_REPRODUCIBLE;
  }
});

test("what stays has a picture beside, for where HTML is not shown as it is; what is replaced has none", async () => {
  const { kernel, live } = notebook();
  live.onBegin(begin);
  for (let place = 1; place <= 10; place++) live.onStep(step(1, place));
  live.onEpoch(fakeReports(2)[0]);
  assert.ok(kernel.shown.every(({ bundle }) => !("image/png" in bundle)));
  await live.onEnd();
  const { bundle, options } = kernel.shown.at(-1) ?? assert.fail("nothing is shown");
  const png = Buffer.from(bundle["image/png"] ?? "", "base64");
  assert.deepEqual(options?.metadata, { "image/png": { width: 680 } });
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [680 * 1.5, 206 * 1.5]);
  assert.ok(png.length > 5000, "text and curves are drawn");
});

test("an interrupted run says so, and from where it can be gone on with", async () => {
  const { kernel, live, text, page } = notebook();
  live.onBegin(begin);
  live.onStep(step(1, 4));
  kernel.interrupt();
  assert.equal(text().at(-1), "epoch 1/2, step 4/10: stopping after this step · loss 5.000");
  live.onStep(step(1, 5));
  await live.onEnd(new Error("interrupted"));
  assert.equal(
    text().at(-1),
    "stopped after epoch 1/2, step 5/10 · loss 5.000 · training into the same folder goes on there",
  );
  assert.equal(page().querySelector("[role=progressbar]")?.getAttribute("aria-valuenow"), "25.0");
  const later = notebook();
  later.live.onBegin({ ...begin, resumedAfter: 1, resumedSteps: 2 });
  assert.equal(later.text().at(-1), "training goes on after step 2 of epoch 2 …");
  later.live.onStep(step(2, 3));
  await later.live.onEnd(new RangeError("out of memory"));
  assert.equal(
    later.text().at(-1),
    "failed after epoch 2/2, step 3/10 · loss 2.500 · training into the same folder goes on from what was saved last",
  );
});

test("the curves of a run that goes on begin where it began", () => {
  const { live, page, text } = notebook();
  const [earlier] = fakeReports(2);
  live.onBegin({ ...begin, resumedAfter: 1, earlier: [earlier] });
  live.onStep(step(2, 1));
  live.onEpoch({ ...fakeReports(2)[1], best: false });
  assert.match(
    text().at(-1)!,
    new RegExp(`best dev F1 ${earlier.dev!.overall.f1.toFixed(2)} % \\(epoch 1\\)`),
  );
  const titles = [...page().querySelectorAll("svg text")].map(({ textContent }) => textContent);
  assert.ok(
    titles.some((title) => /training loss/.test(title!)) && titles.some((title) => /F1 on dev/.test(title!)),
  );
  assert.equal(page().querySelectorAll("svg circle").length, 2, "both epochs");
});

test("a run that goes astray still shows how it came there", () => {
  const losses = [5, 4, 3, Number.NaN, Number.NaN];
  const { live, clock, page, text } = notebook();
  live.onBegin(begin);
  for (const [at, loss] of losses.entries()) {
    clock.now += 1000;
    live.onStep({ ...step(1, at + 1), loss });
  }
  const curve = page().querySelector("polyline")?.getAttribute("points") ?? "";
  assert.equal(curve.split(" ").length, 3);
  assert.doesNotMatch(page().body.innerHTML, /points="[^"]*NaN/);
  assert.match(text().at(-1) ?? "", / · loss NaN · /);
  const bar = page().querySelector("[role=progressbar]")?.getAttribute("style") ?? "";
  assert.match(bar, /forced-color-adjust:none/, "a page of forced colors would take the bar's away");
});

test("losses far from 1 are written with a power of ten, and their axis is not cut", () => {
  for (const [loss, said, tick] of [
    [6.9e13, "6.90e13", "8e13"],
    [3e-7, "3.00e-7", "3e-7"],
  ] as const) {
    const { live, clock, page, text } = notebook();
    live.onBegin(begin);
    for (const place of [1, 2]) {
      clock.now += 1000;
      live.onStep({ ...step(1, place), loss });
    }
    assert.match(text().at(-1) ?? "", new RegExp(` · loss ${said} · `));
    const labels = [...page().querySelectorAll("text[text-anchor=end]")].map(
      ({ textContent }) => textContent,
    );
    assert.equal(labels.at(-1), tick);
    assert.ok(
      labels.every((label) => (label ?? "").length <= 6),
      String(labels),
    );
  }
});

test("a run that ends before it begins shows nothing", async () => {
  const { kernel, live } = notebook();
  await live.onEnd(new Error("no such corpus"));
  assert.equal(kernel.shown.length, 0);
});

test("ticks are round and reach the highest value", () => {
  assert.deepEqual(ticksUpTo(4.2, 4), [0, 2, 4, 6]);
  assert.deepEqual(ticksUpTo(63.16, 4), [0, 20, 40, 60, 80]);
  assert.deepEqual(ticksUpTo(0.031, 4), [0, 0.01, 0.02, 0.03, 0.04]);
  assert.deepEqual(ticksUpTo(3, 6), [0, 0.5, 1, 1.5, 2, 2.5, 3]);
  assert.deepEqual(ticksUpTo(0, 4), [0, 1]);
  assert.deepEqual(ticksUpTo(Number.NaN, 4), [0, 1]);
});

test("elsewhere an epoch is a line", async () => {
  const text = await printed(() => {
    const { onBegin, onStep, onEpoch, onEnd } = liveTraining();
    onBegin(begin);
    for (const report of fakeReports(2)) {
      onStep(step(report.epoch, 1));
      onEpoch(report);
    }
    onEnd();
  });
  assert.equal(text.split("\n").length, 2);
  assert.match(text, /^epoch {2}1 .*\nepoch {2}2 /);
});
