import assert from "node:assert/strict";
import { test } from "node:test";
import { buildAttention } from "../../widgets/attention/build";
import { packAttention, select, unpackAttention } from "../../widgets/attention/data";
import type { Figure } from "../../widgets/shared/figure";
import { figureToPng, figureToSvg } from "../../widgets/shared/picture";
import { buildTrajectories } from "../../widgets/trajectories/build";
import { trajectories } from "../../widgets/trajectories/paths";
import { fakeTrace, kitchen } from "./fake";

const trace = fakeTrace(kitchen);

function attention(): Figure {
  const selection = select(trace);
  return buildAttention(unpackAttention(packAttention(trace, selection)), selection);
}

test("the same figure gives the same bytes, whatever was drawn in between", async () => {
  const first = await figureToPng(attention());
  await figureToPng(buildTrajectories(trajectories(trace)));
  assert.ok(first.equals(await figureToPng(attention())));
});

test("the picture has the figure's size at one and a half pixels a unit", async () => {
  const png = await figureToPng(attention());
  assert.equal(png.toString("latin1", 1, 4), "PNG");
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [980 * 1.5, 600 * 1.5]);
});

test("the figure as SVG holds every token, and nothing from elsewhere", async () => {
  const svg = await figureToSvg(attention());
  for (const token of kitchen.tokens) assert.ok(svg.includes(`>${token}<`), token);
  assert.doesNotMatch(svg, /(?:href|src)="?https?:/);
});

test("a figure stays what it was when it is drawn", async () => {
  const figure = attention();
  const before = JSON.stringify(figure);
  await figureToPng(figure);
  assert.equal(JSON.stringify(figure), before);
});

test("what lies far outside the shown part of a figure does no harm", async () => {
  const point = { type: "scatter", mode: "markers" };
  const far = { ...point, x: [0, 500], y: [0, 500] };
  const through = { ...point, x: [1], y: [1], marker: { size: [12], opacity: 0.5 } };
  const range = { range: [0, 2] };
  const layout = { width: 400, height: 300, xaxis: range, yaxis: range };
  const png = await figureToPng({ data: [far, through], layout });
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [600, 450]);
});

test("East Asian tokens, which the font lacks, are shown by their positions", async () => {
  const figure = (ticktext: string[]): Figure => ({
    data: [{ type: "bar", x: [0, 1], y: [1, 2] }],
    layout: { width: 300, height: 200, xaxis: { tickvals: [0, 1], ticktext } },
  });
  const [asian, positions, other] = await Promise.all(
    [
      ["北", "京"],
      ["0", "1"],
      ["a", "b"],
    ].map((labels) => figureToPng(figure(labels))),
  );
  assert.ok(asian.equals(positions));
  assert.ok(!asian.equals(other));
});
