import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trace, TracedEntity } from "../../src/detector/trace-types";
import { Random } from "../../src/engine/random";
import { attentionSummary, type HeadMean, searchAttention } from "../../src/evaluation/attention-summary";
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
  const { entities, heads } = attentionSummary(traces, { type: "nothing" });
  assert.deepEqual([entities, heads], [0, []]);
});

test("intervals are percentiles of the means over drawn units, recomputed entity by entity", () => {
  const single = traceOf([0, 0, 1, 0], [0, 0, 0, 0], { start: 2, end: 3 });
  const left = traceOf([0.5, 0.5, 0, 0], [0, 0, 0, 0]);
  const right = traceOf([0, 0, 0, 1], [0, 2, 0, 0], { start: 0, end: 1 });
  const bare = { ...single, predicted: [] };
  const many = Array.from({ length: 12 }, (_, index) => [single, left, right, bare, left][(index * 7) % 5]);
  const options = { seed: 5, resamples: 40, level: 0.8 };
  const meanIn = (drawn: readonly Trace[], name: HeadMean): number => {
    const [{ shares, ...means }] = attentionSummary(drawn, { resamples: 1 }).heads;
    return { ...means, ...shares }[name];
  };
  // the sentences of 24 documents, then single sentences: fewer than 20 documents are too few
  const inDocuments = [...many, ...many, ...many, ...many].map((trace, index) => ({
    trace,
    document: index >> 1,
  }));
  const cases = [
    { traces: many, documents: many.map((_, index) => index % 5), name: "sentences" },
    { traces: many, documents: undefined, name: "sentences" },
    {
      traces: inDocuments.map(({ trace }) => trace),
      documents: inDocuments.map(({ document }) => document),
      name: "documents",
    },
  ];
  for (const { traces: all, documents, name } of cases) {
    const summary = attentionSummary(all, { documents, ...options });
    assert.deepEqual(summary.bootstrap, { ...options, units: name });
    const random = new Random(options.seed);
    const units = name === "documents" ? new Set(documents).size : all.length;
    const draws = Array.from({ length: options.resamples }, () => {
      const chosen = Array.from({ length: units }, () => random.below(units));
      return chosen.flatMap((unit) =>
        all.filter((_, index) => (name === "documents" ? documents?.[index] : index) === unit),
      );
    });
    for (const mean of ["left", "start", "distance", "movedByPrior"] as const) {
      const values = draws.map((drawn) => meanIn(drawn, mean)).sort((a, b) => a - b);
      const interval = summary.heads[0].intervals[mean] ?? assert.fail("no interval");
      // 39 steps between 40 values: 10 % and 90 % lie between the values 3 and 4, and 35 and 36
      near(interval.low, values[3] + 0.9 * (values[4] - values[3]));
      near(interval.high, values[35] + 0.1 * (values[36] - values[35]));
      assert.ok(interval.low < interval.high, mean);
    }
  }
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
  const chart = widgetOf([
    { name: "all", summary },
    { name: "dishes", summary: attentionSummary(traces, { type: "dish" }) },
  ]);
  const [part] = chart.widget.build(chart.packed, chart.state, light);
  const marks = "scene" in part ? part.scene.marks : assert.fail("no scene");
  const bars = marks.filter(({ mark, title }) => mark === "rect" && title?.startsWith("layer 1, head 1: "));
  const width = bars.reduce(
    (sum, bar) => sum + ("width" in bar && typeof bar.width === "number" ? bar.width : 0),
    0,
  );
  assert.equal(bars.length, 5);
  near(width / 120, 1);
  const { columns } = chart.widget.table(chart.packed, chart.state);
  assert.equal(columns.set.length, 12);
  near(Number(columns.left[0]), summary.heads[0].shares.left);
  near(Number(columns.distance_high[0]), summary.heads[0].intervals.distance?.high ?? Number.NaN);
  assert.match(
    chart.widget.text(chart.packed, chart.state),
    /^all: where heads look, mean over \d+ predicted entities \(95 % intervals over sentences\)$/m,
  );
  walk(chart);
  walk(widgetOf([{ name: "none", summary: attentionSummary([]) }]));
  assert.throws(() => widgetOf([]), /^RangeError: sets: pass at least one/);
});
