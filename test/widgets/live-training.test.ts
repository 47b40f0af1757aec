import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { JSDOM } from "jsdom";
import type { BeginReport, StepReport } from "../../src/training/training-reports";
import { type LiveTraining, liveTraining } from "../../widgets/index";
import { ticksUpTo } from "../../widgets/live-training/progress-drawing";
import type { MimeBundle } from "../../widgets/shared/kernel-link";
import { fakeReports } from "./fake";
import { FakeKernel, printed, uninstallKernel } from "./fake-kernel";

afterEach(uninstallKernel);

const begin: BeginReport = {
  seed: 7,
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

/** A kernel, its clock, and readers of its last display. */
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
  const lastBundle = (): MimeBundle => (kernel.displays.at(-1) ?? assert.fail("nothing is shown")).bundle;
  return {
    kernel,
    clock,
    live: liveTraining({ name: "- prior", now: () => clock.now }),
    text: () => lastBundle()["text/plain"].split("\n"),
    page: () => new JSDOM(lastBundle()["text/html"]).window.document,
  };
}

test("the panel names the run and its seed", () => {
  const { live, page } = notebook();
  live.onBegin(begin);
  assert.match(page().body.textContent ?? "", /^\s*- prior, seed 7/);
  assert.equal(
    page().querySelector("[role=group]")?.getAttribute("aria-label"),
    "training run: - prior, seed 7",
  );
  const unnamed = new FakeKernel();
  unnamed.install();
  liveTraining().onBegin(begin);
  assert.match(unnamed.displays.at(-1)?.bundle["text/html"] ?? "", />seed 7</);
});

test("updates one display in a notebook, a few times per second", async () => {
  const { kernel, clock, live } = notebook();
  assert.equal(live.signal, kernel.signal);
  live.onBegin(begin);
  for (let place = 1; place <= 10; place++) {
    live.onStep(step(1, place));
    clock.now += 100;
  }
  assert.equal(kernel.displays.length, 4); // at 0, 300, 600 and 900 ms
  live.onEpoch(fakeReports(2)[0]);
  live.onStep(step(2, 1));
  assert.equal(kernel.displays.length, 5);
  await live.onEnd();
  assert.equal(kernel.displays.length, 6);
  assert.deepEqual(
    kernel.displays.map(({ options }) => options?.update),
    [false, true, true, true, true, true],
  );
  assert.equal(new Set(kernel.displays.map(({ options }) => options?.id)).size, 1);
});

test("bar, text and charts show the progress", () => {
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

test("the final text contains the time, unless the output must be reproducible", async () => {
  const finalText = async (): Promise<string | undefined> => {
    const { clock, live, text } = notebook();
    live.onBegin(begin);
    live.onStep(step(2, 10));
    clock.now += 65_000;
    await live.onEnd();
    return text().at(-1);
  };
  assert.equal(await finalText(), "2 epochs of 10 steps in 1 min 5 s · loss 2.500");
  process.env.PNR_REPRODUCIBLE = "1";
  try {
    assert.equal(await finalText(), "2 epochs of 10 steps · loss 2.500");
  } finally {
    delete process.env.PNR_REPRODUCIBLE;
  }
});

test("only the final output includes a picture", async () => {
  const { kernel, live } = notebook();
  live.onBegin(begin);
  for (let place = 1; place <= 10; place++) live.onStep(step(1, place));
  live.onEpoch(fakeReports(2)[0]);
  assert.ok(kernel.displays.every(({ bundle }) => !("image/png" in bundle)));
  await live.onEnd();
  const { bundle, options } = kernel.displays.at(-1) ?? assert.fail("nothing is shown");
  const png = Buffer.from(bundle["image/png"] ?? "", "base64");
  assert.deepEqual(options?.metadata, { "image/png": { width: 680 } });
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [680 * 1.5, 206 * 1.5]);
  assert.ok(png.length > 5000, "text and curves are drawn");
});

test("an interrupted run says how to resume it", async () => {
  const { kernel, live, text, page } = notebook();
  live.onBegin(begin);
  live.onStep(step(1, 4));
  kernel.interrupt();
  assert.equal(text().at(-1), "epoch 1/2, step 4/10: stopping after this step · loss 5.000");
  live.onStep(step(1, 5));
  await live.onEnd(new Error("interrupted"));
  assert.equal(
    text().at(-1),
    "stopped after epoch 1/2, step 5/10 · loss 5.000 · train into the same folder to resume",
  );
  assert.equal(page().querySelector("[role=progressbar]")?.getAttribute("aria-valuenow"), "25.0");
  const later = notebook();
  later.live.onBegin({ ...begin, resumedAfter: 1, resumedSteps: 2 });
  assert.equal(later.text().at(-1), "training resumes after step 2 of epoch 2 …");
  later.live.onStep(step(2, 3));
  await later.live.onEnd(new RangeError("out of memory"));
  assert.equal(
    later.text().at(-1),
    "failed after epoch 2/2, step 3/10 · loss 2.500 · train into the same folder to resume from the last checkpoint",
  );
});

test("the charts of a resumed run include its earlier epochs", () => {
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

test("charts of a diverged run end at its last finite loss", () => {
  const losses = [5, 4, 3, Number.NaN, Number.NaN];
  const { live, clock, page, text } = notebook();
  live.onBegin(begin);
  for (const [index, loss] of losses.entries()) {
    clock.now += 1000;
    live.onStep({ ...step(1, index + 1), loss });
  }
  const curve = page().querySelector("polyline")?.getAttribute("points") ?? "";
  assert.equal(curve.split(" ").length, 3);
  assert.doesNotMatch(page().body.innerHTML, /points="[^"]*NaN/);
  assert.match(text().at(-1) ?? "", / · loss NaN · /);
  const bar = page().querySelector("[role=progressbar]")?.getAttribute("style") ?? "";
  assert.match(bar, /forced-color-adjust:none/, "forced colors would hide the bar");
});

test("very large and very small losses have exponents that fit the axis", () => {
  for (const [loss, expected, tick] of [
    [6.9e13, "6.90e13", "8e13"],
    [3e-7, "3.00e-7", "3e-7"],
  ] as const) {
    const { live, clock, page, text } = notebook();
    live.onBegin(begin);
    for (const place of [1, 2]) {
      clock.now += 1000;
      live.onStep({ ...step(1, place), loss });
    }
    assert.match(text().at(-1) ?? "", new RegExp(` · loss ${expected} · `));
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

test("a run that fails before it begins shows nothing", async () => {
  const { kernel, live } = notebook();
  await live.onEnd(new Error("no such corpus"));
  assert.equal(kernel.displays.length, 0);
});

test("ticks are round and reach the highest value", () => {
  assert.deepEqual(ticksUpTo(4.2, 4), [0, 2, 4, 6]);
  assert.deepEqual(ticksUpTo(63.16, 4), [0, 20, 40, 60, 80]);
  assert.deepEqual(ticksUpTo(0.031, 4), [0, 0.01, 0.02, 0.03, 0.04]);
  assert.deepEqual(ticksUpTo(3, 6), [0, 0.5, 1, 1.5, 2, 2.5, 3]);
  assert.deepEqual(ticksUpTo(0, 4), [0, 1]);
  assert.deepEqual(ticksUpTo(Number.NaN, 4), [0, 1]);
});

test("prints one line per epoch outside a notebook", async () => {
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
