import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { JSDOM } from "jsdom";
import {
  showAttention,
  showScoresByLength,
  showSentence,
  showTable,
  showTrainingCurves,
  showTrajectories,
} from "../../widgets/index";
import { fakeReports, fakeScores, fakeTrace, kitchen } from "./fake";
import { FakeKernel, printed, skipPictures, uninstallKernel } from "./fake-kernel";

const trace = fakeTrace(kitchen);

afterEach(uninstallKernel);

test("prints text descriptions outside a notebook", async () => {
  assert.match(await printed(() => showAttention(trace)), /^Attention of proposal/);
  assert.match(await printed(() => showTrajectories(trace)), /^✓ \(1, 2, person\) ← /);
  assert.match(await printed(() => showTrainingCurves(fakeReports(2))), /^epoch 1 {2}loss 6/);
  assert.match(
    await printed(() => showScoresByLength([{ name: "run", scores: fakeScores(0) }])),
    /^run {2}length 1 /,
  );
  assert.match(await printed(() => showSentence({ tokens: ["a"], entities: [] })), /^a$/);
  assert.match(await printed(() => showTable([{ a: 1 }])), /^a\n-\n1$/);
});

test("a display is one bundle of HTML with the static picture inside, PNG and text", async () => {
  const kernel = new FakeKernel();
  kernel.install();
  await showAttention(trace);
  const { bundle, options } = kernel.displays.at(-1) ?? assert.fail("nothing was shown");
  assert.deepEqual(Object.keys(bundle).sort(), ["image/png", "text/html", "text/plain"]);
  assert.deepEqual(options?.metadata, { "image/png": { width: 900 } });
  const { document } = new JSDOM(bundle["text/html"]).window;
  const image = document.querySelector("div img");
  assert.equal(image?.getAttribute("src"), `data:image/png;base64,${bundle["image/png"]}`);
  assert.equal(image?.getAttribute("alt"), bundle["text/plain"]);
  const [request] = /\{.*\}/s.exec(document.querySelector("script")?.textContent ?? "") ?? [""];
  assert.equal(JSON.parse(request).id, document.querySelector("div")?.id);
});

test("in Deno's notebooks, a display follows the standard protocol and brings its code", async () => {
  const values: Record<symbol, () => Record<string, string>>[] = [];
  const jupyter = { display: async (value: (typeof values)[number]) => void values.push(value) };
  Object.defineProperty(globalThis, "Deno", { value: { jupyter }, configurable: true });
  try {
    await showTable([{ a: 1 }]);
  } finally {
    Reflect.deleteProperty(globalThis, "Deno");
  }
  const [bundle] = values.map((value) => value[Symbol.for("Jupyter.display")]());
  assert.deepEqual(Object.keys(bundle).sort(), ["image/png", "text/html", "text/plain"]);
  const { document } = new JSDOM(bundle["text/html"]).window;
  assert.equal(document.querySelectorAll("script").length, 2);
  assert.match(document.querySelector("table")?.textContent ?? "", /a\s*1/);
  assert.equal(await printed(() => showTable([{ a: 1 }])), "a\n-\n1");
});

test("embeds the runtime once, before the first widget, and again only with the same cell", async ({
  mock,
}) => {
  skipPictures(mock);
  const kernel = new FakeKernel();
  kernel.install();
  const runtimes = (): number =>
    kernel.displays.filter(({ bundle }) => bundle["text/html"].includes("document.currentScript")).length;
  const show = async (cell: string, execution: number): Promise<number> => {
    Object.assign(kernel, { cell, execution, displays: [] });
    await showTrainingCurves(fakeReports(2));
    await showTrainingCurves(fakeReports(3));
    return runtimes();
  };
  await show("first", 1);
  assert.equal(await show("other cell", 2), 0);
  assert.equal(await show("first", 3), 1);
  assert.equal(await show("first", 4), 1);
  assert.equal(await show("other cell", 5), 0);
});

test("hostile tokens neither end the script nor become elements", async ({ mock }) => {
  skipPictures(mock);
  const kernel = new FakeKernel();
  kernel.install();
  const hostile = "</script><img src=x onerror=alert(1)>";
  const tokens = [hostile, "b"];
  await showAttention(fakeTrace({ tokens, gold: [], predicted: [{ start: 0, end: 2, type: "dish" }] }));
  await showTrajectories(fakeTrace({ tokens, gold: [], predicted: [{ start: 0, end: 2, type: hostile }] }));
  for (const { bundle } of kernel.displays.slice(-2)) {
    const { document } = new JSDOM(bundle["text/html"]).window;
    assert.equal(document.querySelectorAll("[onerror]").length, 0);
    assert.equal(document.querySelectorAll("script").length, 1);
  }
});

test("the same displays have the same bytes", () => {
  const code = `
    const shown = [];
    globalThis[Symbol.for("pnr.kernel")] = { cell: "1", execution: 1, display: (bundle) => shown.push(bundle) };
    const { showTrainingCurves } = require(${JSON.stringify(join(__dirname, "../../widgets/index"))});
    const { fakeReports } = require(${JSON.stringify(join(__dirname, "fake"))});
    showTrainingCurves(fakeReports(2)).then(() => process.stdout.write(JSON.stringify(shown)));`;
  const [first, second] = [0, 1].map(() => spawnSync(process.execPath, ["-e", code], { maxBuffer: 1e8 }));
  assert.ok(first.stdout.length > 500_000, first.stderr.toString());
  assert.ok(first.stdout.equals(second.stdout));
});

test("a notebook contains the model of a widget once, and again when the cell that holds it has run again", async ({
  mock,
}) => {
  skipPictures(mock);
  const bytes = new TextEncoder().encode("x");
  const traced: unknown[] = [];
  const model = {
    trace: async (text: string, intervention: object = {}) => {
      traced.push([text, intervention]);
      return fakeTrace(kitchen);
    },
    pageParts: () => ({
      engine: {
        engine: new TextEncoder().encode("var a;export{a as b};"),
        tfjs: bytes,
        relaxed: bytes,
        basic: bytes,
        notices: bytes,
      },
      model: { description: "{}", weights: bytes },
    }),
  };
  const kernel = new FakeKernel();
  kernel.install();
  const parts = () =>
    kernel.displays.filter(({ bundle }) => bundle["text/html"].includes("window.pnrParts")).splice(0);
  const requestOf = (html: string) => {
    const { document } = new JSDOM(html).window;
    const [request] = /\{.*\}/s.exec(document.querySelector("script")?.textContent ?? "") ?? [""];
    return JSON.parse(request);
  };
  await showAttention(trace, { model });
  await showTrajectories(trace, { model });
  assert.equal(parts().length, 2);
  for (const { options } of parts()) assert.deepEqual(options?.metadata, { pnr: "runtime" });
  const { another } = requestOf(kernel.displays.at(-1)!.bundle["text/html"]);
  assert.deepEqual(Object.keys(another), ["text", "model"]);
  for (const name of Object.values<string>(another.model))
    assert.ok(parts().some(({ bundle }) => bundle["text/html"].startsWith(`<script>window.${name} = {`)));
  kernel.execution = 2;
  kernel.address = { kernel: "k" };
  await showAttention({ ...trace, prior: "off" }, { model });
  assert.equal(parts().length, 4);
  const { question } = requestOf(kernel.displays.at(-1)!.bundle["text/html"]).another;
  await kernel.answers.get(question)!({ text: "a word", state: {} } as never);
  assert.deepEqual(traced[0], ["a word", { prior: "off" }]);
});
