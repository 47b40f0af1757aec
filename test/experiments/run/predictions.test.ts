import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sentence } from "../../../src/corpus";
import type { EntityDetector } from "../../../src/detector/entity-detector";
import { readResults, sentenceResults, storedResults } from "../../../src/experiments/run/predictions";

const sentence = (words: string, more: Partial<Sentence> = {}): Sentence => ({
  tokens: words.split(" "),
  pos: [],
  entities: [{ start: 0, end: 1, type: "X" }],
  previous: [],
  next: [],
  id: "",
  ...more,
});
const detector = {
  acceptedProposals: async (sentences: readonly Sentence[]) =>
    sentences.map(() => [{ start: 0, end: 1, type: "X", probability: 0.5, proposal: 0 }]),
} as unknown as EntityDetector;

test("a sentence with the words of a training sentence is seen, and neighbors share a document", async () => {
  const [one, two] = [
    sentence("a b", { next: ["c", "d"] }),
    sentence("c d", { previous: ["a", "b"], pos: ["N", "N"] }),
  ];
  const scored = [one, two, sentence("a"), sentence("c d e")];
  const results = await sentenceResults(detector, scored, [sentence("c d"), sentence("a b c")]);
  assert.deepEqual(
    results.map(({ document, seen }) => [document, seen]),
    [
      [0, false],
      [0, true],
      [1, false],
      [2, false],
    ],
  );
  assert.deepEqual(readResults(JSON.parse(storedResults(results, ["X"])), "here"), results);
});

test("without contexts there are no documents, and results of earlier versions have neither", async () => {
  const results = await sentenceResults(detector, [sentence("a"), sentence("b")], []);
  assert.deepEqual(
    results.map((result) => ["document" in result, result.seen]),
    [
      [false, false],
      [false, false],
    ],
  );
  const stored = JSON.parse(storedResults(results, ["X"])) as { sentences: { seen?: boolean }[] };
  for (const one of stored.sentences) delete one.seen;
  assert.ok(readResults(stored, "here").every((result) => !("seen" in result)));
});
