import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trace } from "../../src";
import { approachRows, entropyRows, headRows } from "../../src";

const half = Math.log(2);

/** Two tokens, one head, one layer; both proposals start at their token, and the layer moves their ends by one. */
function trace(weights: readonly number[], gold: Trace["gold"] = []): Trace {
  const state = (...locations: number[]) => ({
    locations: Float32Array.from(locations),
    probabilities: new Float32Array(4),
  });
  return {
    tokens: ["a", "b"],
    types: ["T"],
    prior: "on",
    gold,
    predicted: [
      { start: 0, end: 2, type: "T", probability: 0.9, proposal: 0 },
      { start: 1, end: 2, type: "T", probability: 0.8, proposal: 1 },
    ],
    states: [state(0, 0, 1, 1.5), state(0, 1, 1, 1.25)],
    layers: [
      {
        heads: 1,
        queries: new Float32Array(2),
        keys: new Float32Array(2),
        content: new Float32Array(4),
        logPrior: new Float32Array(4),
        weights: Float32Array.from(weights),
        center: Float32Array.from([1, 2, 0, 0.5]),
        precision: new Float32Array(8),
        headWeights: new Float32Array(4),
      },
    ],
    head: {
      center: new Float32Array(4),
      precision: new Float32Array(8),
      probabilities: new Float32Array(4),
      spans: new Float32Array(8),
    },
  };
}

test("approachRows: the distance of each state from correct predictions, by entity length", () => {
  const both = [
    { start: 0, end: 2, type: "T" },
    { start: 1, end: 2, type: "T" },
  ];
  assert.deepEqual(approachRows([trace([1, 0, 0, 1], both), trace([1, 0, 0, 1], both.slice(1))]), [
    { "entity length": "1", n: 2, proposer: 0.5, "layer 1": 0.25 },
    { "entity length": "2", n: 1, proposer: 1, "layer 1": 0 },
  ]);
  assert.deepEqual(approachRows([trace([1, 0, 0, 1])]), [], "nothing was right");
});

test("headRows: the prior's center relative to the proposal before the layer, and the entropy of attention", () => {
  // proposal 0 at (0, 0) has its center at (1, 2), proposal 1 at (1, 1.5) at (0, 0.5)
  assert.deepEqual(headRows([trace([0.5, 0.5, 0, 1])]), [
    { attention: "layer 1, head 1", "center − start": 0, "center − end": 0.5, "entropy, nats": half / 2 },
  ]);
});

test("entropyRows: a row per layer, a column per set, each sentence once", () => {
  const [row, ...others] = entropyRows({
    even: [trace([0.5, 0.5, 0.5, 0.5])],
    mixed: [trace([0.5, 0.5, 0.5, 0.5]), trace([1, 0, 0, 1])],
  });
  assert.deepEqual(others, []);
  assert.equal(row.layer, "layer 1");
  assert.ok(Math.abs(Number(row.even) - half) < 1e-6);
  assert.ok(Math.abs(Number(row.mixed) - half / 2) < 1e-6);
});
