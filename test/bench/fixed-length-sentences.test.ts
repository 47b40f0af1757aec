import assert from "node:assert/strict";
import { it } from "node:test";
import type { Sentence } from "../../src/corpus";
import { sentencesOfLength } from "./fixed-length-sentences";

const sentence = (text: string, entities: Sentence["entities"]): Sentence => {
  const tokens = text.split(" ");
  return {
    tokens,
    pos: tokens.map((token) => token.toUpperCase()),
    entities,
    previous: ["x"],
    next: [],
    id: text,
  };
};
const source = [
  sentence("a b c", [{ start: 1, end: 3, type: "T" }]),
  sentence("d e", [{ start: 0, end: 1, type: "U" }]),
];

it("joins sentences to the requested length, with the entities that fit", () => {
  const [first, second] = sentencesOfLength(source, 7, 2);
  assert.deepEqual(first.tokens, ["a", "b", "c", "d", "e", "a", "b"]);
  assert.deepEqual(first.pos, ["A", "B", "C", "D", "E", "A", "B"]);
  assert.deepEqual(first.entities, [
    { start: 1, end: 3, type: "T" },
    { start: 3, end: 4, type: "U" },
  ]);
  assert.deepEqual(second.tokens, ["d", "e", "a", "b", "c", "d", "e"]);
  assert.deepEqual(
    second.entities.map(({ start, end }) => second.tokens.slice(start, end).join(" ")),
    ["d", "b c", "d"],
  );
});

it("truncates a longer sentence", () => {
  const [only, ...others] = sentencesOfLength(source, 2, 1);
  assert.deepEqual([only.tokens, only.entities, others.length], [["a", "b"], [], 0]);
});
