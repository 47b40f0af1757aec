// What transformers computes with small random encoders of each family (test/fixtures/encoder/families.py).
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { readJson } from "../../src/base/files";
import { BertEncoder, bertSchema, PretrainedBert, writePretrained } from "../../src/bert";
import { familyNames } from "../../src/bert/families";
import { encodePieces } from "../../src/corpus";
import { Random, scoped, startEngine } from "../../src/engine";
import { noDropout, Parameters, readTensor, Scope } from "../../src/nn/parameters";
import { familyFolder, writeJson } from "../support/encoder-folder";
import { inputError, testFolder } from "../support/folders";
import { assertNear } from "../support/numbers";

const folder = testFolder("families");
before(() => startEngine());

interface Expected {
  readonly words: readonly string[];
  readonly ids: readonly number[];
  readonly owners: readonly (number | null)[];
  /** Of each layer, embeddings first: [pieces · hidden]. */
  readonly states?: readonly (readonly number[])[];
}

const expectedOf = (from: string): Expected[] =>
  JSON.parse(readFileSync(join(from, "expected.json"), "utf8")) as Expected[];

function open(from: string) {
  const pretrained = new PretrainedBert(from);
  const config = bertSchema.parse({ from, ...pretrained.settings });
  const vocabulary = pretrained.vocabularyFor(config);
  const parameters = new Parameters(new Random(1));
  const bert = new BertEncoder(new Scope(parameters), config, vocabulary.size);
  const shapes = new Map(parameters.names.map((name) => [name, parameters.get(name).shape]));
  pretrained.load(shapes, (name, tensor) => parameters.set(name, tensor));
  return { pretrained, config, vocabulary, parameters, bert };
}

for (const family of familyNames) {
  const from = familyFolder(family);

  test(`${family}: the pieces of each word are those of transformers`, () => {
    const { vocabulary, config, parameters } = open(from);
    const rule = { words: 100, positions: 200, rule: "paper" } as const;
    for (const { words, ids, owners } of expectedOf(from)) {
      const pieces = encodePieces([{ tokens: words }], vocabulary, rule);
      assert.deepEqual([...pieces.ids], ids, words.join(" "));
      assert.deepEqual(
        [...pieces.tokens],
        owners.map((owner) => owner ?? words.length),
      );
    }
    assert.equal(config.family, family);
    parameters.dispose();
  });

  test(`${family}: all hidden states are those of transformers`, () => {
    const { bert, config, parameters } = open(from);
    const withStates = expectedOf(from).filter(({ states }) => states);
    assert.equal(withStates.length, 2);
    for (const { ids, states } of withStates) {
      scoped(() => {
        const input = { ids: Int32Array.from(ids), lengths: [ids.length] };
        const actual = bert.states(input, noDropout);
        assert.equal(actual.length, config.layers + 1);
        for (const [layer, state] of actual.entries())
          assertNear([[...state.dataSync()]], [states![layer]], 2e-5, `state ${layer}`);
      });
    }
    parameters.dispose();
  });

  test(`${family}: a written folder gives the same config, pieces and weights`, () => {
    const first = open(from);
    const { parameters, config, vocabulary } = first;
    const tensors = new Map(parameters.names.map((name) => [name, readTensor(parameters.get(name))]));
    const written = join(folder, `written-${family}`);
    writePretrained(written, config, vocabulary, tensors);
    const second = open(written);
    assert.deepEqual(second.config, { ...config, from: written });
    assert.deepEqual(second.vocabulary.toJSON(), vocabulary.toJSON());
    for (const [name, tensor] of tensors)
      assert.deepEqual(readTensor(second.parameters.get(name)), tensor, name);
    const [theirs, ours] = [from, written].map((path) => readJson(join(path, "config.json"))) as Record<
      string,
      unknown
    >[];
    for (const key of Object.keys(ours).filter((key) => key !== "architectures"))
      if (key in theirs) assert.deepEqual(ours[key], theirs[key], key);
    assert.equal(second.pretrained.check().parameters, first.pretrained.check().parameters);
    for (const opened of [first, second]) opened.parameters.dispose();
  });
}

test("other families, and tensors of another family, are refused by name", () => {
  const copy = join(folder, "copy");
  const change = (from: string, changes: object): void => {
    rmSync(copy, { recursive: true, force: true });
    cpSync(from, copy, { recursive: true });
    writeJson(join(copy, "config.json"), { ...(readJson(join(from, "config.json")) as object), ...changes });
  };
  for (const type of ["deberta-v2", "albert", "t5", "gpt2", "modernbert", 7]) {
    change(familyFolder("roberta"), { model_type: type });
    const supported =
      'PnR reads BERT \\("bert"\\), DistilBERT \\("distilbert"\\), ELECTRA \\("electra"\\), RoBERTa \\("roberta"\\) and XLM-RoBERTa';
    const pattern = new RegExp(
      `copy/config\\.json: model_type is "?${type}"?: ${supported} \\("xlm-roberta"\\)`,
    );
    assert.throws(() => new PretrainedBert(copy), inputError(pattern));
  }
  const refused = (from: string, changes: object, pattern: RegExp): void => {
    change(from, changes);
    assert.throws(() => new PretrainedBert(copy).check(), inputError(pattern), String(pattern));
  };
  change(familyFolder("roberta"), {});
  const tokenizer = join(copy, "tokenizer.json");
  writeFileSync(tokenizer, readFileSync(tokenizer, "utf8").replaceAll('"<s>"', '"<start>"'));
  assert.throws(
    () => new PretrainedBert(copy).check(),
    inputError(/copy\/tokenizer\.json: its vocabulary: has no "\[CLS\]" or "\[cls\]" or "<s>"; it must list/),
  );
  refused(
    familyFolder("distilbert"),
    { activation: "relu" },
    /activation is "relu": PnR reads only DistilBERT with/,
  );
  refused(familyFolder("distilbert"), { n_heads: 3 }, /n_heads is 3: must divide dim, 16/);
  refused(familyFolder("distilbert"), { dim: undefined }, /config\.json: dim is missing/);
  refused(
    familyFolder("roberta"),
    { max_position_embeddings: 4 },
    /max_position_embeddings is 4: expected at least 5/,
  );
  refused(
    familyFolder("roberta"),
    { max_position_embeddings: 91 },
    /position_embeddings\.weight" has shape \[90,16\]: expected \[91,16\]/,
  );
  refused(
    familyFolder("bert"),
    { model_type: "roberta" },
    /has no tensor "embeddings\.\w+\.weight": it is not a RoBERTa/,
  );
  refused(
    familyFolder("electra"),
    { embedding_size: 16 },
    /"electra\.embeddings_project\.\w+", which ELECTRA with/,
  );
});
