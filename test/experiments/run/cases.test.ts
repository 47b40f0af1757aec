import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sentence } from "../../../src/corpus";
import type { EntityDetector } from "../../../src/detector/entity-detector";
import { traceCases } from "../../../src/experiments/run/cases";

const sentence = (tokens: number, ...spans: readonly (readonly [number, number])[]) => ({
  tokens: new Array<string>(tokens).fill("word"),
  entities: spans.map(([start, end]) => ({ start, end, type: "T" })),
});
const flat = (count: number) =>
  sentence(30, ...Array.from({ length: count }, (_, at) => [2 * at, 2 * at + 1] as const));
const nested = (count: number) => {
  const { tokens, entities } = flat(count);
  return { tokens, entities: [...entities, { start: 0, end: 20, type: "T" }] };
};

const detector = { trace: async () => ({ predicted: [], states: [] }) } as unknown as EntityDetector;

/** Indices of the sentences that are traced. */
async function casesOf(sentences: readonly Pick<Sentence, "tokens" | "entities">[]): Promise<number[]> {
  const cases = await traceCases(detector, sentences as readonly Sentence[]);
  return cases.map(({ sentence }) => sentence);
}

test("cases are the flat sentence and the two nested ones with the most entities, up to seven, the first ones in a tie", async () => {
  const sentences = [
    nested(2),
    flat(3),
    nested(4),
    flat(5),
    flat(5),
    nested(4),
    nested(4),
    flat(8),
    nested(7),
  ];
  assert.deepEqual(await casesOf(sentences), [2, 3, 5]);
  assert.deepEqual(await casesOf([flat(0), sentence(41, [0, 1])]), [], "without entities, or too long");
  assert.deepEqual(await casesOf([flat(1), flat(2)]), [1]);
});

test("two entities with the same span are nested", async () => {
  assert.deepEqual(await casesOf([flat(3), sentence(9, [1, 2], [1, 2])]), [0, 1]);
});
