import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { assignLanes, overlaps, type Span } from "../../widgets/sentence/sentence-scene";

const spans: fc.Arbitrary<Span[]> = fc.array(
  fc
    .record({ start: fc.nat(30), length: fc.integer({ min: 1, max: 12 }) })
    .map(({ start, length }) => ({ start, end: start + length })),
  { maxLength: 25 },
);

const contains = (outer: Span, inner: Span): boolean =>
  outer.start <= inner.start && inner.end <= outer.end && inner.end - inner.start < outer.end - outer.start;

test("spans in one lane never overlap, and containing spans are further out", () => {
  fc.assert(
    fc.property(spans, (all) => {
      const lanes = assignLanes(all);
      assert.equal(lanes.length, all.length);
      for (const [i, a] of all.entries()) {
        for (const [j, b] of all.entries()) {
          if (i !== j && lanes[i] === lanes[j])
            assert.ok(!overlaps(a, b), `${i} and ${j} share lane ${lanes[i]}`);
          if (contains(a, b)) assert.ok(lanes[i] > lanes[j], `${i} contains ${j} but is further in`);
        }
      }
    }),
  );
});

test("no lane is skipped", () => {
  fc.assert(
    fc.property(spans, (all) => {
      const lanes = assignLanes(all);
      for (const lane of lanes) {
        for (let inner = 0; inner < lane; inner++) assert.ok(lanes.includes(inner), `lane ${inner} is empty`);
      }
    }),
  );
});

test("nested spans are like brackets, and equal spans take two lanes", () => {
  const all = [
    { start: 0, end: 7 },
    { start: 1, end: 3 },
    { start: 4, end: 7 },
    { start: 4, end: 7 },
    { start: 8, end: 9 },
  ];
  assert.deepEqual(assignLanes(all), [2, 0, 0, 1, 0]);
});
