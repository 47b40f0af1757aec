import assert from "node:assert/strict";
import { test } from "node:test";
import { paperConfig } from "../../src/config/config";
import { Vocabulary } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { locateEntities, textReaderOf } from "../../src/detector/text-entities";
import { Random, startEngine } from "../../src/engine";
import { smallModel, vocabularies } from "../support/model";

const text = "Blood 😀 cells grow.\n\nThe IL-2 gene\nrose; so did  others.";

/** Seed of an untrained model that predicts entities in the text, as few do. */
const someSeed = 30;

test("the entities of a text are those of its sentences, with their offsets", async () => {
  await startEngine();
  const detector = new EntityDetector(
    { model: smallModel, types: ["DNA", "cell"], vocabularies },
    new Random(someSeed),
  );
  const predicted = await detector.predict(text, { batchSize: 1 });
  assert.deepEqual(
    predicted.map(({ sentence }) => sentence.text),
    ["Blood 😀 cells grow.", "The IL-2 gene\nrose; so did  others."],
  );
  const entitiesOf = await detector.predict(predicted.map(({ sentence }) => sentence));
  assert.ok(entitiesOf.flat().length > 0, "there are entities to compare");
  for (const [index, { sentence, entities }] of predicted.entries()) {
    assert.deepEqual(
      entities.map(({ start, end, type, probability }) => ({ start, end, type, probability })),
      entitiesOf[index],
    );
    for (const { start, end, from, to, text: mention } of entities) {
      assert.equal(text.slice(from, to), mention);
      assert.deepEqual([from, to], [sentence.offsets[start][0], sentence.offsets[end - 1][1]]);
    }
  }
  detector.dispose();
});

test("a mention is the text from its first token to its last", () => {
  const [, sentence] = readerOf(["gene"]).read(text);
  const [whole] = locateEntities(sentence, [{ start: 7, end: 8, type: "DNA", probability: 1 }]);
  assert.equal(whole.text, sentence.tokens[7]);
  const [spaced] = locateEntities(sentence, [{ start: 2, end: 4, type: "DNA", probability: 1 }]);
  assert.equal(spaced.text, "gene\nrose");
  assert.equal(text.slice(spaced.from, spaced.to), "gene\nrose");
});

const readerOf = (words: readonly string[], positions = smallModel.embedding.pos, pos = ["NOUN"]) =>
  textReaderOf({
    model: { ...paperConfig.model, embedding: { ...paperConfig.model.embedding, pos: positions } },
    vocabularies: { ...vocabularies, words: Vocabulary.from(words), pos: Vocabulary.from(pos) },
  });

test("a text is split into the tokens that the model was trained on: words or Chinese characters", () => {
  const chinese = "他去北京。";
  const tokens = (words: readonly string[]) => readerOf(words).read(chinese)[0].tokens;
  assert.deepEqual(tokens([..."他去北京，天气好"]), [...chinese]);
  for (const words of [["他", "北京", "天气"], ["gene", "cell"], [..."他去", "a", "b", "c"], []])
    assert.ok(tokens(words).includes("北京"), words.join());
});

test("tags are mapped to the model's if it uses them", () => {
  const tags = (positions: number) => readerOf([], positions, ["NN", "."]).read("Cells.")[0].pos;
  assert.equal(tags(2)[1], ".");
  assert.equal(tags(0)[1], "PUNCT");
});
