import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trace, TracedEntity } from "../../src/detector/trace-types";
import { attentionSummary, searchAttention } from "../../src/evaluation/attention-summary";
import { attentionSummary as widgetOf } from "../../widgets/attention-summary/attention-summary";
import { light } from "../../widgets/shared/theme";
import { fakeTrace, kitchen } from "../widgets/fake";
import { walk } from "../widgets/walk";

const traces = [1, 2, 3].map((seed) => fakeTrace({ ...kitchen, seed, layers: 2, heads: 3 }));

/** A trace of five tokens with one head, whose weights and content scores are given. */
function traceOf(
  weights: readonly number[],
  content: readonly number[],
  entity: Partial<TracedEntity> = {},
): Trace {
  const [trace] = traces;
  const length = weights.length;
  const square = (row: readonly number[], proposal: number): Float32Array => {
    const values = new Float32Array(length * length);
    values.set(row, proposal * length);
    return values;
  };
  const predicted = { start: 1, end: 4, type: "dish", probability: 1, proposal: 2, ...entity };
  const layer = {
    ...trace.layers[0],
    heads: 1,
    weights: square(weights, predicted.proposal),
    content: square(content, predicted.proposal),
  };
  return { ...trace, tokens: [..."abcdefg"].slice(0, length), predicted: [predicted], layers: [layer] };
}

const near = (value: number, expected: number): void =>
  assert.ok(Math.abs(value - expected) < 1e-6, `${value}, not ${expected}`);

test("weights are shared out to the context, the ends and the inside of the predicted span", () => {
  const weights = [0.1, 0.2, 0.3, 0.05, 0.05, 0.3];
  const { entities, heads } = attentionSummary([traceOf(weights, [0, 0, 0, 0, 0, 0])]);
  const [{ layer, head, shares, distance, movedByPrior }] = heads;
  assert.deepEqual([entities, heads.length, layer, head], [1, 1, 1, 1]);
  for (const [region, share] of Object.entries({
    left: 0.1,
    start: 0.2,
    inside: 0.3,
    end: 0.05,
    right: 0.35,
  }))
    near(shares[region as keyof typeof shares], share);
  near(distance, 0.1 * 1 + 0.05 * 1 + 0.3 * 2);
  // without the prior all weights would be 1/6
  near(movedByPrior, 0.2 - 1 / 6 + (0.3 - 1 / 6) * 2);
});

test("a span of one token is its start, and summaries are means over entities", () => {
  const single = traceOf([0, 0, 1, 0], [0, 0, 0, 0], { start: 2, end: 3 });
  assert.equal(attentionSummary([single]).heads[0].shares.start, 1);
  const both = attentionSummary([single, traceOf([1, 0, 0, 0], [0, 0, 0, 0])]);
  assert.equal(both.entities, 2);
  near(both.heads[0].shares.start, 0.5);
  near(both.heads[0].shares.left, 0.5);
});

test("shares sum to 1 in every head, and a filter chooses the entities", () => {
  const all = attentionSummary(traces);
  assert.equal(all.heads.length, 6);
  for (const { shares } of all.heads)
    near(
      Object.values(shares).reduce((sum, share) => sum + share, 0),
      1,
    );
  const count = (accepts: (entity: TracedEntity) => boolean): number =>
    traces.flatMap(({ predicted }) => predicted.filter(accepts)).length;
  assert.equal(
    all.entities,
    count(() => true),
  );
  assert.equal(
    attentionSummary(traces, { type: "dish" }).entities,
    count(({ type }) => type === "dish"),
  );
  assert.equal(
    attentionSummary(traces, { length: "2" }).entities,
    count(({ start, end }) => end - start === 2),
  );
  const late = attentionSummary(traces, { entity: ({ start }, { tokens }) => start > tokens.length / 2 });
  assert.equal(
    late.entities,
    count(({ start }) => start > kitchen.tokens.length / 2),
  );
  assert.deepEqual(attentionSummary(traces, { type: "nothing" }), { entities: 0, heads: [] });
});

test("traces of models with different heads are refused", () => {
  const other = fakeTrace({ ...kitchen, layers: 2, heads: 2 });
  assert.throws(() => attentionSummary([...traces, other]), /^RangeError: traces: they are of models/);
});

test("a search finds the heads in which proposals attend to certain tokens", () => {
  const weights = [0.1, 0.2, 0.3, 0.1, 0.3];
  const trace = traceOf(weights, [0, 0, 0, 0, 0]);
  const isTarget = (token: number): boolean => token === 2 || token === 4;
  const [finding, ...rest] = searchAttention([trace], isTarget);
  assert.equal(rest.length, 0);
  near(finding.weight, 0.6);
  assert.deepEqual([finding.trace, finding.layer, finding.head], [0, 1, 1]);
  assert.deepEqual(searchAttention([trace], isTarget, { least: 0.7 }), []);
  assert.deepEqual(searchAttention([trace], isTarget, { type: "place" }), []);
  const many = searchAttention(traces, (token, index) => token === index, { least: 0 });
  assert.equal(many.length, traces.flatMap(({ predicted }) => predicted).length * 6);
  const sorted = many.map(({ weight }) => weight);
  assert.deepEqual(
    sorted,
    [...sorted].sort((a, b) => b - a),
  );
});

test("the widget has a bar per head whose parts are its shares", () => {
  const summary = attentionSummary(traces);
  const shown = widgetOf([
    { name: "all", summary },
    { name: "dishes", summary: attentionSummary(traces, { type: "dish" }) },
  ]);
  const [part] = shown.widget.build(shown.packed, shown.state, light);
  const marks = "scene" in part ? part.scene.marks : assert.fail("no scene");
  const bars = marks.filter(({ mark, title }) => mark === "rect" && title?.startsWith("layer 1, head 1: "));
  const width = bars.reduce(
    (sum, bar) => sum + ("width" in bar && typeof bar.width === "number" ? bar.width : 0),
    0,
  );
  assert.equal(bars.length, 5);
  near(width / 120, 1);
  const { columns } = shown.widget.table(shown.packed, shown.state);
  assert.equal(columns.set.length, 12);
  near(Number(columns.left[0]), summary.heads[0].shares.left);
  walk(shown);
  walk(widgetOf([{ name: "none", summary: attentionSummary([]) }]));
  assert.throws(() => widgetOf([]), /^RangeError: sets: pass at least one/);
});
