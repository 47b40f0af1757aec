import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { attentionText, buildAttention } from "../../widgets/attention/build";
import {
  attentionRow,
  packAttention,
  type Selection,
  select,
  unpackAttention,
} from "../../widgets/attention/data";
import { ellipse } from "../../widgets/attention/ellipse";
import { fakeTrace, kitchen } from "./fake";

const trace = fakeTrace(kitchen);
const packed = packAttention(trace, select(trace));
const model = unpackAttention(JSON.parse(JSON.stringify(packed)));
const length = trace.tokens.length;

const selections: fc.Arbitrary<Selection> = fc.record({
  layer: fc.integer({ min: 1, max: 3 }),
  head: fc.oneof(fc.constant("mean" as const), fc.integer({ min: 1, max: 4 })),
  proposal: fc.nat(length - 1),
});

test("shown weights add up to 1, and shown sums are content plus prior", () => {
  fc.assert(
    fc.property(selections, (selection) => {
      const { content, logPrior, sum, weights } = attentionRow(model, selection);
      assert.ok(Math.abs(weights.reduce((total, weight) => total + weight, 0) - 1) < 1e-9);
      for (let token = 0; token < length; token++) assert.equal(sum[token], content[token] + logPrior[token]);
    }),
  );
});

test("what is shown is what the model computed, but for the precision it is sent at", () => {
  for (const [place, layer] of trace.layers.entries()) {
    for (let head = 0; head < layer.heads; head++) {
      for (let proposal = 0; proposal < length; proposal++) {
        const row = attentionRow(model, { layer: place + 1, head: head + 1, proposal });
        const from = (head * length + proposal) * length;
        for (let token = 0; token < length; token++) {
          assert.ok(Math.abs(row.weights[token] - layer.weights[from + token]) < 0.005);
          assert.ok(Math.abs(row.content[token] - layer.content[from + token]) < 0.005);
        }
      }
    }
  }
});

test("the mean of the heads is the mean of what each shows", () => {
  const heads = [1, 2, 3, 4].map((head) => attentionRow(model, { layer: 2, head, proposal: 3 }));
  const mean = attentionRow(model, { layer: 2, head: "mean", proposal: 3 });
  for (const part of ["content", "logPrior", "weights"] as const) {
    const wanted = heads.reduce((total, row) => total + row[part][5], 0) / heads.length;
    assert.ok(Math.abs(mean[part][5] - wanted) < 1e-12);
  }
});

test("a contour holds the points where the prior has that value", () => {
  const theta = [1.7, 0.4, 0.4, 0.6];
  const { x, y } = ellipse([3, 5], theta, 0.25);
  assert.equal(x.length, y.length);
  for (const [i, start] of x.entries()) {
    const [u, v] = [start - 3, y[i] - 5];
    const value = Math.exp(-(theta[0] * u * u + 2 * theta[1] * u * v + theta[3] * v * v));
    assert.ok(Math.abs(value - 0.25) < 1e-9);
  }
  assert.deepEqual(ellipse([3, 5], [1, 1, 1, 1], 0.25), { x: [], y: [] });
});

test("at first the likeliest entity's proposal is looked at, in the last layer", () => {
  const likeliest = trace.predicted.toSorted((a, b) => b.probability - a.probability)[0];
  assert.deepEqual(select(trace), { layer: 3, head: "mean", proposal: likeliest.proposal });
  assert.deepEqual(select(fakeTrace({ ...kitchen, predicted: [] })).proposal, 0);
});

test("a layer, head or proposal that there is not is refused", () => {
  assert.throws(
    () => select(trace, { layer: 4 }),
    new RangeError("layer 4 does not exist: this trace has layers 1 to 3"),
  );
  assert.throws(() => select(trace, { head: 0 }), /head 0 does not exist: this trace has heads 1 to 4/);
  assert.throws(
    () => select(trace, { proposal: length }),
    /proposal 20 does not exist: this trace has proposals 0 to 19/,
  );
});

const figure = buildAttention(model, { layer: 1, head: 2, proposal: 13 });

test("the four views share the tokens' axis and tell their true numbers on hover", () => {
  const bars = figure.data.filter(({ type }) => type === "bar");
  const row = attentionRow(model, { layer: 1, head: 2, proposal: 13 });
  assert.deepEqual(
    bars.map(({ name, xaxis, yaxis }) => [name, xaxis, yaxis]),
    [
      ["content", undefined, "y"],
      ["logPrior", undefined, "y2"],
      ["sum", undefined, "y3"],
      ["weights", undefined, "y4"],
    ],
  );
  const [content, logPrior, sum] = [row.content, row.logPrior, row.sum].map((part) => part[13].toFixed(3));
  const numbers = `content ${content}<br>+ log prior ${logPrior}<br>= sum ${sum}<br>weight ${row.weights[13].toFixed(4)}`;
  for (const { text, customdata } of bars) {
    assert.equal((text as string[])[13], `<b>13 crumble</b><br>${numbers}`);
    assert.equal((customdata as number[])[13], 13);
  }
  for (const { y } of bars) assert.ok((y as number[]).every((height) => height >= 0));
  assert.deepEqual(bars[3].y, [...row.weights]);
});

test("the plane shows gold, predictions, proposals, contours and centers where the trace has them", () => {
  const named = Object.fromEntries(figure.data.map((part) => [part.name, part]));
  assert.deepEqual(
    named.gold.x,
    kitchen.gold.map(({ start }) => start),
  );
  assert.deepEqual(
    named.gold.y,
    kitchen.gold.map(({ end }) => end - 1),
  );
  assert.deepEqual(
    named.predicted.y,
    kitchen.predicted.map(({ end }) => end - 1),
  );
  const { locations } = trace.states[0];
  assert.deepEqual(
    named.proposals.x,
    [...trace.tokens.keys()].map((token) => locations[2 * token]),
  );
  const center = trace.layers[0].center.subarray(2 * (length + 13), 2 * (length + 13) + 2);
  assert.deepEqual([named["center μ"].x, named["center μ"].y], [[center[0]], [center[1]]]);
  const moved = named["chosen, before → after"];
  assert.deepEqual(moved.x, [locations[26], trace.states[1].locations[26]]);
  assert.equal(figure.data.filter(({ legendgroup }) => legendgroup === "prior").length, 2);
});

test("without spatial modulation there is no contour", () => {
  const flat = fakeTrace({ ...kitchen, prior: false });
  const selection = select(flat);
  const { data } = buildAttention(unpackAttention(packAttention(flat, selection)), selection);
  assert.equal(data.filter(({ legendgroup }) => legendgroup === "prior").length, 0);
});

test("the text names the tokens that get most", () => {
  const lines = attentionText(model, { layer: 3, head: 1, proposal: 13 }).split("\n");
  assert.equal(lines[0], "Attention of proposal 13 (crumble), layer 3 of 3, head 1:");
  const weights = lines.slice(1).map((line) => Number(line.trim().split(" ")[0]));
  assert.equal(weights.length, 8);
  assert.deepEqual(
    weights,
    weights.toSorted((a, b) => b - a),
  );
});
