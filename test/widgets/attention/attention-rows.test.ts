import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as fc from "fast-check";
import { EntityDetector } from "../../../src/detector/entity-detector";
import type { Trace } from "../../../src/detector/trace-types";
import { startBackend } from "../../../src/engine/backends";
import { Random } from "../../../src/engine/random";
import {
  type AttentionModel,
  packAttention,
  unpackAttention,
} from "../../../widgets/attention/attention-data";
import {
  attentionRow,
  decimals,
  headUses,
  movedShare,
  type Selection,
  spread,
} from "../../../widgets/attention/attention-rows";
import { makeSentence, smallModel, vocabularies } from "../../support/model";
import { scramble } from "../../support/numbers";
import { fakeTrace, kitchen } from "../fake";

before(() => startBackend("wasm"));

/** The trace as the browser gets it. */
function received(trace: Trace): AttentionModel {
  return unpackAttention(JSON.parse(JSON.stringify(packAttention([["a", trace]]))))[0];
}

const trace = fakeTrace(kitchen);
const model = received(trace);
const length = trace.tokens.length;
const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

const selections: fc.Arbitrary<Selection> = fc.record({
  layer: fc.integer({ min: 1, max: 3 }),
  head: fc.oneof(fc.constant("mean" as const), fc.integer({ min: 1, max: 4 })),
  proposal: fc.nat(length - 1),
});

/** Long enough that its scores are sent as queries and keys. */
const long = fakeTrace({
  tokens: Array.from({ length: 60 }, (_, place) => `t${place}`),
  gold: [],
  predicted: [],
});
const longModel = received(long);

test("weights add up to 1 with and without the prior, and sums are content plus prior", () => {
  fc.assert(
    fc.property(fc.constantFrom(model, longModel), selections, (shown, selection) => {
      const { content, logPrior, sum, weights, unmodulated } = attentionRow(shown, selection);
      assert.ok(Math.abs(total(weights) - 1) < 1e-12);
      assert.ok(Math.abs(total(unmodulated) - 1) < 1e-12);
      for (let token = 0; token < shown.tokens.length; token++) {
        assert.equal(sum[token], content[token] + logPrior[token]);
        assert.ok(logPrior[token] <= 0);
      }
    }),
  );
});

/**
 * The error of a content score is at most 2^-11 of the largest of its row, so that of a weight's logarithm is at most twice that.
 * Single precision adds little.
 */
function assertAgrees(shown: AttentionModel, computed: Trace): void {
  const tokens = computed.tokens.length;
  computed.layers.forEach((layer, place) => {
    for (let index = 0; index < layer.heads * tokens; index++) {
      const [head, proposal] = [Math.floor(index / tokens), index % tokens];
      const row = attentionRow(shown, { layer: place + 1, head: head + 1, proposal });
      const rowOf = (part: Float32Array): Float32Array => part.subarray(index * tokens, (index + 1) * tokens);
      const largest = Math.max(...rowOf(layer.content).map(Math.abs));
      const off = 2 ** -11 * largest + 5e-5;
      row.weights.forEach((weight, token) => {
        const expected = rowOf(layer.weights)[token];
        assert.ok(
          Math.abs(weight - expected) <= expected * Math.expm1(2 * off) + 1e-7,
          `${weight}, not ${expected}`,
        );
        assert.ok(Math.abs(row.content[token] - rowOf(layer.content)[token]) <= off);
        const logPrior = rowOf(layer.logPrior)[token];
        assert.ok(Math.abs(row.logPrior[token] - logPrior) <= 2e-5 * (1 - logPrior), "log G from Θ, μ and n");
      });
    }
  });
}

test("shows what was computed, up to the precision of the content scores", () => {
  assertAgrees(model, trace);
  assertAgrees(received(fakeTrace({ ...kitchen, prior: false })), fakeTrace({ ...kitchen, prior: false }));
  assertAgrees(longModel, long);
});

test("shows what a real model computed, with its prior and with the prior switched off", async () => {
  const random = new Random(3);
  const description = { model: smallModel, types: ["A", "B"], vocabularies };
  const detector = new EntityDetector(description, random);
  scramble(detector.network.parameters, random);
  const sentence = makeSentence(random, 9);
  const [on, off] = [await detector.trace(sentence), await detector.trace(sentence, { prior: "off" })];
  assert.ok(on.layers.some(({ logPrior }) => logPrior.some((value) => value < -0.1)));
  assertAgrees(received(on), on);
  assertAgrees(received(off), off);
  const longer = await detector.trace(makeSentence(random, 40));
  assertAgrees(received(longer), longer);
  const { weights, unmodulated } = attentionRow(received(off), { layer: 2, head: 1, proposal: 4 });
  assert.deepEqual(weights, unmodulated);
  detector.dispose();
});

test("the weight without the prior equals that of the first layer with the prior off", () => {
  const off = received({ ...trace, prior: "off" });
  const selection = { layer: 1, head: 2, proposal: 13 };
  assert.deepEqual(attentionRow(model, selection).unmodulated, attentionRow(off, selection).weights);
});

test("the mean of the heads is the mean of each quantity", () => {
  const heads = [1, 2, 3, 4].map((head) => attentionRow(model, { layer: 2, head, proposal: 3 }));
  const mean = attentionRow(model, { layer: 2, head: "mean", proposal: 3 });
  for (const part of ["content", "logPrior", "sum", "weights", "unmodulated"] as const) {
    const expected = heads.reduce((sum, row) => sum + row[part][5], 0) / heads.length;
    assert.ok(Math.abs(mean[part][5] - expected) < 1e-12, part);
  }
});

test("evenly shared attention spreads over the number of its tokens", () => {
  assert.ok(Math.abs(spread(Float64Array.of(0.25, 0, 0.25, 0.25, 0.25)) - 4) < 1e-12);
  assert.equal(spread(Float64Array.of(0, 1)), 1);
});

test("the moved share is the total variation distance", () => {
  const [weights, unmodulated] = [Float64Array.of(0.7, 0.2, 0.1), Float64Array.of(0.3, 0.5, 0.2)];
  assert.ok(Math.abs(movedShare({ weights, unmodulated }) - 0.4) < 1e-12);
  assert.equal(movedShare({ weights, unmodulated: weights }), 0);
});

test("head uses contain the heads' shares of the new start and end", () => {
  const [first] = trace.layers;
  const shares = Float32Array.from({ length: first.headWeights.length }, (_, place) => place / 1000);
  const changed = received({ ...trace, layers: [{ ...first, headWeights: shares }] });
  const uses = headUses(changed, { layer: 1, proposal: 5 });
  assert.deepEqual(
    uses.map(({ head, start, end }) => [head, start, end]),
    [0, 1, 2, 3].map((head) => [head + 1, shares[2 * (5 * 4 + head)], shares[2 * (5 * 4 + head) + 1]]),
  );
  const row = attentionRow(changed, { layer: 1, head: 3, proposal: 5 });
  assert.deepEqual([uses[2].spread, uses[2].moved], [spread(row.weights), movedShare(row)]);
});

test("the packed size of long sentences grows linearly", () => {
  const bytes = (length: number): number => {
    const tokens = Array.from({ length }, () => "a");
    return JSON.stringify(packAttention([["a", fakeTrace({ tokens, gold: [], predicted: [] })]])).length;
  };
  const [once, twice] = [bytes(60), bytes(120)];
  assert.ok(twice < 2.1 * once, `${once} bytes for 60 tokens, ${twice} for 120`);
});

test("zeros have no sign", () => {
  assert.deepEqual(
    [-0.001, -0.006, 0.2, -0].map((value) => decimals(value, 2)),
    ["0.00", "-0.01", "0.20", "0.00"],
  );
});
