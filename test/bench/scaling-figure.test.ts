import assert from "node:assert/strict";
import { it } from "node:test";
import type { ScalingPoint } from "./result";
import { growthOf } from "./scaling";
import { scalingFigure } from "./scaling-figure";
import { summarize } from "./statistics";

const point = (size: number, seconds: number, more: Partial<ScalingPoint> = {}): ScalingPoint => ({
  engine: "wasm",
  axis: "length",
  size,
  training: summarize([seconds, 2 * seconds, 3 * seconds]),
  inference: summarize([seconds]),
  ...more,
});
const failed: ScalingPoint = { engine: "wasm", axis: "length", size: 64, failure: "no memory" };
const points = [point(32, 4), point(8, 1), failed, point(16, 1), point(64, 9, { axis: "hidden" })];

it("fits the growth of the measured sizes in order, without failures", () => {
  const { overall, atEnd } = growthOf(
    points.filter(({ axis }) => axis === "length"),
    "training",
  );
  assert.ok(Math.abs(overall - 1) < 1e-12 && Math.abs(atEnd - 2) < 1e-12);
});

it("draws a line with intervals for each engine, measure and axis, in milliseconds", () => {
  const { data, layout } = scalingFigure(points, "a caption");
  assert.equal(data.length, 4);
  const [training, inference, width] = data as Record<string, unknown>[];
  assert.deepEqual(
    [training.x, training.y],
    [
      [8, 16, 32],
      [2000, 2000, 8000],
    ],
  );
  const bars = training.error_y as Record<string, unknown>;
  assert.deepEqual(
    [bars.array, bars.arrayminus],
    [
      [1000, 1000, 4000],
      [1000, 1000, 4000],
    ],
  );
  assert.deepEqual(inference.y, [1000, 1000, 4000]);
  assert.deepEqual([width.x, width.xaxis], [[64], "x2"]);
  assert.equal(training.name, "wasm, training step: length<sup>2.0</sup>");
  assert.match(JSON.stringify(layout), /a caption/);
});
