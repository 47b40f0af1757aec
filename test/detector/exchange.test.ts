import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { readHeader, type StoredTensor } from "../../src/base/safetensors";
import type { TensorType } from "../../src/base/safetensors-header";
import { paperConfig } from "../../src/config/config";
import { type ModelConfig, releasedModel } from "../../src/config/model-config";
import {
  checkReleased,
  checkState,
  differentReading,
  fromReleased,
  type Shapes,
  toReleased,
} from "../../src/detector/exchange";
import { StateFile, writeState } from "../../src/detector/state-file";
import { Random } from "../../src/engine";
import { startBackend } from "../../src/engine/backends";
import { Network } from "../../src/model/network";
import { Parameters } from "../../src/nn/parameters";
import { testFolder } from "../support/folders";
import { smallBert, vocabularies, wordPiece } from "../support/model";

const released: ModelConfig = {
  ...paperConfig.model,
  ...releasedModel,
  embedding: { characters: 3, words: 2, pos: 1 },
  hidden: 4,
  heads: 2,
  layers: 1,
  kernels: [2],
  feedForward: 3,
};

const configs: fc.Arbitrary<ModelConfig> = fc
  .record({
    width: fc.integer({ min: 1, max: 3 }),
    heads: fc.integer({ min: 1, max: 3 }),
    layers: fc.integer({ min: 1, max: 3 }),
    kernels: fc.array(fc.integer({ min: 2, max: 4 }), { maxLength: 3 }),
    feedForward: fc.integer({ min: 1, max: 5 }),
    bert: fc.option(
      fc.record({ layers: fc.integer({ min: 1, max: 2 }), intermediate: fc.integer({ min: 1, max: 3 }) }),
    ),
    embedding: fc.record({
      characters: fc.nat(2),
      words: fc.nat(2),
      pos: fc.integer({ min: 1, max: 2 }),
    }),
    backward: fc.boolean(),
    spatial: fc.boolean(),
    category: fc.boolean(),
    locationIteration: fc.boolean(),
    logitIteration: fc.boolean(),
    paddingLeak: fc.boolean(),
  })
  .map(({ width, bert, ...rest }) => {
    const hidden = 2 * width * rest.heads;
    return { ...released, ...rest, hidden, bert: bert && { ...smallBert, ...bert, hidden, positions: 5 } };
  });

const sizes = { words: 3, characters: 4, pos: 2, pieces: 6 };
const types = 2;

function shapesOf(config: ModelConfig): Shapes {
  const parameters = new Parameters(new Random(1));
  new Network(config, types, sizes, parameters);
  const shapes = new Map(parameters.names.map((name) => [name, parameters.get(name).shape]));
  parameters.dispose();
  return shapes;
}

/** Random bits, those of NaN and -0 included. */
function randomTensors(shapes: Shapes, random: Random): Map<string, StoredTensor> {
  return new Map(
    [...shapes].map(([name, shape]) => {
      const size = shape.reduce((product, side) => product * side, 1);
      const bits = Uint32Array.from({ length: size }, () => Math.floor(random.uniform() * 2 ** 32));
      return [name, { shape, values: new Float32Array(bits.buffer) }];
    }),
  );
}

const bitsOf = (tensors: ReadonlyMap<string, StoredTensor>) =>
  [...tensors].map(([name, { shape, values }]) => [
    name,
    shape,
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex"),
  ]);

const entriesOf = (tensors: ReadonlyMap<string, StoredTensor>): Map<string, TensorType> =>
  new Map([...tensors].map(([name, { shape }]) => [name, { dtype: "F32", shape }]));

const reading =
  (tensors: ReadonlyMap<string, StoredTensor>) =>
  (name: string): StoredTensor =>
    tensors.get(name) as StoredTensor;

before(() => startBackend("cpu"));

describe("parameters and the released code's state_dict", () => {
  it("convert both ways without changing a bit, for every config", () => {
    fc.assert(
      fc.property(configs, fc.nat(), (config, seed) => {
        const shapes = shapesOf(config);
        const random = new Random(seed);
        const ours = randomTensors(shapes, random);
        const { state, unknown } = toReleased(ours);
        checkState(entriesOf(state), shapes, "file");
        assert.deepEqual(bitsOf(fromReleased(reading(state), shapes, unknown)), bitsOf(ours));

        const theirs = randomTensors(new Map([...state].map(([name, { shape }]) => [name, shape])), random);
        // The pooler is not converted, because nothing uses its output.
        for (const [name, { values }] of theirs) if (name.includes(".pooler.")) values.fill(0);
        assert.deepEqual(bitsOf(toReleased(fromReleased(reading(theirs), shapes)).state), bitsOf(theirs));
      }),
      { numRuns: 60 },
    );
  });

  it("have the names and shapes that the released code wrote", () => {
    const cases: [file: string, kernels: number[]][] = [
      ["detector_k0_s0", []],
      ["detector_padfirst_s0", [2, 3]],
    ];
    for (const [file, kernels] of cases) {
      const path = join(__dirname, "../../../test/fixtures/golden", `${file}.safetensors`);
      const written = [...readHeader(readFileSync(path), path).entries]
        .filter(([name]) => name.startsWith("param."))
        .map(([name, { shape }]) => [`detector.${name.slice("param.".length)}`, [...shape]]);
      const sizesThere = { hidden: 32, heads: 4, layers: 2, kernels, feedForward: 64 };
      const parameters = new Parameters(new Random(1));
      new Network({ ...released, ...sizesThere }, 5, sizes, parameters);
      const { state } = toReleased(
        new Map(
          parameters.names.map((name) => [
            name,
            { shape: parameters.get(name).shape, values: new Float32Array() },
          ]),
        ),
      );
      const ours = [...state]
        .filter(([name]) => name.startsWith("detector."))
        .map(([name, { shape }]) => [name, shape]);
      assert.deepEqual(ours.sort(), written.sort());
      parameters.dispose();
    }
  });

  it("differ in the rows of unknown characters and tags, which only ours have; both have a row of unknown words", () => {
    const shapes: Shapes = new Map([
      ["encoder.words.weight", [2, 2]],
      ["encoder.characters.embedding.weight", [3, 2]],
      ["encoder.pos.weight", [1, 2]],
    ]);
    const state = new Map([
      ["encoder.embedding.word2vec.embeds.weight", { shape: [2, 2], values: Float32Array.of(1, 2, 3, 5) }],
      ["encoder.embedding.char2vec.char2vec.weight", { shape: [2, 2], values: Float32Array.of(1, 2, 3, 5) }],
      ["encoder.embedding.pos2vec.pos2vec.weight", { shape: [0, 2], values: new Float32Array() }],
    ]);
    const parameters = fromReleased(reading(state), shapes);
    assert.deepEqual(
      [...parameters.values()].map(({ values }) => [...values]),
      [
        [1, 2, 3, 5],
        [2, 3.5, 1, 2, 3, 5],
        [0, 0],
      ],
    );
  });
});

describe("a state_dict that does not fit", () => {
  const shapes = (): Shapes => shapesOf(released);
  const fault = (change: (entries: Map<string, TensorType>) => void) => {
    const entries = entriesOf(toReleased(randomTensors(shapes(), new Random(1))).state);
    change(entries);
    return () => checkState(entries, shapes(), "a.safetensors");
  };

  it("names tensors that are missing, unknown, or of another shape or type", () => {
    const entry: TensorType = { dtype: "F32", shape: [3] };
    assert.throws(
      fault((entries) => {
        entries.delete("detector.proposer.norm.bias");
        entries.set("detector.proposer.norm.weight", entry);
        entries.set("encoder.transforms.1.bias", { ...entry, dtype: "F16", shape: [4] });
        entries.set("optimizer.step", entry);
      }),
      {
        message:
          'a.safetensors: does not fit this config and these vocabularies: missing "detector.proposer.norm.bias" [4]; ' +
          '"encoder.transforms.1.bias" is F16 [4], not F32 [4], "detector.proposer.norm.weight" is F32 [3], not F32 [4]; ' +
          'unknown "optimizer.step"',
      },
    );
  });

  it("names the first five and counts the others", () => {
    assert.throws(
      fault((entries) => {
        for (let i = 0; i < 7; i++) entries.set(`x${i}`, { dtype: "F32", shape: [] });
      }),
      { message: /unknown "x0", "x1", "x2", "x3", "x4" and 2 more$/ },
    );
  });

  it("needs a config with BERT if it holds one", () => {
    const bert = "encoder.embedding.token2vec.pretrain.pooler.dense.bias";
    assert.throws(
      fault((entries) => entries.set(bert, { dtype: "F32", shape: [4] })),
      {
        message: `a.safetensors: 1 tensors such as "${bert}" belong to a BERT, which this config lacks; set model.bert`,
      },
    );
  });

  it("may lack BERT's pooler and hold its table of positions, but nothing else", () => {
    const withBert = shapesOf({ ...released, bert: { ...smallBert, hidden: 4 } });
    const entries = entriesOf(toReleased(randomTensors(withBert, new Random(1))).state);
    const bert = "encoder.embedding.token2vec.pretrain.";
    assert.ok(entries.delete(`${bert}pooler.dense.weight`));
    entries.set(`${bert}embeddings.position_ids`, { dtype: "I64", shape: [1, 64] });
    checkState(entries, withBert, "a.safetensors");
    entries.delete(`${bert}embeddings.LayerNorm.weight`);
    entries.set(`${bert}cls.bias`, { dtype: "F32", shape: [4] });
    assert.throws(() => checkState(entries, withBert, "a.safetensors"), {
      message: /missing ".*pretrain\.embeddings\.LayerNorm\.weight" \[4\]; unknown ".*pretrain\.cls\.bias"$/,
    });
  });
});

describe("a model that the released code cannot represent", () => {
  it("is refused with every key that differs, except the padding leak", () => {
    checkReleased(released, "x");
    checkReleased({ ...released, paddingLeak: false }, "x");
    const bert = { ...smallBert, hidden: released.hidden };
    checkReleased({ ...released, bert }, "x");
    assert.throws(() => checkReleased({ ...released, bert: { ...bert, hidden: 6, output: "last" } }, "x"), {
      message: /which has model\.hidden 6, model\.bert\.output "lastFour"$/,
    });
    assert.throws(() => checkReleased({ ...released, pool: "average", update: "gate" }, "best.json"), {
      message:
        'best.json: not a model of the released code, which has model.update "feedForward", model.pool "max"',
    });
  });

  it("names the keys by which it reads text differently", () => {
    const bert = {
      ...smallBert,
      hidden: released.hidden,
      context: { training: 8, evaluation: 64 },
      replace: { accents: true, punctuation: "released" },
    } as const;
    const vectors = { file: "v", sha256: null, trainable: false, missing: "zero" } as const;
    assert.deepEqual(differentReading({ ...released, bert }), []);
    assert.deepEqual(
      differentReading({
        ...released,
        bert,
        wordFallback: ["lower"],
        wordVectors: { ...vectors, fallback: [] },
      }),
      [],
    );
    assert.deepEqual(
      differentReading({
        ...released,
        wordFallback: ["lower"],
        maxCharacters: 32,
        bertContext: "paper",
        bert: {
          ...bert,
          context: { training: 64, evaluation: 65 },
          replace: { accents: false, punctuation: true },
        },
      }),
      [
        "model.wordFallback []",
        "model.maxCharacters null",
        'model.bertContext "released"',
        "model.bert.context.evaluation 64",
        "model.bert.replace.accents true",
        'model.bert.replace.punctuation "released"',
      ],
    );
    assert.deepEqual(differentReading({ ...released, wordVectors: { ...vectors, fallback: ["upper"] } }), [
      "model.wordVectors.fallback []",
    ]);
    const without = { ...released, embedding: { characters: 0, words: 0, pos: 1 } };
    assert.deepEqual(
      differentReading({ ...without, wordFallback: ["lower"], maxCharacters: 32, bertContext: "paper" }),
      [],
    );
  });
});

it("an adapter is merged into the weights of the written file, whose description has none", () => {
  const path = join(testFolder("adapter"), "model.safetensors");
  const bert = { ...smallBert, hidden: 4, from: "some-bert", adapter: { rank: 1, alpha: 2 } };
  const model = { ...released, bert };
  const random = new Random(4);
  const parameters = new Map(
    [...shapesOf(model)].map(([name, shape]): [string, StoredTensor] => {
      const size = shape.reduce((product, side) => product * side, 1);
      return [name, { shape, values: Float32Array.from({ length: size }, () => random.below(9)) }];
    }),
  );
  const description = { model, types: ["X", "Y"], vocabularies: { ...vocabularies, pieces: wordPiece } };
  writeState(path, description, parameters);
  const file = new StateFile(path);
  assert.deepEqual(file.description?.model, { ...model, bert: { ...bert, adapter: null } });
  const read = file.parameters(shapesOf(file.description.model));
  file.close();
  const map = "encoder.bert.layers.1.attention.value";
  const [weight, down, up] = ["weight", "adapter.down", "adapter.up"].map(
    (name) => parameters.get(`${map}.${name}`)!.values,
  );
  assert.deepEqual(
    read.get(`${map}.weight`)?.values,
    weight.map((value, i) => value + 2 * up[Math.floor(i / 4)] * down[i % 4]),
  );
  const key = "encoder.bert.layers.1.attention.key.weight";
  assert.deepEqual(read.get(key), parameters.get(key));
});
