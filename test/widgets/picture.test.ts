import assert from "node:assert/strict";
import { test } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import { attention as attentionOf } from "../../widgets/attention/attention";
import { figureWidth, plain } from "../../widgets/shared/figure";
import { picturePng, pictureSvg } from "../../widgets/shared/picture";
import { light } from "../../widgets/shared/theme";
import type { Part } from "../../widgets/shared/widget";
import { trajectories } from "../../widgets/trajectories/trajectories";
import { fakeTrace, kitchen } from "./fake";

const trace = fakeTrace(kitchen);

function attention(): Part[] {
  const { widget, packed, state } = attentionOf(trace);
  return [...widget.build(widget.open(packed), state, light)];
}

function heightOf(part: Part): number {
  assert.ok(!("grid" in part));
  return "scene" in part ? part.scene.height : part.figure.layout.height;
}

/** Colors of all pixels of a picture. */
function pixelsOf(png: Buffer): string[] {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const image = `<image width="${width}" height="${height}" href="data:image/png;base64,${png.toString("base64")}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${image}</svg>`;
  const { pixels } = new Resvg(svg).render();
  return Array.from({ length: width * height }, (_, at) =>
    [...pixels.subarray(4 * at, 4 * at + 3)].join(","),
  );
}

test("the bytes of a picture do not depend on pictures drawn before", async () => {
  const first = await picturePng(attention());
  const { widget, packed, state } = trajectories(trace);
  await picturePng(widget.build(widget.open(packed), state, light));
  assert.ok(first.equals(await picturePng(attention())));
});

test("the picture has one and a half pixels per CSS pixel", async () => {
  const png = await picturePng(attention());
  assert.equal(png.toString("latin1", 1, 4), "PNG");
  const heights = attention().map(heightOf);
  const height = heights.reduce((sum, one) => sum + one, 10 * (heights.length - 1));
  assert.deepEqual(
    [png.readUInt32BE(16), png.readUInt32BE(20)],
    [figureWidth * 1.5, Math.ceil(height * 1.5)],
  );
});

test("the SVG contains every token and loads nothing", async () => {
  const { source: svg } = await pictureSvg(attention());
  for (const token of kitchen.tokens) assert.ok(svg.includes(`>${token}</text>`), token);
  assert.doesNotMatch(svg, /(?:href|src)="?https?:/);
});

test("drawing does not change a figure", async () => {
  const parts = attention();
  const before = JSON.stringify(parts);
  await picturePng(parts);
  assert.equal(JSON.stringify(parts), before);
});

test("draws a figure with points far outside the shown range", async () => {
  const point = { type: "scatter", mode: "markers" };
  const far = { ...point, x: [0, 500], y: [0, 500] };
  const through = { ...point, x: [1], y: [1], marker: { size: [12], opacity: 0.5 } };
  const range = { range: [0, 2] };
  const layout = { width: 400, height: 300, xaxis: range, yaxis: range };
  const png = await picturePng([{ figure: { data: [far, through], layout } }]);
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [600, 450]);
});

test("draws a figure with a line far past both sides", async () => {
  const line = { type: "line", x0: -40, y0: -40, x1: 300, y1: 300 };
  const layout = {
    width: 400,
    height: 300,
    xaxis: { range: [0, 2] },
    yaxis: { range: [0, 2] },
    shapes: [line],
  };
  const figure = { data: [{ type: "scatter", mode: "markers", x: [1], y: [1] }], layout };
  assert.ok((await picturePng([{ figure }])).length > 0);
});

test("the cells of a heat map are sharp", async () => {
  const axis = { range: [-0.5, 1.5], visible: false };
  const layout = { width: 40, height: 40, margin: { l: 0, r: 0, t: 0, b: 0 }, xaxis: axis, yaxis: axis };
  const colorscale = [
    [0, "#ff0000"],
    [1, "#0000ff"],
  ];
  const z = [
    [0, 1],
    [1, 1],
  ];
  const data = [{ type: "heatmap", z, colorscale, showscale: false }];
  const pixels = pixelsOf(await picturePng([{ figure: { data, layout } }]));
  const share = (color: string): number => pixels.filter((one) => one === color).length / pixels.length;
  assert.deepEqual([share("255,0,0"), share("0,0,255")], [0.25, 0.75]);
});

test("East Asian characters are drawn with distinct shapes", async () => {
  const scene = (text: string): Part => ({
    scene: {
      width: 200,
      height: 40,
      marks: [{ mark: "text", x: 5, y: 25, text, color: "#000000", size: 20 }],
    },
  });
  const [one, other, none] = await Promise.all(["北京", "上海", ""].map((text) => picturePng([scene(text)])));
  assert.ok(!one.equals(other));
  assert.ok(!one.equals(none));
});

test("characters that SVG cannot hold are replaced", async () => {
  for (const strange of ["\u0000", "\u0001", "\u009f", "\ud800", "\ufffe"]) {
    const text = `a${strange}b`;
    const label = { mark: "text" as const, x: 5, y: 25, text, color: "#000000", size: 20 };
    const scene = { width: 200, height: 40, marks: [label] };
    const grid = { head: [[{ text }]], rows: [], align: ["left"] as const };
    const annotations = [{ text: plain(text), x: 0.5, y: 0.5, showarrow: false }];
    const figure = { data: [], layout: { width: 200, height: 100, annotations } };
    const parts = [{ scene }, { grid }, { figure }];
    const { source } = await pictureSvg(parts);
    assert.ok(source.split("a\ufffdb").length > 3, JSON.stringify(text));
    assert.ok((await picturePng(parts)).length > 0);
  }
  assert.equal(plain("a\tb\n"), "a\tb\n");
});

test("dollar signs are text, not formulas", async () => {
  const text = "$x^2$ for $5";
  const annotations = [{ text: plain(text), x: 0.5, y: 0.5, showarrow: false }];
  const messages: unknown[] = [];
  const warn = console.trace;
  console.trace = (...all: unknown[]) => messages.push(all);
  const { source } = await pictureSvg([
    { figure: { data: [], layout: { width: 200, height: 100, annotations } } },
  ]);
  console.trace = warn;
  assert.deepEqual(messages, [], "plotly does not ask for MathJax");
  assert.ok(source.includes(text));
});

test("parts are stacked in one picture", async () => {
  const figure = { data: [], layout: { width: 900, height: 600 } };
  const scene = { width: 1200, height: 50, marks: [] };
  const grid = { head: [[{ text: "a" }]], rows: [[{ text: "<b>" }]], align: ["left"] as const };
  const svg = await pictureSvg([{ figure }, { scene }, { figure }, { grid }]);
  assert.equal(svg.width, 1200);
  assert.equal(svg.height, 600 + 10 + 50 + 10 + 600 + 10 + 52);
  assert.match(svg.source, /&lt;b&gt;/);
  const ids = [...svg.source.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
});
