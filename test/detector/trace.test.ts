import assert from "node:assert/strict";
import { before, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { ModelConfig } from "../../src/config/model-config";
import { traceOf } from "../../src/detector/trace";
import type { Trace } from "../../src/detector/trace-types";
import { scoped } from "../../src/engine";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import type { Intervention } from "../../src/model/regressor";
import { noDropout } from "../../src/nn/parameters";
import {
  indexed,
  makeNetwork,
  makeSentence,
  smallModel,
  type Tokens,
  toBatch,
  types,
} from "../support/model";
import { assertNear } from "../support/numbers";
import { detect } from "../support/reference";
import { encode } from "../support/reference-encoder";
import { chunks, range, softmax, sum, Weights } from "../support/reference-math";

before(() => startBackend("wasm"));

const length = 5;
const sentence: Tokens = makeSentence(new Random(2), length);
const names = ["A", "B", "C"];

/** The trace of a sentence, and the parameters of its model. */
function trace(
  change: Partial<ModelConfig> = {},
  intervention: Intervention = {},
): { trace: Trace; config: ModelConfig; weights: Weights } {
  const config = { ...smallModel, ...change };
  const detector = makeNetwork(config, 4);
  const about = { tokens: sentence.tokens, types: names, prior: "on", gold: [], predicted: [] } as const;
  const result = scoped(() => traceOf(detector.forward(toBatch(sentence), noDropout, intervention), about));
  const weights = Weights.of(detector.parameters);
  detector.parameters.dispose();
  return { trace: result, config, weights };
}

const rows = (values: Float32Array, columns: number) => chunks([...values], columns);
const ones = (count: number) => range(0, count).map(() => 1);

it("has a state for the proposer and each layer, with arrays of the documented sizes", () => {
  const { trace: result, config } = trace({ layers: 3 });
  const { heads } = config;
  assert.deepEqual([result.tokens, result.types], [sentence.tokens, names]);
  assert.equal(result.states.length, 4);
  for (const { locations, probabilities } of result.states) {
    assert.equal(locations.length, 2 * length);
    assert.equal(probabilities.length, length * (types + 1));
    assertNear(rows(probabilities, types + 1).map(sum), ones(length), 1e-6, "class probabilities");
  }
  assert.equal(result.layers.length, 3);
  for (const layer of result.layers) {
    assert.equal(layer.heads, heads);
    for (const part of [layer.queries, layer.keys]) assert.equal(part.length, length * config.hidden);
    for (const part of [layer.content, layer.logPrior, layer.weights]) {
      assert.equal(part.length, heads * length * length);
    }
    assert.equal(layer.center.length, heads * length * 2);
    assert.equal(layer.precision.length, heads * length * 4);
    assert.equal(layer.headWeights.length, length * heads * 2);
  }
  assert.deepEqual(
    [result.head.center, result.head.precision, result.head.probabilities, result.head.spans].map(
      (part) => part.length,
    ),
    [2 * length, 4 * length, length * (types + 1), length ** 3],
  );
});

it("shows attention as the softmax of content and prior, and head weights that sum to 1", () => {
  const { trace: result, config } = trace();
  for (const { content, logPrior, weights, headWeights } of result.layers) {
    assert.ok(logPrior.every((value) => value <= 0));
    const scores = content.map((value, i) => value + logPrior[i]);
    assertNear(weights, rows(scores, length).map(softmax), 1e-5, "weights");
    assertNear(rows(weights, length).map(sum), ones(config.heads * length), 1e-6, "sums of weights");
    const perProposal = chunks([...headWeights], 2 * config.heads);
    assertNear(
      perProposal.map((weights) => [0, 1].map((side) => sum(weights.filter((_, i) => i % 2 === side)))),
      range(0, length).map(() => [1, 1]),
      1e-6,
      "sums of head weights",
    );
  }
});

it("shows content scores as products of queries and keys, divided by the root of a head's width", () => {
  const { trace: result, config } = trace();
  const width = config.hidden / config.heads;
  for (const { queries, keys, content } of result.layers) {
    const [byQuery, byKey] = [queries, keys].map((part) => rows(part, width));
    const expected = byQuery.map((query, at) => {
      const first = at - (at % length); // the first key of the query's head
      const keys = byKey.slice(first, first + length);
      return keys.map((key) => sum(query.map((value, d) => value * key[d])) / Math.sqrt(width));
    });
    assertNear(content, expected, 1e-5, "content");
  }
});

it("shows a prior of 0 without spatial modulation", () => {
  for (const layer of trace({ spatial: false }).trace.layers) {
    assert.ok(layer.logPrior.every((value) => value === 0));
    assert.ok(layer.center.some((value) => value !== 0));
  }
});

it("switches the prior off in all layers, as in a model without one that has these weights", () => {
  const { trace: on } = trace();
  const { trace: off } = trace({}, { prior: "off" });
  assert.deepEqual(off, trace({ spatial: false }).trace);
  assert.deepEqual(off.states[0], on.states[0]);
  off.layers.forEach(({ content, weights, center }, i) => {
    assertNear(weights, rows(content, length).map(softmax), 1e-6, "weights");
    assert.equal(i === 0, isDeepStrictEqual(content, on.layers[i].content), "what is read changes after it");
    assert.ok(center.some((value) => value !== 0));
  });
  assert.notDeepEqual(off.states[1], on.states[1]);
});

it("gives span probabilities that sum to 1 and are 0 for ends before starts", () => {
  const { spans } = trace().trace.head;
  assertNear(rows(spans, length * length).map(sum), ones(length), 1e-6, "sums of spans");
  spans.forEach((probability, at) => {
    const [start, end] = [Math.floor(at / length) % length, at % length];
    assert.equal(probability > 0, start <= end, `${probability} for ${start}…${end}`);
  });
});

it("agrees with the paper's equations in every element", () => {
  const { trace: result, config, weights } = trace();
  const expected = detect(weights, config, encode(weights.at("encoder"), config, indexed(sentence)));
  const states = [expected.proposed, ...expected.layers.map(({ proposals }) => proposals)];
  states.forEach(({ locations, logits }, i) => {
    assertNear(result.states[i].locations, locations, 2e-5, "locations");
    assertNear(result.states[i].probabilities, logits.map(softmax), 2e-5, "class probabilities");
  });
  expected.layers.forEach(({ gaussians, weights: attention, headWeights }, i) => {
    const layer = result.layers[i];
    assertNear(layer.weights, attention, 2e-5, "weights");
    assertNear(
      layer.headWeights,
      headWeights.map(([starts, ends]) => starts.map((start, m) => [start, ends[m]])),
      2e-5,
      "head weights",
    );
    assertNear(
      layer.center,
      gaussians.flat().map(({ center }) => center),
      2e-5,
      "centers",
    );
    assertNear(
      layer.precision,
      gaussians.flat().map(({ precision }) => precision),
      2e-5,
      "precisions",
    );
  });
  const { classes, spans, gaussians } = expected.prediction;
  assertNear(result.head.probabilities, classes, 2e-5, "classes");
  assertNear(result.head.spans, spans, 2e-5, "spans");
  assertNear(
    result.head.center,
    gaussians.map(({ center }) => center),
    2e-5,
    "centers",
  );
  assertNear(
    result.head.precision,
    gaussians.map(({ precision }) => precision),
    2e-5,
    "precisions",
  );
});
