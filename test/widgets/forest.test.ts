import assert from "node:assert/strict";
import { test } from "node:test";
import type { Difference, DifferenceResults } from "../../src/experiments/difference-types";
import { type ForestPlotOptions, forestPlot } from "../../widgets/forest/forest";
import type { Label, Path, Rect, Scene } from "../../widgets/shared/scene";
import { dark, light, type Theme } from "../../widgets/shared/theme";
import { walk } from "./walk";

const tested: Pick<Difference, "corpus" | "pEquivalent" | "seeds"> = {
  corpus: "a",
  pEquivalent: 0.4,
  seeds: 5,
};
const results: DifferenceResults = {
  title: "Table 6: ablations",
  reference: "Origin",
  smallestEffect: 0.5,
  level: 0.95,
  note: "Runs of the scale sample decide nothing about the paper.",
  differences: [
    {
      ...tested,
      setting: "- backward",
      estimate: -2,
      interval: { low: -3, high: -1 },
      p: 0.0004,
      outcome: "worse",
    },
    {
      ...tested,
      setting: "- prior",
      estimate: 0.1,
      interval: { low: -0.2, high: 0.4 },
      p: 0.62,
      outcome: "equivalent",
    },
    {
      ...tested,
      setting: "- gate",
      estimate: 1,
      interval: { low: -1, high: 3 },
      p: 0.3,
      outcome: "undecided",
    },
    {
      ...tested,
      setting: "- loss",
      estimate: 1.5,
      interval: null,
      p: null,
      pEquivalent: null,
      outcome: "too few seeds",
      seeds: 2,
    },
  ],
};

function sceneOf(options: ForestPlotOptions = {}, theme: Theme = light, width = 1366, of = results): Scene {
  const { widget, packed, state } = forestPlot(of, options);
  const [part] = widget.build(widget.open(packed), state, theme, width);
  return "scene" in part ? part.scene : assert.fail();
}

const labels = ({ marks }: Scene): Label[] => marks.filter((mark): mark is Label => mark.mark === "text");
const textsOf = (scene: Scene): string[] => labels(scene).map(({ text }) => text);

/** The row of each setting, from its tooltip. */
const rowsOf = ({ marks }: Scene): Rect[] =>
  marks.filter((mark): mark is Rect => mark.mark === "rect" && mark.title !== undefined);

/** Reads a position on the axis from the labels of its ticks. */
function valueAt(scene: Scene, x: number): number {
  const ticks = labels(scene).filter(({ text, anchor }) => anchor === "middle" && /^[+−]?[\d.]+$/.test(text));
  const [first, last] = [ticks[0], ticks[ticks.length - 1]];
  const number = ({ text }: Label): number => Number(text.replace("−", "-"));
  return number(first) + ((x - first.x) / (last.x - first.x)) * (number(last) - number(first));
}

test("the first line counts what the comparisons show, and the note follows", () => {
  const texts = textsOf(sceneOf());
  assert.equal(
    texts[0],
    "Of 4 comparisons with “Origin”, 1 is worse, 1 is equivalent (less than 0.5 F1 apart), 1 is undecided, 1 is without enough seeds.",
  );
  assert.equal(texts[1], results.note);
  const { widget, packed, state } = forestPlot(results);
  assert.deepEqual(widget.text(packed, state).split("\n"), [
    texts[0],
    texts[1],
    "- backward: −2.00 F1, −3.00 to −1.00, p < 0.001; worse (5 seeds)",
    "- prior: +0.10 F1, −0.20 to +0.40, p 0.620; equivalent (5 seeds)",
    "- gate: +1.00 F1, −1.00 to +3.00, p 0.300; undecided (5 seeds)",
    "- loss: +1.50 F1; too few seeds (2 seeds)",
  ]);
});

test("intervals, estimates and the band of the smallest effect are at their values on the axis", () => {
  for (const width of [900, 360]) {
    const scene = sceneOf({}, light, width);
    const rows = rowsOf(scene);
    assert.equal(rows.length, 4);
    for (const [i, { estimate, interval }] of results.differences.entries()) {
      const inRow = (y: number): boolean => y > rows[i].y && y < rows[i].y + rows[i].height;
      const box = scene.marks.find(
        (mark): mark is Rect => mark.mark === "rect" && mark.width === 9 && inRow(mark.y),
      );
      assert.ok(box && Math.abs(valueAt(scene, box.x + box.width / 2) - estimate) < 0.02);
      const lines = scene.marks.filter(
        (mark): mark is Path => mark.mark === "path" && mark.strokeWidth === 2,
      );
      const line = lines.find(({ d }) => inRow(Number(/,([\d.]+)/.exec(d)?.[1])));
      const [, low, high] = /^M([\d.]+),[\d.]+ H([\d.]+)/.exec(line?.d ?? "") ?? [];
      assert.equal(line !== undefined, interval !== null);
      if (!interval) continue;
      assert.ok(Math.abs(valueAt(scene, Number(low)) - interval.low) < 0.02);
      assert.ok(Math.abs(valueAt(scene, Number(high)) - interval.high) < 0.02);
    }
    const band = scene.marks.find((mark): mark is Rect => mark.mark === "rect" && mark.fill === light.grid);
    assert.ok(band && Math.abs(valueAt(scene, band.x) + 0.5) < 0.02);
    assert.ok(Math.abs(valueAt(scene, band.x + band.width) - 0.5) < 0.02);
  }
});

test("decided differences are filled squares, undecided ones open circles", () => {
  const boxes = sceneOf().marks.filter((mark): mark is Rect => mark.mark === "rect" && mark.width === 9);
  assert.deepEqual(
    boxes.map(({ fill, radius }) => [fill, radius !== undefined]),
    [
      [light.wrong, false],
      [light.series[0], false],
      [light.paper, true],
      [light.paper, true],
    ],
  );
});

test("nothing is wider than the page, and texts do not leave it", () => {
  for (const width of [1366, 800, 360]) {
    const scene = sceneOf({}, light, width);
    assert.equal(scene.width, width);
    for (const { x, text, anchor } of labels(scene)) {
      assert.ok(x >= 0 && x <= width, text);
      assert.ok(anchor !== undefined || x + 6 * text.length < width + 40, `${text} at ${width}`);
    }
  }
});

test("a long name is shortened, so that the intervals keep their place", () => {
  const name = "training.batching=similarLength ".repeat(8);
  const long = { ...results, differences: [{ ...results.differences[0], setting: name }] };
  for (const width of [900, 360]) {
    const scene = sceneOf({}, light, width, long);
    const label = labels(scene).find(({ text }) => text.startsWith("training")) ?? assert.fail();
    assert.ok(label.text.endsWith("…") && label.text.length < 60);
    assert.ok(rowsOf(scene)[0].title?.startsWith(name));
    const box = scene.marks.find((mark): mark is Rect => mark.mark === "rect" && mark.width === 9);
    assert.ok(box && Math.abs(valueAt(scene, box.x + box.width / 2) + 2) < 0.02);
    assert.ok(width < 640 || box.x > 0.3 * width);
  }
});

test("rows can be sorted by difference and limited to corpora", () => {
  const names = (options: ForestPlotOptions, of = results): string[] =>
    rowsOf(sceneOf(options, light, 900, of)).map(({ title }) => String(title).split(",")[0]);
  assert.deepEqual(names({ order: "difference" }), ["- backward", "- prior", "- gate", "- loss"]);
  const two = {
    ...results,
    differences: [...results.differences, { ...results.differences[0], corpus: "b", estimate: 4 }],
  };
  assert.deepEqual(names({ order: "difference" }, two).at(-1), "- backward (b)");
  assert.deepEqual(names({ corpora: ["b"] }, two), ["- backward"]);
  assert.throws(() => forestPlot(two, { corpora: ["c"] }), /corpora: "c" does not exist; there are a, b/);
  walk(forestPlot(two));
  walk(forestPlot({ ...results, differences: [] }));
});

test("the table has the numbers", () => {
  const { widget, packed, state } = forestPlot(results);
  const { columns } = widget.table(packed, state);
  assert.deepEqual(
    Object.values(columns).map((column) => column[0]),
    ["- backward", "Origin", "a", -2, -3, -1, 0.0004, 0.4, "worse", 5],
  );
  assert.deepEqual([columns.low[3], columns.p_holm[3]], [null, null]);
});

test("corpus text is never markup, and colors come from the theme", () => {
  const json = JSON.stringify(sceneOf({}, dark));
  for (const color of [light.wrong, light.ink, light.grid]) assert.ok(!json.includes(color));
});
