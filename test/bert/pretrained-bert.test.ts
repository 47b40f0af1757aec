import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import fc from "fast-check";
import { InputError, naming } from "../../src/base/errors";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../src/base/safetensors";
import { BertEncoder, bertSchema, PretrainedBert } from "../../src/bert";
import { findEncoder } from "../../src/bert/pretrained/encoder-folders";
import { pieceVocabulary } from "../../src/corpus";
import { Random, scoped, startEngine } from "../../src/engine";
import { Parameters, readTensor, Scope } from "../../src/nn/parameters";
import { foreignConfig, foreignFolder, foreignPieces, ownFolder, writeJson } from "../support/encoder-folder";
import { inputError, testFolder } from "../support/folders";
import { smallBert, wordPiece } from "../support/model";

const folder = testFolder("pretrained");
const pathOf = (name: string) => join(folder, name);
before(() => startEngine());

/** Hidden states and parameters of the BERT in a folder. */
function outputOf(
  from: string,
  ids: readonly number[],
): { states: number[]; weights: Map<string, StoredTensor> } {
  const pretrained = new PretrainedBert(from);
  const config = bertSchema.parse({ from, ...pretrained.settings });
  const parameters = new Parameters(new Random(1));
  const bert = new BertEncoder(new Scope(parameters), config, pretrained.vocabularyFor(config).size);
  const shapes = new Map(parameters.names.map((name) => [name, parameters.get(name).shape]));
  pretrained.load(shapes, (name, tensor) => parameters.set(name, tensor));
  const input = { ids: Int32Array.from(ids), length: ids.length, lengths: [ids.length] };
  const states = scoped(() => [...bert.forward(input).dataSync()]);
  const weights = new Map(parameters.names.map((name) => [name, readTensor(parameters.get(name))]));
  parameters.dispose();
  return { states, weights };
}

const ids = [2, 4, 6, 5, 3];

test("a written folder gives the same weights, sizes and pieces, bit for bit", () => {
  const config = {
    ...smallBert,
    layers: 3,
    lowercase: true,
    stripAccents: false,
    normEpsilon: 1e-6,
    dropout: 0.2,
  };
  const written = ownFolder(pathOf("own"), config, wordPiece, 4);
  const pretrained = new PretrainedBert(pathOf("own"));
  assert.deepEqual(pretrained.tokenizer.pieces, wordPiece.toJSON());
  assert.deepEqual(bertSchema.parse({ ...config, ...pretrained.settings }), config);
  assert.deepEqual(outputOf(pathOf("own"), ids).weights, written);
});

test("every kind of file gives the same output, with old names, prefixes, heads and poolers", () => {
  const expected = outputOf(
    foreignFolder(pathOf("plain"), { "plain.safetensors": "model.safetensors" }),
    ids,
  ).states;
  assert.ok(expected.every(Number.isFinite) && new Set(expected).size === expected.length);
  for (const [file, name] of [
    ["archive.bin", "pytorch_model.bin"],
    ["old.bin", "pytorch_model.bin"],
    ["half.safetensors", "model.safetensors"],
    ["double.safetensors", "model.safetensors"],
  ]) {
    assert.deepEqual(outputOf(foreignFolder(pathOf(file), { [file]: name }), ids).states, expected, file);
  }
  const rounded = outputOf(
    foreignFolder(pathOf("bfloat"), { "bfloat.safetensors": "model.safetensors" }),
    ids,
  ).states;
  for (const [i, value] of rounded.entries()) assert.ok(Math.abs(value - expected[i]) < 0.1);
  assert.notDeepEqual(rounded, expected);
});

test("a model in several files is read by their index", () => {
  const shards = foreignFolder(pathOf("shards"), { "plain.safetensors": "whole" });
  const tensors = [...decodeSafetensorsFloats(pathOf("shards/whole"))];
  const index: Record<string, string> = {};
  for (const [part, name] of ["model-1-of-2.safetensors", "model-2-of-2.safetensors"].entries()) {
    const shard = tensors.filter((_, i) => i % 2 === part);
    for (const [tensor] of shard) index[tensor] = name;
    writeFileSync(join(shards, name), encodeSafetensors(new Map(shard)));
  }
  const indexFile = join(shards, "model.safetensors.index.json");
  writeJson(indexFile, { metadata: { total_size: 1 }, weight_map: index });
  assert.deepEqual(outputOf(shards, ids).states, outputOf(pathOf("plain"), ids).states);
  writeJson(indexFile, { weight_map: { a: "../plain/model.safetensors" } });
  assert.throws(() => outputOf(shards, ids), inputError(/index\.json: names the file "\.\.\/plain/));
  for (const out of ["/etc/x.safetensors", "a/../../x.bin", "..", ".safetensors/..", "a\0.safetensors"]) {
    writeJson(indexFile, { weight_map: { a: out } });
    assert.throws(() => outputOf(shards, ids), inputError(/names the file|cannot be read|no such file/));
  }
  writeJson(indexFile, { weight_map: {} });
  assert.throws(() => outputOf(shards, ids), inputError(/index\.json: names no file/));
  writeJson(indexFile, { weight_map: index });
  rmSync(join(shards, "model-2-of-2.safetensors"));
  assert.throws(() => outputOf(shards, ids), inputError(/model-2-of-2\.safetensors: cannot be read/));
});

/** The float tensors of a file. */
function decodeSafetensorsFloats(path: string): Map<string, StoredTensor> {
  const file = readFileSync(path);
  const text = file.toString("latin1").replace(/"I64"/, '"F64"');
  const tensors = decodeSafetensors(Buffer.from(text, "latin1"), path);
  tensors.delete("embeddings.position_ids");
  return tensors;
}

test("a table may have more rows than the pieces or positions in use", () => {
  const long = foreignFolder(pathOf("long"), { "plain.safetensors": "model.safetensors" });
  writeFileSync(join(long, "vocab.txt"), foreignPieces.slice(0, 6).join("\n"));
  const { weights } = outputOf(long, [2, 4, 5, 3]);
  assert.deepEqual(weights.get("embedding.pieces.weight")?.shape, [6, 4]);
  assert.deepEqual(outputOf(long, [2, 4, 5, 3]).states, outputOf(pathOf("plain"), [2, 4, 5, 3]).states);
  writeFileSync(join(long, "vocab.txt"), [...foreignPieces, "c"].join("\n"));
  assert.throws(
    () => outputOf(long, ids),
    inputError(/vocab\.txt: has 8 pieces, but the model's table has 7 rows/),
  );
  const { settings } = new PretrainedBert(pathOf("plain"));
  const config = (change: object) => bertSchema.parse({ from: pathOf("plain"), ...settings, ...change });
  assert.equal(new PretrainedBert(pathOf("plain")).vocabularyFor(config({ positions: 5 })).size, 7);
  for (const [change, pattern] of [
    [{ positions: 9 }, /model\.bert\.positions is 9, but this BERT has 8/],
    [{ layers: 2 }, /model\.bert\.layers is 2, but this BERT has 1/],
    [{ lowercase: true }, /model\.bert\.lowercase is true, but this BERT has false/],
  ] as const) {
    assert.throws(
      () => new PretrainedBert(pathOf("plain")).vocabularyFor(config(change)),
      inputError(pattern),
    );
  }
});

test("config.json is checked: other encoders are refused with the location", () => {
  const cases: [object, RegExp][] = [
    [{ hidden_act: "gelu_new" }, /hidden_act is "gelu_new"/],
    [{ position_embedding_type: "relative_key" }, /position_embedding_type is "relative_key"/],
    [{ is_decoder: true }, /is_decoder is true/],
    [{ type_vocab_size: 1 }, /type_vocab_size is 1: PnR reads only BERT with 2 segments/],
    [{ hidden_size: "768" }, /hidden_size is "768"/],
    [{ num_hidden_layers: 1e12 }, /num_hidden_layers is 1000000000000/],
    [{ num_attention_heads: 3 }, /num_attention_heads is 3: must divide hidden_size, 4/],
    [{ vocab_size: undefined }, /vocab_size is missing/],
    [{ num_hidden_layers: 2 }, /not a BERT, or lacks a part/],
    [
      { intermediate_size: 5 },
      /the tensor "encoder\.layer\.0\.intermediate\.dense\.weight" has shape \[6,4\]: expected \[5,4\]/,
    ],
  ];
  for (const [change, pattern] of cases) {
    foreignFolder(pathOf("checked"), { "plain.safetensors": "model.safetensors" }, change);
    assert.throws(() => outputOf(pathOf("checked"), ids), inputError(pattern), String(pattern));
  }
  foreignFolder(pathOf("checked"), {}, { model_type: undefined, type_vocab_size: 2, layer_norm_eps: 1e-12 });
  assert.deepEqual(outputOf(pathOf("checked"), ids), outputOf(pathOf("plain"), ids));
  writeFileSync(pathOf("checked/config.json"), "{");
  assert.throws(() => outputOf(pathOf("checked"), ids), inputError(/config\.json: not valid JSON/));
});

test("missing, repeated and foreign tensors are refused by name", () => {
  const tensors = decodeSafetensorsFloats(pathOf("plain/model.safetensors"));
  const refused = (change: (tensors: Map<string, StoredTensor>) => void, pattern: RegExp) => {
    const changed = new Map(tensors);
    change(changed);
    foreignFolder(pathOf("odd"), {});
    writeFileSync(pathOf("odd/model.safetensors"), encodeSafetensors(changed));
    assert.throws(() => outputOf(pathOf("odd"), ids), inputError(pattern));
  };
  const [first] = tensors.values();
  const missing = "encoder.layer.0.output.LayerNorm.bias";
  refused((all) => all.delete(missing), /has no tensor "encoder\.layer\.0\.output\.LayerNorm\.bias": /);
  refused((all) => {
    const old = [...all].map(([name, tensor]): [string, StoredTensor] => [
      `bert.${name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")}`,
      tensor,
    ]);
    all.clear();
    for (const [name, tensor] of old)
      if (name !== "bert.encoder.layer.0.output.LayerNorm.beta") all.set(name, tensor);
  }, /has no tensor "bert\.encoder\.layer\.0\.output\.LayerNorm\.beta": /);
  refused((all) => all.clear(), /has no tensor "embeddings\.word_embeddings\.weight": it is not a BERT/);
  refused(
    (all) => all.set("bert.embeddings.LayerNorm.beta", first),
    /the tensors "(bert\.embeddings\.LayerNorm\.beta|embeddings\.LayerNorm\.bias)" and "(?!\1)[\w.]+" are the same parameter/,
  );
  const { shape, values } = tensors.get("embeddings.LayerNorm.bias")!;
  const holed = new Map(tensors).set("embeddings.LayerNorm.bias", {
    shape,
    values: values.map(() => Number.NaN),
  });
  writeFileSync(pathOf("odd/model.safetensors"), encodeSafetensors(holed));
  assert.throws(
    () => new PretrainedBert(pathOf("odd")).check(),
    inputError(/odd: the tensor "embeddings\.LayerNorm\.bias" holds values that are not numbers/),
  );
  refused(
    (all) => all.set("encoder.layer.0.attention.self.distance_embedding.weight", first),
    /does not belong to a BERT/,
  );
  refused(
    (all) => all.set("encoder.layer.1.output.dense.bias", first),
    /has the tensor "encoder\.layer\.1\.output\.dense\.bias", which/,
  );
  rmSync(pathOf("odd/model.safetensors"));
  assert.throws(
    () => outputOf(pathOf("odd"), ids),
    inputError(/odd: holds no weights; copy its model\.safetensors/),
  );
});

test("the vocabulary comes from vocab.txt or tokenizer.json, the rules from the file that gives them", () => {
  const read = (files: Readonly<Record<string, unknown>>) => {
    rmSync(pathOf("words"), { recursive: true, force: true });
    mkdirSync(pathOf("words"));
    writeJson(pathOf("words/config.json"), { ...foreignConfig, vocab_size: 20 });
    for (const [name, content] of Object.entries(files)) {
      if (typeof content === "string") writeFileSync(pathOf(`words/${name}`), content);
      else writeJson(pathOf(`words/${name}`), content);
    }
    return new PretrainedBert(pathOf("words")).tokenizer;
  };
  const list = foreignPieces.join("\n");
  const vocab = Object.fromEntries(foreignPieces.map((piece, id) => [piece, id]).reverse());
  const normalizer = {
    type: "BertNormalizer",
    lowercase: true,
    strip_accents: true,
    handle_chinese_chars: false,
  };
  const tokenizer = { version: "1.0", normalizer, model: { type: "WordPiece", unk_token: "[UNK]", vocab } };
  const cased = { lowercase: false, stripAccents: null, splitChinese: true };

  assert.deepEqual(read({ "vocab.txt": list }).rules, cased);
  assert.equal(read({ "vocab.txt": list.replace("\nA", "\na") }).rules.lowercase, true);
  assert.deepEqual(read({ "vocab.txt": `\ufeff${list.replaceAll("\n", "\r\n")}\r\n` }).pieces, foreignPieces);
  const byJson = read({ "tokenizer.json": tokenizer });
  assert.deepEqual(byJson.pieces, foreignPieces);
  assert.deepEqual(byJson.rules, { lowercase: true, stripAccents: true, splitChinese: false });
  const settings = {
    do_lower_case: false,
    strip_accents: false,
    tokenize_chinese_chars: true,
    tokenizer_class: null,
  };
  const byBoth = read({ "vocab.txt": list, "tokenizer.json": tokenizer, "tokenizer_config.json": settings });
  assert.deepEqual(byBoth.rules, { lowercase: false, stripAccents: false, splitChinese: true });

  // the published Chinese BERT has lower-cased pieces, but its settings say no lower-casing; the settings count
  const chinese = {
    "vocab.txt": list.replace("\nA", "\na"),
    "tokenizer_config.json": { do_lower_case: false },
  };
  assert.equal(read(chinese).rules.lowercase, false);
  const bert = new PretrainedBert(pathOf("words"));
  assert.equal(bert.vocabularyFor(bertSchema.parse({ from: pathOf("words"), ...bert.settings })).size, 7);

  const refused = (files: Readonly<Record<string, unknown>>, pattern: RegExp) =>
    assert.throws(() => {
      const { pieces, path } = read(files);
      naming(path, () => pieceVocabulary(pieces));
    }, inputError(pattern));
  refused({}, /words: has no vocab\.txt and no tokenizer\.json/);
  refused({ "vocab.txt": `${list}\nA` }, /vocab\.txt: .*lists "A" twice/);
  refused({ "vocab.txt": `${list}\n\n\n` }, /vocab\.txt: .*lists "" twice/);
  refused({ "tokenizer.json": { model: { type: "WordLevel", vocab } } }, /is "WordLevel": PnR reads "Wor/);
  refused({ "tokenizer.json": { model: { vocab: { a: 0, b: 2 } } } }, /has 2 pieces and one of number 2/);
  refused({ "tokenizer.json": { model: { vocab: { a: 0, b: 0 } } } }, /numbers two 0/);
  refused(
    { "vocab.txt": list, "tokenizer_config.json": { tokenizer_class: "BertJapaneseTokenizer" } },
    /Japanese/,
  );
  mkdirSync(pathOf("latin"), { recursive: true });
  writeJson(pathOf("latin/config.json"), foreignConfig);
  writeFileSync(pathOf("latin/vocab.txt"), Buffer.from("[PAD]\n\xe9", "latin1"));
  assert.throws(
    () => new PretrainedBert(pathOf("latin")),
    inputError(/latin\/vocab\.txt: is not valid UTF-8/),
  );
});

test("an encoder is found by its folder or its name in the cache; otherwise the message says how to get it", () => {
  const before = process.env.PNR_ENCODERS;
  process.env.PNR_ENCODERS = pathOf("cache");
  try {
    foreignFolder(pathOf("cache/some-lab/some-bert"), {});
    assert.equal(findEncoder("some-lab/some-bert"), pathOf("cache/some-lab/some-bert"));
    assert.equal(findEncoder(pathOf("plain")), pathOf("plain"));
    assert.throws(
      () => findEncoder("bert-base-cased"),
      inputError(/get it with: pnr encoder fetch bert-base-cased$/),
    );
    assert.throws(() => findEncoder("./bert"), inputError(/^\.\/bert: no such folder$/));
    assert.throws(() => findEncoder("a b"), inputError(/is not the name of an encoder/));
    assert.throws(() => findEncoder("../../no-such-encoder"), inputError(/no such folder/));
    renameSync(pathOf("cache/some-lab/some-bert/config.json"), pathOf("cache/config.json.part"));
    assert.throws(
      () => findEncoder("some-lab/some-bert"),
      inputError(/pnr encoder fetch some-lab\/some-bert/),
    );
    assert.throws(() => findEncoder(pathOf("cache")), inputError(/cache: has no config\.json/));
  } finally {
    if (before === undefined) delete process.env.PNR_ENCODERS;
    else process.env.PNR_ENCODERS = before;
  }
});

test("folders with changed bytes are read or refused without a crash", () => {
  const files = ["config.json", "vocab.txt", "model.safetensors"];
  foreignFolder(pathOf("fuzz"), { "plain.safetensors": "model.safetensors" });
  writeJson(pathOf("fuzz/config.json"), foreignConfig);
  const whole = files.map((name) => readFileSync(pathOf(`fuzz/${name}`)));
  fc.assert(
    fc.property(fc.nat(2), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255), (which, place, value) => {
      const broken = Buffer.from(whole[which]);
      broken[Math.min(broken.length - 1, Math.floor(place * broken.length))] = value;
      writeFileSync(pathOf(`fuzz/${files[which]}`), broken);
      try {
        const pretrained = new PretrainedBert(pathOf("fuzz"));
        pretrained.load(new Map([["embedding.pieces.weight", [7, 4]]]), () => {});
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
        assert.ok(!error.message.includes("\n"));
      } finally {
        writeFileSync(pathOf(`fuzz/${files[which]}`), whole[which]);
      }
    }),
    { numRuns: 200 },
  );
});
