import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Trace } from "../../../src/detector/trace-types";
import { type AttentionOptions, attention, attentionWidget } from "../../../widgets/attention/attention";
import { attentionView } from "../../../widgets/attention/attention-controls";
import { attentionRow, movedShare, type Selection } from "../../../widgets/attention/attention-rows";
import type { AttentionState } from "../../../widgets/attention/attention-state";
import { findingText } from "../../../widgets/attention/attention-text";
import type { Control, ControlValue } from "../../../widgets/shared/controls";
import { light } from "../../../widgets/shared/theme";
import { fakeTrace, kitchen } from "../fake";

const trace = fakeTrace(kitchen);
const off: Trace = {
  ...fakeTrace({ ...kitchen, prior: false, predicted: kitchen.predicted.slice(1) }),
  prior: "off",
};
const { packed, state: initial } = attention(trace, { second: off });
const data = attentionWidget.open(packed);
const { controls, change } = attentionView;

function click(state: AttentionState, value: unknown): AttentionState | undefined {
  assert.ok(attentionView.click);
  return attentionView.click(data, state, value);
}

function control(state: AttentionState, name: string): Control {
  return controls(data, state).find((one) => one.name === name) ?? assert.fail(name);
}

const states: fc.Arbitrary<AttentionState> = fc.record(
  {
    layer: fc.integer({ min: 1, max: 3 }),
    head: fc.oneof(fc.constant("mean" as const), fc.integer({ min: 1, max: 4 })),
    proposal: fc.nat(trace.tokens.length - 1),
    pinned: fc.uniqueArray(fc.nat(trace.tokens.length - 1), { maxLength: 3 }),
    view: fc.constantFrom("row" as const, "map" as const),
    traces: fc.constantFrom("first" as const, "second" as const, "both" as const),
    others: fc.boolean(),
  },
  { noNullPrototype: true },
);

test("the controls reach every state", () => {
  fc.assert(
    fc.property(states, (wanted) => {
      const steps: [string, ControlValue][] = [
        ...wanted.pinned.flatMap((pin): [string, ControlValue][] => [
          ["proposal", `${pin}`],
          ["pin", true],
        ]),
        ["layer", `${wanted.layer}`],
        ["head", "1"],
        ["others", wanted.others], // a control of single heads
        ["head", `${wanted.head}`],
        ["proposal", `${wanted.proposal}`],
        ["view", wanted.view],
        ["traces", wanted.traces],
      ];
      const reached = steps.reduce((state, [name, value]) => {
        const one = control(state, name);
        if (one.type === "choice") assert.ok(one.options.some((option) => option.value === value));
        return change(data, state, name, value);
      }, initial);
      assert.deepEqual(reached, wanted);
    }),
  );
});

test("the controls show every state", () => {
  fc.assert(
    fc.property(states, (state) => {
      const values = Object.fromEntries(
        controls(data, state).map((one) => [one.name, "value" in one ? one.value : undefined]),
      );
      assert.deepEqual(values, {
        traces: state.traces,
        layer: `${state.layer}`,
        head: `${state.head}`,
        proposal: `${state.proposal}`,
        pin: state.pinned.includes(state.proposal),
        view: state.view,
        ...(state.view === "row" && state.head !== "mean" ? { others: state.others } : {}),
      });
    }),
  );
});

test("every state can be drawn, described and exported", () => {
  fc.assert(
    fc.property(states, (state) => {
      assert.ok(attentionWidget.build(data, state, light).length >= 3);
      assert.match(attentionWidget.title(data, state), /^Attention of proposal \d+ /);
      assert.match(attentionWidget.text(data, state), /^Attention of proposal \d+ /);
      const lengths = Object.values(attentionWidget.table(data, state).columns).map(
        (column) => column.length,
      );
      assert.equal(new Set(lengths).size, 1);
    }),
    { numRuns: 30 },
  );
});

test("proposals are named by token and prediction, and arrow keys step through them and the heads", () => {
  const one = control(initial, "proposal");
  assert.ok(one.type === "choice");
  assert.equal(one.options[13].text, "13 crumble → (10, 13, dish)");
  assert.equal(one.options[14].text, "14 with");
  assert.equal(one.arrows, "horizontal");
  assert.equal((control(initial, "head") as { arrows?: string }).arrows, "vertical");
});

test("a right-to-left word does not reorder the numbers after it", () => {
  const arabic = attention(
    fakeTrace({
      tokens: ["سافر", "أحمد", "علي"],
      gold: [],
      predicted: [{ start: 1, end: 3, type: "person" }],
    }),
  );
  const opened = attentionWidget.open(arabic.packed);
  const proposal = controls(opened, arabic.state).find(({ name }) => name === "proposal");
  assert.ok(proposal?.type === "choice");
  assert.equal(proposal.options[2].text, "2 \u2068علي\u2069 → (1, 2, person)");
  const text = attentionWidget.text(opened, arabic.state);
  assert.match(text, /^\u2068proposal 2 \(علي\)\u2069 → \(1, 2, person\);/m);
});

test("a fourth pin drops the first, and pins can be removed", () => {
  let pinned = initial;
  for (const proposal of [1, 2, 3, 4]) pinned = change(data, { ...pinned, proposal }, "pin", true);
  assert.deepEqual(pinned.pinned, [2, 3, 4]);
  assert.deepEqual(change(data, { ...pinned, proposal: 3 }, "pin", false).pinned, [2, 4]);
});

test("a single trace has no control for traces", () => {
  const alone = attention(trace);
  const names = controls(attentionWidget.open(alone.packed), alone.state).map(({ name }) => name);
  assert.deepEqual(names, ["layer", "head", "proposal", "pin", "view", "others"]);
});

test("shows the mean if the new layer lacks the chosen head", () => {
  const [first, ...rest] = trace.layers;
  const narrow = { ...trace, layers: [fakeTrace({ ...kitchen, heads: 2 }).layers[0], ...rest] };
  assert.equal(first.heads, 4);
  const instance = attention(narrow, { layer: 3, head: 4 });
  const changed = change(attentionWidget.open(instance.packed), instance.state, "layer", "1");
  assert.deepEqual([changed.layer, changed.head], [1, "mean"]);
});

test("a click on a token, proposal, span or cell chooses the proposal, a click on a head the head", () => {
  assert.equal(click(initial, { proposal: 5 })?.proposal, 5);
  assert.equal(click(initial, { proposal: 7, weight: 0.2 })?.proposal, 7);
  assert.equal(click(initial, [8, 0.1, -3, -2.9, 0.2, 0.3])?.proposal, 8);
  const headed = click({ ...initial, head: 1 }, { head: 2, start: 0.1 });
  assert.equal(headed?.head, 2);
  assert.equal(click({ ...initial, head: 2 }, { head: 2 })?.head, "mean");
  for (const value of [undefined, null, 3, "place (4, 6)", {}, []])
    assert.equal(click(initial, value), undefined);
});

test("opens where the prior moves the most attention, among the choices that the caller omits", () => {
  const instance = attention(trace);
  const [model] = attentionWidget.open(instance.packed);
  const moved = (selection: Selection): number => movedShare(attentionRow(model, selection));
  const selections = [1, 2, 3].flatMap((layer) =>
    [1, 2, 3, 4].flatMap((head) => trace.tokens.map((_, proposal) => ({ layer, head, proposal }))),
  );
  const most = (some: readonly Selection[]): number => Math.max(...some.map(moved));
  const { layer, head, proposal, ...rest } = instance.state;
  const entities = new Set(trace.predicted.map((entity) => entity.proposal));
  const ofEntities = selections.filter((one) => entities.has(one.proposal));
  assert.ok(entities.has(proposal));
  assert.ok(Math.abs(moved({ layer, head, proposal }) - most(ofEntities)) < 1e-3);
  const nothing = attention({ ...trace, predicted: [] }).state;
  assert.ok(Math.abs(moved(nothing) - most(selections)) < 1e-3);
  assert.notEqual(head, "mean");
  assert.deepEqual(rest, { pinned: [], view: "row", traces: "both", others: false });
  const limited = attention(trace, { layer: 2, proposal: 5 }).state;
  assert.deepEqual([limited.layer, limited.proposal], [2, 5]);
  const among = selections.filter((one) => one.layer === 2 && one.proposal === 5);
  assert.ok(Math.abs(moved(limited) - most(among)) < 1e-3);
  assert.equal(attention(trace, { head: "mean" }).state.head, "mean");
});

test("opens on a proposal that predicts an entity, even if the prior moves more attention of another one", () => {
  const uneven = fakeTrace(kitchen);
  const { length } = uneven.tokens;
  for (const [proposal, share] of [
    [4, 0.8],
    [7, 0.9],
    [9, 1],
  ]) {
    const row = proposal * length;
    uneven.layers[0].content[row] = 50;
    uneven.layers[0].weights.fill(0, row, row + length);
    uneven.layers[0].weights.set([1 - share, share], row);
  }
  const [entity] = uneven.predicted;
  const opened = (...proposals: number[]): number => {
    const predicted = proposals.map((proposal) => ({ ...entity, proposal }));
    return attention({ ...uneven, predicted }, { layer: 1, head: 1 }).state.proposal;
  };
  assert.deepEqual([opened(4), opened(4, 7), opened(7, 4), opened()], [4, 7, 7, 9]);
});

test("without a prior, opens on the most probable entity and the head with the largest share", () => {
  const none = fakeTrace({ ...kitchen, prior: false });
  const last = none.layers[none.layers.length - 1];
  const likeliest = none.predicted.toSorted((a, b) => b.probability - a.probability)[0];
  last.headWeights.set([0.4, 0.1], 2 * (likeliest.proposal * 4 + 2));
  const { layer, head, proposal } = attention(none).state;
  assert.deepEqual({ layer, head, proposal }, { layer: 3, head: 3, proposal: likeliest.proposal });
  assert.equal(attention(fakeTrace({ ...kitchen, prior: false, predicted: [] })).state.proposal, 0);
});

test("one sentence states the effect of the prior on the chosen proposal's attention", () => {
  const state = { ...initial, layer: 1, head: 2, proposal: 13 };
  const [model, second] = data;
  const row = attentionRow(model, state);
  const text = findingText(model, state);
  const change = row.weights.map((weight, token) => weight - row.unmodulated[token]);
  const named = (values: Float64Array): string => {
    const token = values.indexOf(Math.max(...values));
    return `${token} ${trace.tokens[token]}`;
  };
  const percent = (100 * movedShare(row)).toFixed(0);
  assert.ok(
    text.startsWith(
      `Layer 1, head 2: the prior moves ${percent} % of the attention of proposal 13 (crumble) from ${named(change.map((value) => -value))}`,
    ),
    text,
  );
  assert.ok(text.split(" to ")[1].startsWith(named(change)), text);
  const { weights } = attentionRow(second, state);
  assert.ok(
    findingText(second, state).startsWith(
      `Layer 1, head 2: proposal 13 (crumble) attends to ${named(weights)}`,
    ),
  );
});

test("rejects layers, heads and proposals that the trace lacks, in one line", () => {
  const cases: [AttentionOptions, string | RegExp][] = [
    [{ layer: 4 }, "layer 4 does not exist: this trace has layers 1 to 3"],
    [{ head: 0 }, "head 0 does not exist: this trace has heads 1 to 4"],
    [{ proposal: 20 }, "proposal 20 does not exist: this trace has proposals 0 to 19"],
    [{ pinned: [2, 2.5] }, "proposal 2.5 does not exist: this trace has proposals 0 to 19"],
    [{ pinned: [1, 2, 3, 4] }, "pinned: pass at most 3 proposals, not 4"],
    [{ view: "rows" as "row" }, 'view: "rows" does not exist; there are row, map'],
    [{ traces: "all" as "both" }, 'traces: "all" does not exist; there are first, second, both'],
    [
      { second: fakeTrace({ ...kitchen, tokens: ["other"], gold: [], predicted: [] }) },
      'second: pass a trace of the same sentence, not of "other"',
    ],
    [
      { second: fakeTrace({ ...kitchen, heads: 2 }) },
      "second: a trace with 3 layers with 2, 2, 2 heads cannot be compared with 3 layers with 4, 4, 4 heads",
    ],
  ];
  for (const [options, message] of cases)
    assert.throws(() => attention(trace, options), { name: "RangeError", message });
});

test("the text lists the tokens with the highest weights, the heads, and what only one trace predicts", () => {
  const text = attentionWidget.text(data, { ...initial, layer: 3, head: 1, proposal: 13, pinned: [2] });
  const lines = text.split("\n");
  assert.equal(
    lines[0],
    "Attention of proposal 13 (crumble), layer 3 of 3, head 1: prior on (as trained) and prior off (same weights).",
  );
  assert.equal(lines[1], "prior on (as trained):");
  assert.match(lines.splice(2, 1)[0], /^Layer 3, head 1: the prior moves \d+ % of the attention .*\.$/);
  assert.match(
    lines[2],
    /^proposal 13 \(crumble\) → \(10, 13, dish\); spreads over \d+\.\d tokens; the prior moves \d+ %$/,
  );
  const weights = lines.slice(3, 11).map((line) => Number(line.trim().split(" ")[0]));
  assert.deepEqual(
    weights,
    weights.toSorted((a, b) => b - a),
  );
  assert.match(lines[11], /^proposal 2 \(Moss\) → \(1, 2, person\); /);
  assert.match(text, /^ {2}head 4: 25 % of start, 25 % of end; spreads over \d/m);
  assert.match(text, /^Predicted only by prior on \(as trained\): \(1, 2, person\)$/m);
  assert.match(text, /^Predicted only by prior off \(same weights\): nothing$/m);
});

test("the table contains the numbers that are shown", () => {
  const rows = attentionWidget.table(data, { ...initial, head: 2, pinned: [4], traces: "first" });
  assert.equal(rows.name, "attention");
  assert.deepEqual(Object.keys(rows.columns), [
    ...["trace", "prior", "layer", "head", "proposal", "proposalText", "token", "tokenText"],
    ...["content", "logPrior", "sum", "weight", "weightWithoutPrior"],
  ]);
  const { columns } = rows;
  assert.equal(columns.token.length, 2 * trace.tokens.length);
  assert.deepEqual([columns.proposal[0], columns.proposal.at(-1)], [initial.proposal, 4]);
  assert.deepEqual([columns.tokenText[5], columns.head[5]], [trace.tokens[5], 2]);
  assert.equal(columns.sum[5], (columns.content[5] as number) + (columns.logPrior[5] as number));
  const maps = attentionWidget.table(data, { ...initial, view: "map" }).columns;
  assert.equal(maps.token.length, 2 * trace.tokens.length ** 2);
  assert.deepEqual([maps.prior[0], maps.prior.at(-1)], ["on", "off"]);
});
