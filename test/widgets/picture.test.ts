import assert from "node:assert/strict";
import { test } from "node:test";
import { buildAttention } from "../../widgets/attention/build";
import { packAttention, select, unpackAttention } from "../../widgets/attention/data";
import { type Figure, plain } from "../../widgets/shared/figure";
import { picturePng, pictureSvg } from "../../widgets/shared/picture";
import { light } from "../../widgets/shared/theme";
import type { Part } from "../../widgets/shared/widget";
import { trajectories } from "../../widgets/trajectories/show";
import { fakeTrace, kitchen } from "./fake";

const trace = fakeTrace(kitchen);

function attention(): Figure {
  const selection = select(trace);
  return buildAttention(unpackAttention(packAttention(trace, selection)), selection);
}

test("the same figure gives the same bytes, whatever was drawn in between", async () => {
  const first = await picturePng([{ figure: attention() }]);
  const { widget, packed, state } = trajectories(trace);
  await picturePng(widget.build(widget.open(packed), state, light));
  assert.ok(first.equals(await picturePng([{ figure: attention() }])));
});

test("the picture has the figure's size at one and a half pixels a unit", async () => {
  const png = await picturePng([{ figure: attention() }]);
  assert.equal(png.toString("latin1", 1, 4), "PNG");
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [980 * 1.5, 600 * 1.5]);
});

test("the figure as SVG holds every token, and nothing from elsewhere", async () => {
  const { source: svg } = await pictureSvg([{ figure: attention() }]);
  for (const token of kitchen.tokens) assert.ok(svg.includes(`>${token}<`), token);
  assert.doesNotMatch(svg, /(?:href|src)="?https?:/);
});

test("a figure stays what it was when it is drawn", async () => {
  const figure = attention();
  const before = JSON.stringify(figure);
  await picturePng([{ figure }]);
  assert.equal(JSON.stringify(figure), before);
});

test("what lies far outside the shown part of a figure does no harm", async () => {
  const point = { type: "scatter", mode: "markers" };
  const far = { ...point, x: [0, 500], y: [0, 500] };
  const through = { ...point, x: [1], y: [1], marker: { size: [12], opacity: 0.5 } };
  const range = { range: [0, 2] };
  const layout = { width: 400, height: 300, xaxis: range, yaxis: range };
  const png = await picturePng([{ figure: { data: [far, through], layout } }]);
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [600, 450]);
});

test("nor does a line that leads far out on both sides", async () => {
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

test("East Asian characters are drawn as themselves, each with its own shape", async () => {
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

test("a character that SVG cannot hold becomes a sign, and the rest is drawn", async () => {
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

test("parts stand one below the other, in one picture", async () => {
  const figure = attention();
  const scene = { width: 1200, height: 50, marks: [] };
  const grid = { head: [[{ text: "a" }]], rows: [[{ text: "<b>" }]], align: ["left"] as const };
  const svg = await pictureSvg([{ figure }, { scene }, { figure }, { grid }]);
  assert.equal(svg.width, 1200);
  assert.equal(svg.height, 600 + 10 + 50 + 10 + 600 + 10 + 52);
  assert.match(svg.source, /&lt;b&gt;/);
  const ids = [...svg.source.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
});
