import assert from "node:assert/strict";
import { test } from "node:test";
import { isTag, spellingOf } from "../../../src/corpus/formats/tag-spelling";
import { readText, spans } from "../../support/reading";

const column = (...tags: readonly string[]): string =>
  tags.map((tag, index) => `w${index} ${tag}\n`).join("");

test("reads prefixes and suffixes, with hyphen or underscore, in either case", async () => {
  for (const [tags, spelled, scheme] of [
    [["B-PER", "I-PER", "O"], "", "IOB2"],
    [["B_PER", "I_PER", "O"], "B_PER", "IOB2"],
    [["PER-B", "PER-I", "O"], "PER-B", "IOB2"],
    [["PER_B", "PER_E", "O"], "PER_B", "BIOES"],
    [["b-PER", "i-PER", "o"], "b-per", "IOB2"],
    [["PER-b", "PER-i", "o"], "per-b", "IOB2"],
    [["I_PER", "I_PER", "O"], "B_PER", "IOB1"],
  ] as const) {
    const { sentences, lines } = await readText("conll", column(...tags));
    assert.deepEqual(sentences.map(spans), [["0-2 PER"]], spelled);
    assert.equal(lines[1], `tags are ${scheme}${spelled && `, spelled as in ${spelled}`}`);
  }
});

test("B, I and O without types need an option; the message names it", async () => {
  const text = column("B", "I", "O", "b");
  const { sentences } = await readText("conll", text, { type: "Disease" });
  assert.deepEqual(sentences.map(spans), [["0-2 Disease", "3-4 Disease"]]);
  await assert.rejects(
    readText("conll", text),
    /f: line 1: tag "B" has no type; write one after it, as in "B-PER", or give one for all: --type PER$/,
  );
  await assert.rejects(
    readText("conll", column("B-PER", "O"), { type: "Disease" }),
    /f: line 1: the tag has a type, PER; omit --type Disease$/,
  );
});

const bare = [..."OOOOOOOOOOOOOOO"].concat([
  "person",
  "person",
  "O",
  "E-mail",
  "O",
  "S-protein",
  "O",
  "person",
  "E-mail",
  "O",
  "S-protein",
  "person",
]);

test("bare types are recognized by many O and few other values, even if they begin like a prefix", async () => {
  const { sentences, lines } = await readText("conll", column(...bare, ...bare));
  assert.deepEqual(spans(sentences[0]).slice(0, 5), [
    "15-17 person",
    "18-19 E-mail",
    "20-21 S-protein",
    "22-23 person",
    "23-24 E-mail",
  ]);
  assert.equal(lines[1], "tags are types alone, so adjacent tokens of one type are one entity");
  const few = await readText("conll", column("O", "PER", "PER"), { tags: "bare" });
  assert.deepEqual(few.sentences.map(spans), [["1-3 PER"]]);
  await assert.rejects(readText("conll", column("O", "PER", "PER")), /line 2: "PER" is not a tag; /);
});

test("words and parts of speech are not tags", () => {
  const counts = (...texts: readonly string[]): Map<string, number> =>
    new Map(texts.map((text) => [text, 9]));
  assert.equal(spellingOf(counts("NN", "VB", "DT", "O")), undefined);
  assert.equal(spellingOf(counts("the", "a", "E-mail", "I-95", "O")), undefined);
  assert.equal(
    spellingOf(counts("E-mail", "S-protein")),
    undefined,
    "no entity has an end without a beginning",
  );
  assert.equal(spellingOf(counts("S-PER", "O"))?.example, "B-PER");
  assert.deepEqual(["B-PER", "PER_I", "o", "B"].map(isTag), [true, true, true, true]);
  assert.deepEqual(["NN", "", "-", "PER"].map(isTag), [false, false, false, false]);
});

test("white space at the ends of types is trimmed and counted", async () => {
  const { sentences, lines } = await readText("conll", "a\tB-PER\u00a0\nb\tI-PER\nc\tO\n");
  assert.deepEqual(sentences.map(spans), [["0-2 PER"]]);
  assert.ok(lines.includes("1 × types with white space at an end, trimmed (first: line 1)"), lines.join());
});
