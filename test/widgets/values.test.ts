import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { type Showing, selfShowing, tableShowing } from "../../src/base/self-showing";
import type { SweepResults } from "../../src/experiments/sweep-types";
import { sentences, showValue } from "../../widgets/index";
import { light } from "../../widgets/shared/theme";
import { fakeScores, fakeTrace, kitchen } from "./fake";
import { FakeKernel, printed, uninstallKernel } from "./fake-kernel";
import { fakeAblation, fakeLayers } from "./fake-sweep";

afterEach(uninstallKernel);

const tokens = ["Ada", "of", "Little", "Harbor"];
const predicted = [{ start: 2, end: 4, type: "place", probability: 0.5 }];

const showingValue = (kind: Showing["kind"], content: unknown): object =>
  selfShowing(() => ({ kind, content: () => content, text: () => "" }))({});

test("a value is shown as its widget, and another one is left to the kernel", async () => {
  const kernel = new FakeKernel();
  kernel.install();
  const values: Record<string, object> = {
    sentence: showingValue("sentences", [{ tokens, predicted }]),
    sentences: showingValue("sentences", [{ tokens, predicted }, { tokens }]),
    evaluation: showingValue("evaluation", { scores: fakeScores(0) }),
    trajectories: showingValue("trace", fakeTrace(kitchen)),
    table: selfShowing(() => tableShowing("caption", () => [{ a: 1 }]))({}),
  };
  for (const [kind, value] of Object.entries(values)) {
    assert.equal(await showValue(value), true);
    const html = kernel.displays.at(-1)?.bundle["text/html"] ?? "";
    assert.ok(html.includes(`"kind":"${kind}"`), kind);
  }
  const { length } = kernel.displays;
  for (const other of [1, "text", null, undefined, {}, [], { [Symbol.for("pnr.showing")]: 1 }])
    assert.equal(await showValue(other), false);
  assert.equal(kernel.displays.length, length);
});

test("a sweep is shown as curves over a number, and as a table of F1 over other settings", async () => {
  const kernel = new FakeKernel();
  kernel.install();
  const textOf = async (results: SweepResults): Promise<string> => {
    await showValue(showingValue("sweep", results));
    return kernel.displays.at(-1)?.bundle["text/plain"] ?? "";
  };
  assert.match(await textOf(fakeLayers()), /^Figure 5: F1 on sample by regressor layers\n/);
  const { corpora, settings, runs, ...ablation } = fakeAblation();
  const some = (count: number): SweepResults => {
    const names = settings.slice(0, count).map(({ name }) => name);
    const isIncluded = ({ setting, corpus }: { setting: string; corpus: string }): boolean =>
      names.includes(setting) && corpus === "sample";
    return {
      ...ablation,
      corpora: corpora.slice(0, 1),
      settings: settings.slice(0, count),
      runs: runs.filter(isIncluded),
      intervals: ablation.intervals?.filter(isIncluded),
    };
  };
  assert.doesNotMatch(await textOf(some(2)), /recall/);
  assert.match(await textOf(some(1)), /recall/);
});

test("outside a notebook, a value prints the text of its widget", async () => {
  const value = showingValue("sentences", [{ tokens, predicted }]);
  const text = await printed(async () => void (await showValue(value)));
  assert.match(text, /^Ada of Little Harbor\n.*the last one is included\n.*2–3 +place 0\.50: Little Harbor$/);
});

test("in another kernel, a value's method of the standard protocol returns its widget with the code", async () => {
  const value = showingValue("sentences", [{ tokens, predicted }]) as Record<symbol, () => Promise<object>>;
  const bundle = (await value[Symbol.for("Jupyter.display")]()) as Record<string, string>;
  assert.deepEqual(Object.keys(bundle).sort(), ["image/png", "text/html", "text/plain"]);
  assert.match(bundle["text/plain"], /^Ada of Little Harbor\n/);
  assert.match(bundle["text/html"], /^<script>.*"kind":"sentence"/s);
});

test("several sentences are shown ten to a page, with probabilities on their brackets", () => {
  const many = Array.from({ length: 23 }, () => ({ tokens, predicted }));
  const { widget, packed, state } = sentences(many);
  const data = widget.open(packed);
  const view = widget.view ?? assert.fail();
  assert.equal(widget.build(data, state, light).length, 10);
  assert.equal(widget.title(data, state), "1–10 of 23 sentences with their entities");
  const last = view.change(data, state, "page", 3);
  assert.equal(widget.build(data, last, light).length, 3);
  assert.equal(widget.title(data, last), "21–23 of 23 sentences with their entities");
  const drawing = JSON.stringify(widget.build(data, last, light));
  assert.match(drawing, /"place 0\.50"/);
  assert.match(drawing, /"size":\d+,"anchor":"middle"/, "positions are shown");
  assert.ok(
    !JSON.stringify(widget.build(data, view.change(data, last, "positions", false), light)).includes(
      '"middle"',
    ),
  );
  const { columns } = widget.table(data, state);
  assert.deepEqual(columns.sentence, [...many.keys()]);
  assert.deepEqual(
    columns.last,
    many.map(() => 3),
  );
  assert.throws(() => sentences([]), RangeError);
});
