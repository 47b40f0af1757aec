import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Trace } from "../../src/detector/trace-types";
import { renderWidget } from "../../widgets/shared/save";
import type { DataTable } from "../../widgets/shared/widget";
import { trajectories } from "../../widgets/trajectories/trajectories";
import { locationAt, shownTrajectories } from "../../widgets/trajectories/trajectory-data";
import { fakeTrace, kitchen } from "./fake";
import { changed } from "./walk";

const tokens = ["a", "b", "c", "d"];

/** A trace with three states of different class probabilities, in which two proposals predict an entity. */
const trace: Trace = {
  ...fakeTrace({ tokens, gold: [], predicted: [] }),
  types: ["DNA", "protein"],
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
  ].map((locations, state) => ({
    locations: Float32Array.from(locations),
    probabilities: probabilities(state / 4),
  })),
  head: {
    center: new Float32Array(8),
    precision: new Float32Array(16),
    probabilities: probabilities(0.75),
    spans: Float32Array.from({ length: 64 }, (_, place) =>
      place === 16 * 1 + 3 ? 0.5 : place === 3 ? 0.25 : 0,
    ),
  },
};

/** [L, 3]: DNA, then protein and None with half of the rest each. */
function probabilities(dna: number): Float32Array {
  return Float32Array.from(tokens.flatMap(() => [dna, (1 - dna) / 2, (1 - dna) / 2]));
}

function open(...args: Parameters<typeof trajectories>) {
  const instance = trajectories(...args);
  const data = instance.widget.open(instance.packed);
  return {
    instance,
    data,
    state: instance.state,
    text: (state = instance.state) => instance.widget.text(data, state),
  };
}

test("lines are as in Table 8, from the prediction back to the proposer", () => {
  assert.deepEqual(open(trace).text().split("\n"), [
    "✗ (0, 1, DNA) ← (0.06, 1.00) ← (0.25, 1.10) ← (0.50, 1.26)",
    "✓ (2, 3, protein) ← (2.02, 2.98) ← (2.46, 3.06) ← (2.87, 3.01)",
    "– (0, 3, DNA) missed",
  ]);
});

test("shows the last states if fewer are requested", () => {
  const one = open(trace, { states: 1 });
  assert.equal(one.text().split("\n")[0], "✗ (0, 1, DNA) ← (0.06, 1.00)");
  assert.deepEqual(one.data.stages, ["layer 2"]);
  assert.equal(open(trace, { states: 0 }).text().split("\n")[1], "✓ (2, 3, protein)");
  assert.deepEqual(open(trace, { states: 2 }).data.stages, ["layer 1", "layer 2"]);
  for (const states of [4, -1, 1.5, Number.NaN]) {
    assert.throws(() => open(trace, { states }), {
      name: "RangeError",
      message: `states: ${states} is not a whole number from 0 to 3`,
    });
  }
});

test("filters by length, type and verdict", () => {
  const { instance, state, text } = open(trace);
  const filtered = (control: string, value: readonly string[]): string[] =>
    text(changed(instance, state, control, value))
      .split("\n")
      .map((line) => line.split(" ←")[0]);
  assert.deepEqual(filtered("verdicts", ["missed", "boundary"]), ["✗ (0, 1, DNA)", "– (0, 3, DNA) missed"]);
  assert.deepEqual(filtered("lengths", ["4"]), ["– (0, 3, DNA) missed"]);
  assert.deepEqual(filtered("types", ["protein"]), ["✓ (2, 3, protein)"]);
  assert.deepEqual(filtered("types", []), ["the filters hide all entities"]);
});

test("a proposal moves evenly between states, and ends at the predicted span", () => {
  const { data, state } = open(trace);
  const [trajectory] = shownTrajectories(data, state);
  assert.deepEqual(locationAt(trajectory, 0), [0.5, 1.256]);
  assert.deepEqual(locationAt(trajectory, 1), [0.25, 1.1]);
  assert.deepEqual(locationAt(trajectory, 3), [0, 1]);
  const close = ([x, y]: readonly [number, number], expected: readonly [number, number]): void => {
    assert.ok(Math.abs(x - expected[0]) < 1e-7 && Math.abs(y - expected[1]) < 1e-7, `${x}, ${y}`);
  };
  close(locationAt(trajectory, 0.25), [0.5 - 0.0625, 1.256 - 0.039]);
  close(locationAt(trajectory, 2.5), [0.03125, 0.998]);
  const withoutStates = open(trace, { states: 0 });
  assert.deepEqual(locationAt(shownTrajectories(withoutStates.data, withoutStates.state)[0], 0), [0, 1]);
});

test("a proposal moves no faster than between its states", () => {
  const { data, state } = open(fakeTrace(kitchen));
  const moment = fc.double({ min: 0, max: 4, noNaN: true });
  fc.assert(
    fc.property(moment, moment, (from, to) => {
      for (const trajectory of shownTrajectories(data, state)) {
        const [a, b] = [locationAt(trajectory, from), locationAt(trajectory, to)];
        const stops = [0, 1, 2, 3, 4].map((at) => locationAt(trajectory, at));
        const far = Math.max(
          ...stops.slice(1).map(([x, y], at) => Math.hypot(x - stops[at][0], y - stops[at][1])),
        );
        assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1]) <= far * Math.abs(from - to) + 1e-9);
      }
    }),
  );
});

test("a missed entity has the path of its likeliest proposal, if any", () => {
  const { data } = open(trace);
  const path = data.paths["gold 0"];
  assert.deepEqual([path.proposal, path.probability], [1, 0.75 * 0.5]);
  const nowhere = { ...trace, head: { ...trace.head, spans: new Float32Array(64) } };
  assert.equal(open(nowhere).data.paths["gold 0"], undefined);
  const unknown = { ...trace, gold: [{ start: 0, end: 4, type: "never seen" }] };
  assert.equal(open(unknown).data.paths["gold 0"], undefined);
  assert.equal(open(trace).data.paths["gold 1"], undefined, "a found entity has no path");
});

test("the table contains each state of each entity, with class probabilities", () => {
  const { instance, data, state } = open(trace);
  const { columns }: DataTable = instance.widget.table(data, state);
  const row = (at: number): unknown[] => Object.values(columns).map((column) => column[at]);
  assert.deepEqual(Object.keys(columns), [
    ...["entity", "words", "verdict", "proposal", "probability", "state", "start", "end"],
    ...["p(DNA)", "p(protein)", "p(None)"],
  ]);
  assert.equal(columns.entity.length, 12);
  assert.deepEqual(row(0), ["(0, 1, DNA)", "a b", "boundary", 0, 0.6, "proposer", 0.5, 1.256, 0, 0.5, 0.5]);
  assert.deepEqual(row(1).slice(5), ["layer 1", 0.25, 1.1, 0.25, 0.375, 0.375]);
  assert.deepEqual(row(3).slice(5), ["prediction", 0, 1, 0.75, 0.125, 0.125]);
  assert.deepEqual(row(11), ["(0, 3, DNA)", "a b c d", "missed", 1, 0.375, "gold", 0, 3, 0.75, 0.125, 0.125]);
});

test("the table has null for entities without a proposal", () => {
  const { instance, data, state } = open({
    ...trace,
    predicted: [],
    head: { ...trace.head, spans: new Float32Array(64) },
  });
  const { columns } = instance.widget.table(data, state);
  assert.deepEqual(columns.state, ["gold", "gold"]);
  assert.deepEqual(
    [columns.proposal, columns["p(DNA)"]],
    [
      [null, null],
      [null, null],
    ],
  );
});

test("the title counts the entities and names the moment and the selection", () => {
  const { instance, data, state } = open(trace);
  const { title } = instance.widget;
  assert.equal(
    title(data, state),
    "trajectories of 2 predicted entities, 1 right, 1 missed; prediction; selected ✗ (0, 1, DNA) a b",
  );
  assert.equal(
    title(data, { ...state, moment: 0.5, selected: null, lengths: ["2"], types: ["DNA"] }),
    "trajectories of 1 predicted entity, 0 right, 0 missed; proposer → layer 1",
  );
});

test("without gold entities there are no verdicts", async () => {
  const unknown = trajectories({ ...trace, gold: [] }, { judged: false });
  const data = unknown.widget.open(unknown.packed);
  const { title, text, table } = unknown.widget;
  assert.match(
    title(data, unknown.state),
    /^trajectories of 2 predicted entities; prediction; selected \(0, 1, DNA\) a b$/,
  );
  assert.match(text(data, unknown.state), /^\(0, 1, DNA\) ← /);
  assert.deepEqual([...new Set(table(data, unknown.state).columns.verdict)], [null]);
  assert.doesNotMatch(String(await renderWidget(unknown, "x.svg")), /verdict|spurious|✗|✓/);
});

test("every form says that nothing was predicted or missed", async () => {
  const nothing = fakeTrace({ tokens, gold: [], predicted: [] });
  assert.equal(open(nothing).text(), "no entity is predicted or missed");
  const svg = String(await renderWidget(trajectories(nothing), "x.svg"));
  assert.match(svg, />no entity is predicted or missed</);
  const oneToken = fakeTrace({ tokens: ["北"], gold: [], predicted: [{ start: 0, end: 1, type: "place" }] });
  assert.match(open(oneToken).text(), /^✗ \(0, 0, place\) ← /);
  assert.match(String(await renderWidget(trajectories(oneToken), "x.svg")), />北</);
});
