import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trace } from "../../src/model/trace-types";
import { buildTrajectories } from "../../widgets/trajectories/build";
import { trajectories, trajectoryLines } from "../../widgets/trajectories/paths";
import { fakeTrace, kitchen } from "./fake";

const tokens = ["a", "b", "c", "d"];

/** Two proposals that count, in three states. */
const trace: Trace = {
  ...fakeTrace({ tokens, gold: [], predicted: [] }),
  gold: [
    { start: 2, end: 4, type: "protein" },
    { start: 0, end: 4, type: "DNA" },
  ],
  predicted: [
    { start: 2, end: 4, type: "protein", probability: 0.9, proposal: 3 },
    { start: 0, end: 2, type: "DNA", probability: 0.6, proposal: 0 },
  ],
  states: [
    [0.5, 1.256, 0, 0, 0, 0, 2.87, 3.01],
    [0.25, 1.1, 0, 0, 0, 0, 2.46, 3.06],
    [0.0625, 0.996, 0, 0, 0, 0, 2.015625, 2.98],
  ].map((locations) => ({ locations: Float32Array.from(locations), probabilities: new Float32Array(16) })),
};

test("lines read as in Table 8, from the prediction back to the proposer", () => {
  assert.deepEqual(trajectoryLines(trajectories(trace)), [
    "✗ (0, 1, DNA) ← (0.06, 1.00) ← (0.25, 1.10) ← (0.50, 1.26)",
    "✓ (2, 3, protein) ← (2.02, 2.98) ← (2.46, 3.06) ← (2.87, 3.01)",
    "– (0, 3, DNA) missed",
  ]);
});

test("as few states as wanted, the last ones", () => {
  assert.deepEqual(trajectoryLines(trajectories(trace, { states: 1 })), [
    "✗ (0, 1, DNA) ← (0.06, 1.00)",
    "✓ (2, 3, protein) ← (2.02, 2.98)",
    "– (0, 3, DNA) missed",
  ]);
  assert.deepEqual(trajectoryLines(trajectories(trace, { states: 0 })).slice(0, 2), [
    "✗ (0, 1, DNA)",
    "✓ (2, 3, protein)",
  ]);
  assert.deepEqual(trajectories(trace, { states: 2 }).stages, ["layer 1", "layer 2"]);
});

test("paths end at the predicted span and start at the proposer", () => {
  const { data } = buildTrajectories(trajectories(trace));
  const named = Object.fromEntries(data.map((part) => [part.name, part]));
  const right = named["✓ predicted, right"];
  const path = trace.states.map(({ locations }) => locations[6]);
  assert.deepEqual(right.x, [...path, 2, null]);
  assert.match((right.text as string[])[0], /proposer \(2\.87, 3\.01\)/);
  assert.match((right.text as string[])[3], /predicted, right, probability 0\.900/);
  assert.deepEqual([named.missed.x, named.missed.y], [[0], [3]]);
  assert.equal((named["✗ predicted, wrong"].x as unknown[]).length, 5);
});

test("what there is none of is not in the legend", () => {
  const perfect = fakeTrace({ ...kitchen, predicted: kitchen.gold });
  const names = buildTrajectories(trajectories(perfect)).data.map(({ name }) => name);
  assert.deepEqual(names, ["gold", "✓ predicted, right"]);
  const nothing = fakeTrace({ tokens, gold: [], predicted: [] });
  assert.deepEqual(buildTrajectories(trajectories(nothing)).data, []);
});
