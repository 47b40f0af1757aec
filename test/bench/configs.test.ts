import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { InputError } from "../../src/base/errors";
import { presets } from "../../src/training";
import { foreignFolder } from "../support/encoder-folder";
import { testFolder } from "../support/folders";
import { configNamed, configNames, configOf } from "./configs";

const folder = testFolder("bench-configs");
const cased = join(folder, "cased.txt");
writeFileSync(cased, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##B"].join("\n"));
const uncased = join(folder, "uncased.txt");
writeFileSync(uncased, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##b"].join("\n"));
const released = (config: string) => ({ config, variant: "released" }) as const;

it("lists the settings of the comparison first, then all other presets, each once", () => {
  const names = configNames();
  assert.deepEqual(names.slice(0, 6), ["S0", "S", "M", "mini", "mini-frozen", "B"]);
  assert.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length);
  for (const preset of Object.keys(presets)) assert.equal(configNamed(preset).toLowerCase(), preset);
  assert.throws(
    () => configNamed("minis"),
    /--config minis: there is no such setting; did you mean "mini"\?/,
  );
});

it("computes like the authors' code: released, shuffled, 64 words of context", () => {
  for (const name of ["S", "M", "mini", "mini-frozen", "B"]) {
    const { variant, model, training } = configOf(released(name));
    assert.deepEqual([variant, training.batching], ["released", "shuffled"], name);
    assert.deepEqual(model.bert?.context, { training: 64, evaluation: 64 }, name);
  }
});

it("has a fine-tuned MiniLM as wide as the model, and a frozen one under S0's model", () => {
  const [mini, frozen] = [configOf(released("mini")).model, configOf(released("mini-frozen")).model];
  assert.deepEqual([mini.hidden, mini.embedding.words, mini.bert?.frozen], [384, 0, false]);
  assert.deepEqual(
    [frozen.hidden, frozen.embedding, frozen.bert?.frozen],
    [128, presets.s0.model.embedding, true],
  );
  for (const { bert } of [mini, frozen]) {
    const { layers, hidden, heads, intermediate, from, lowercase } = bert!;
    assert.deepEqual([layers, hidden, heads, intermediate, from, lowercase], [6, 384, 12, 1536, null, true]);
  }
});

it("reads the weights and sizes of mini, and the vocabulary of the others, from --encoder", () => {
  const encoder = foreignFolder(join(folder, "encoder"), {});
  const mini = configOf({ ...released("mini-frozen"), encoder }).model.bert!;
  assert.deepEqual([mini.from, mini.hidden, mini.vocabulary, mini.frozen], [encoder, 4, null, true]);
  const s = configOf({ ...released("S"), encoder }).model.bert!;
  assert.deepEqual([s.from, s.hidden, s.vocabulary], [null, 128, join(encoder, "vocab.txt")]);
  assert.equal(configOf({ ...released("S0"), encoder }).model.bert, null);
});

it("prefers --vocabulary to that of --encoder, in lower case if the pieces are", () => {
  const encoder = foreignFolder(join(folder, "encoder"), {});
  for (const [vocabulary, lowercase] of [
    [cased, false],
    [uncased, true],
  ] as const) {
    const bert = configOf({ ...released("M"), encoder, vocabulary }).model.bert!;
    assert.deepEqual([bert.vocabulary, bert.lowercase], [vocabulary, lowercase]);
  }
  assert.throws(
    () => configOf({ ...released("M"), vocabulary: join(folder, "none.txt") }),
    (error) =>
      error instanceof InputError && /none\.txt: cannot be read; name a vocab\.txt/.test(error.message),
  );
});
