import assert from "node:assert/strict";
import { test } from "node:test";
import { CorpusError, InputError } from "../../../src/base/errors";
import { Reading } from "../../../src/corpus/formats/reading";
import type { ReadOptions } from "../../../src/corpus/formats/registry";
import { readText, recognizedFormat, spans } from "../../support/reading";

const tokens = ["Ada", "met", "Bo", "Lee"];
const entities = ["0-1 PER", "2-4 PER"];

/** An object of each tool with the same two entities. */
const objects: Readonly<Record<string, object>> = {
  w2ner: {
    sentence: tokens,
    ner: [
      { index: [0], type: "PER" },
      { index: [3, 2], type: "PER" },
    ],
    word: [],
  },
  gliner: {
    tokenized_text: tokens,
    ner: [
      [0, 0, "PER"],
      [2, 3, "PER"],
    ],
  },
  "cnn-nested-ner": {
    sent_id: "x-1",
    tokens,
    entity_mentions: [
      { start: 0, end: 1, entity_type: "PER", text: "Ada" },
      { start: 2, end: 4, entity_type: "PER" },
    ],
  },
  huggingface: { id: "0", tokens, ner_tags: ["B-PER", "O", "B-PER", "I-PER"] },
  doccano: {
    id: 7,
    text: "Ada met Bo Lee\n",
    label: [
      [0, 3, "PER"],
      [8, 14, "PER"],
    ],
  },
  prodigy: {
    text: "Ada met Bo Lee",
    tokens: tokens.map((text, id) => ({ text, id })),
    spans: [
      { start: 0, end: 3, token_start: 0, token_end: 0, label: "PER" },
      { start: 8, end: 14, token_start: 2, token_end: 3, label: "PER" },
    ],
    answer: "accept",
  },
};

const read = (name: string, content: unknown, options: ReadOptions = {}, reading?: Reading) =>
  readText(name, JSON.stringify(content), options, reading);

test("each format is recognized by its keys and read, as a list and as lines", async () => {
  for (const [name, object] of Object.entries(objects)) {
    const lines = `\n${JSON.stringify(object)}\n${JSON.stringify(object)}\n`;
    for (const text of [JSON.stringify([object, object], null, 2), lines]) {
      assert.equal(recognizedFormat(text), name);
      const { sentences, lines } = await readText(name, text);
      assert.deepEqual(
        sentences.map((sentence) => [sentence.tokens, spans(sentence)]),
        [
          [tokens, entities],
          [tokens, entities],
        ],
        name,
      );
      assert.equal(lines[0], `read as ${name}`);
    }
  }
  assert.equal(recognizedFormat('[{"tokens": ["a"], "entities": []}]'), "json");
  assert.equal(recognizedFormat('{"tokens": ["a"], "entities": [], "meta": {"ner_tags": 1}}\n'), "jsonl");
});

test("w2ner: mentions with gaps cover them, are their first fragment, or are left out", async () => {
  const gap = [{ sentence: tokens, ner: [{ index: [0, 1, 3], type: "X" }] }];
  const entitiesOf = async (discontinuous?: ReadOptions["discontinuous"]) =>
    (await read("w2ner", gap, { discontinuous })).sentences.map(spans);
  assert.deepEqual(await entitiesOf(), [["0-4 X"]]);
  assert.deepEqual(await entitiesOf("first"), [["0-2 X"]]);
  assert.deepEqual(await entitiesOf("drop"), [[]]);
  assert.match((await read("w2ner", gap)).lines.join(), /1 × mentions of several fragments, covered/);
});

test("huggingface: an option names numbered tags; tags may have any spelling", async () => {
  const numbers = { words: tokens, tags: [1, 0, 1, 2] };
  const named = await read("huggingface", numbers, { labels: ["O", "B-PER", "I-PER"] });
  assert.deepEqual(named.sentences.map(spans), [entities]);
  await assert.rejects(
    read("huggingface", numbers),
    (error: Error) =>
      error instanceof InputError &&
      /^f: tags are numbers; name them in order, as in --labels O,B-PER,I-PER/.test(error.message),
  );
  await assert.rejects(
    read("huggingface", numbers, { labels: ["O", "B-PER"] }),
    /^CorpusError: f: line 1: tags: has the tag 2, but --labels names 2, from 0 to 1; name all$/,
  );
  const suffixed = await read("huggingface", { tokens, labels: ["PER-B", "O", "PER-B", "PER-I"] });
  assert.deepEqual(suffixed.sentences.map(spans), [entities]);
  await assert.rejects(
    read("huggingface", { tokens, ner_tags: ["O"] }),
    /^CorpusError: f: line 1: ner_tags: has 1 tags for 4 tokens; give one for each token$/,
  );
});

test("doccano: lines are sentences of a document, offsets count characters, and keys may vary", async () => {
  const text = "😀 Ada\nmet Bo";
  for (const labels of [
    {
      label: [
        [2, 5, "PER"],
        [10, 12, "PER"],
      ],
    },
    {
      labels: [
        [2, 5, "PER"],
        [10, 12, "PER"],
      ],
    },
    {
      entities: [
        { id: 1, label: "PER", start_offset: 2, end_offset: 5 },
        { id: 2, label: "PER", start_offset: 10, end_offset: 12 },
      ],
    },
  ]) {
    const { sentences } = await read("doccano", { id: 3, text, ...labels });
    assert.deepEqual(
      sentences.map((sentence) => [
        sentence.tokens.join(" "),
        spans(sentence).join(),
        sentence.id,
        sentence.next.join(" "),
      ]),
      [
        ["😀 Ada", "1-2 PER", "3", "met Bo"],
        ["met Bo", "1-2 PER", "3", ""],
      ],
    );
  }
  const units = await read("doccano", { text, label: [[3, 6, "PER"]] }, { offsets: "utf-16" });
  assert.deepEqual(units.sentences.map(spans), [["1-2 PER"], []]);
  await assert.rejects(
    read("doccano", { text: "ab", label: [[0, 3, "X"]] }),
    /f: line 1: has a X from 0 to 3, which is outside its text of 2 characters$/,
  );
});

test("prodigy: rejected texts are skipped; texts without tokens are tokenized", async () => {
  const { sentences, lines } = await readText(
    "prodigy",
    [
      { text: "no", spans: [], answer: "reject" },
      { text: "Ada met", spans: [{ start: 0, end: 3, label: "PER" }] },
    ]
      .map((line) => JSON.stringify(line))
      .join("\n"),
  );
  assert.deepEqual(
    sentences.map((sentence) => [sentence.tokens.join(" "), spans(sentence).join()]),
    [["Ada met", "0-1 PER"]],
  );
  assert.match(lines.join(), /1 × texts that were not accepted, skipped/);
});

test("faults have a location; a tolerant reading skips them", async () => {
  const wrong = [{ tokenized_text: ["a"], ner: [[0, 1, "X"]] }, objects.gliner];
  await assert.rejects(
    read("gliner", wrong),
    (error: Error) =>
      error instanceof CorpusError &&
      /^f: sentence 0: entities\[0\]: end 2 lies outside the sentence of 1 tokens/.test(error.message),
  );
  const faults: string[] = [];
  const { sentences } = await read("gliner", wrong, {}, new Reading(({ message }) => faults.push(message)));
  assert.deepEqual([sentences.length, faults.length], [1, 1]);
  await assert.rejects(
    read("w2ner", [{ sentence: ["a"], ner: [{ index: [], type: "X" }] }]),
    /f: sentence 0: ner\[0\]\.index: must hold an index, not \[\]$/,
  );
  await assert.rejects(
    read("gliner", [{ tokenized_text: ["a"], ner: [[0, 0, " "]] }]),
    /f: sentence 0: has an entity with the type " "; give it a name$/,
  );
});
