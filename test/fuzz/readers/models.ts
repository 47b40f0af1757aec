// cspell:ignore AACA AAAEA
// Stored models, exchanged models, and configs.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readJson, sha256Of } from "../../../src/base/files";
import { encodeSafetensors } from "../../../src/base/safetensors";
import { applyOverrides, parseConfig } from "../../../src/config/parse-config";
import { presets } from "../../../src/config/presets";
import { readMetadata, StateFile } from "../../../src/detector/state-file";
import { readModel } from "../../../src/detector/storage";
import { processFolder, writeInput } from "../files";
import type { Parts, Reader } from "../reader";

const tensors = new Map([
  ["encoder.embedding.word2vec.embeds.weight", { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }],
]);
const stored = encodeSafetensors(tensors);
const description = {
  model: presets.quickstart.model,
  types: ["LOC", "PER"],
  vocabularies: { words: ["the", "Ada"], characters: ["a", "我"], pos: ["NN"] },
};

const model = (bert: boolean): Parts => [
  Buffer.from(
    JSON.stringify({
      format: "pnr-model-1",
      ...description,
      ...(bert && {
        model: presets.s.model,
        vocabularies: { ...description.vocabularies, pieces: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"] },
      }),
      tensors: { file: "model-0.safetensors", sha256: sha256Of(stored) },
      extra: { step: 3, random: [1, 2, 3, 4], seconds: 2, epochs: [] },
    }),
  ),
  stored,
];

const settings = [
  "model.layers=2",
  "model.kernels=[2,3]",
  "model.update=residual",
  'training.rates={"encoder":0.001}',
  "variant=released",
  "model.bert.layers=3",
];
const keys = [
  ...Object.keys(presets.s0.model),
  ...Object.keys(presets.s0.training),
  "variant",
  "model",
  "loss",
  "training",
  "released",
  "paper",
  "gate",
];

const names = (size: number): string[] => Array.from({ length: size / 10 }, (_, at) => `word${at}`);

export const models: readonly Reader[] = [
  {
    name: "stored models",
    shapes: ["json", "binary"],
    seeds: [model(false), model(true)],
    words: keys,
    source: "model",
    seal: ([json, bytes]) => [
      Buffer.from(
        json.toString("latin1").replace(/"sha256":"[^"]*"/, `"sha256":"${sha256Of(bytes)}"`),
        "latin1",
      ),
      bytes,
    ],
    growing: [
      {
        what: "words, one of them twice",
        ends: /twice/,
        of: (size) => [
          Buffer.from(
            JSON.stringify({
              ...JSON.parse(String(model(false)[0])),
              vocabularies: { words: [...names(size), "word1"], characters: [], pos: [] },
            }),
          ),
          stored,
        ],
      },
      {
        what: "words",
        ends: "read",
        of: (size) => [
          Buffer.from(
            JSON.stringify({
              ...JSON.parse(String(model(false)[0])),
              vocabularies: { words: names(size), characters: [], pos: [] },
            }),
          ),
          stored,
        ],
      },
    ],
    read([json, bytes]) {
      mkdirSync(join(processFolder(), "model"), { recursive: true });
      writeInput("model/model-0.safetensors", bytes);
      const { description: read } = readModel(writeInput("model/model.json", json));
      assert.ok(read.vocabularies.words.index("Ada") >= 0);
      for (const name of ["__proto__", "constructor"])
        assert.ok(read.vocabularies.words.index(name) < read.vocabularies.words.size);
    },
  },
  {
    name: "exchanged models",
    shapes: ["json"],
    seeds: [
      [
        Buffer.from(
          JSON.stringify({
            ...description,
            vocabularies: { ...description.vocabularies, words: ["", "the"] },
            unknown: { "encoder.pos.weight": "AACAPwAAAEA=" },
          }),
        ),
      ],
    ],
    words: keys,
    source: "state.safetensors",
    read([record]) {
      const bytes = encodeSafetensors(tensors, { pnr: record.toString("utf8") });
      const state = new StateFile(writeInput("state.safetensors", bytes));
      try {
        state.parameters(new Map([["encoder.words.weight", [2, 2]]]));
      } finally {
        state.close();
      }
    },
  },
  {
    name: "the released code's metadata",
    shapes: ["json"],
    seeds: [[Buffer.from(JSON.stringify({ type: ["LOC", "PER"], char: ["a"], pos: ["NN"], word: ["the"] }))]],
    words: ["type", "char", "pos", "word"],
    source: "metadata.json",
    growing: [
      {
        what: "words, one of them twice",
        ends: /twice/,
        of: (size) => [Buffer.from(JSON.stringify({ type: ["x"], word: [...names(size), "word1"] }))],
      },
    ],
    read: ([bytes]) => readMetadata(writeInput("metadata.json", bytes)),
  },
  {
    name: "config files",
    shapes: ["json"],
    seeds: [presets.s0, presets.s, presets.released, { model: { layers: 2 } }].map((config) => [
      Buffer.from(JSON.stringify(config)),
    ]),
    words: keys,
    source: "config.json",
    growing: [
      {
        what: "unknown keys",
        ends: /unknown key/,
        of: (size) => [
          Buffer.from(JSON.stringify({ model: Object.fromEntries(names(size).map((name) => [name, 1])) })),
        ],
      },
      {
        what: "an unknown key",
        ends: /unknown key/,
        of: (size) => [Buffer.from(JSON.stringify({ model: { ["a".repeat(size)]: 1 } }))],
      },
      {
        what: "nested objects",
        ends: /config\.json/,
        of: (size) => [Buffer.from(`${'{"model":'.repeat(size / 10)}1${"}".repeat(size / 10)}`)],
      },
      {
        what: "rates",
        ends: "read",
        of: (size) => [
          Buffer.from(
            JSON.stringify({
              training: { rates: Object.fromEntries(names(size).map((name) => [name, 0.1])) },
            }),
          ),
        ],
      },
    ],
    read([bytes]) {
      const path = writeInput("config.json", bytes);
      const config = parseConfig(readJson(path), path);
      assert.deepEqual(Object.keys(config).sort(), ["loss", "model", "training", "variant"]);
      // A run's folder must give back the config that was written to it.
      const text = JSON.stringify(config);
      assert.equal(JSON.stringify(parseConfig(JSON.parse(text), path)), text);
    },
  },
  {
    name: "--set",
    shapes: ["text"],
    seeds: settings.map((setting) => [Buffer.from(setting)]),
    words: [
      ...keys.map((key) => `model.${key}`),
      ".",
      "=",
      "=null",
      "__proto__.polluted=1",
      "constructor.prototype.polluted=1",
    ],
    source: "--set",
    growing: [
      {
        what: "nested keys",
        ends: /--set/,
        of: (size) => [Buffer.from(`${"a.".repeat(size / 2)}a=1`)],
      },
      { what: "a value", ends: /--set/, of: (size) => [Buffer.from(`model.layers=${"9".repeat(size)}`)] },
      { what: "equals signs", ends: /--set/, of: (size) => [Buffer.from("=".repeat(size))] },
    ],
    read([bytes]) {
      const config = applyOverrides(presets.s0, [bytes.toString("utf8")]);
      assert.deepEqual(Object.keys(config).sort(), ["loss", "model", "training", "variant"]);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    },
  },
];
