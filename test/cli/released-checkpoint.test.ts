import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { SafetensorsFile } from "../../src/base/tensor-files";
import { EntityDetector } from "../../src/detector/entity-detector";
import { describe as describeModel, loadParameters, readModel } from "../../src/detector/storage";
import { startBackend } from "../../src/engine/backends";
import { applyOverrides, presets } from "../../src/training";
import { testFolder } from "../support/folders";
import { pnr } from "./pnr";

const root = join(__dirname, "../../..");
const folder = testFolder("released-checkpoint");

/** A sentence in the released code's format. */
interface TheirSentence {
  readonly tokens: readonly string[];
  readonly pos: readonly string[];
  readonly ltokens: readonly string[];
  readonly rtokens: readonly string[];
}

interface TheirEntity {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), "utf8")) as T;

/** The entities of a sentence in a canonical order. */
const sorted = (entities: readonly TheirEntity[]): string[] =>
  entities.map(({ start, end, type }) => `${start}-${end} ${type}`).sort();

/** Runs `pnr import` of a checkpoint with only the sizes. */
async function imported(checkpoint: string, sizes: object): Promise<string> {
  const out = mkdtempSync(join(folder, "run-"));
  const config = `${out}.json`;
  writeFileSync(config, JSON.stringify({ model: sizes }));
  const { code, stderr } = await pnr([
    "import",
    join(checkpoint, "model.safetensors"),
    ...["--metadata", join(checkpoint, "metadata.json"), "--config", config, "--out", out],
  ]);
  assert.deepEqual([code, stderr], [0, ""]);
  return out;
}

/** Runs `pnr predict` on sentences in the released code's format. */
async function predicted(run: string, sentences: readonly TheirSentence[]): Promise<string[][]> {
  const input = `${run}.jsonl`;
  writeFileSync(input, sentences.map((sentence) => `${JSON.stringify(sentence)}\n`).join(""));
  const { code, stdout, stderr } = await pnr(["predict", "--run", run, "--input", input]);
  assert.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  return lines.map((line) => sorted((JSON.parse(line) as { entities: TheirEntity[] }).entities));
}

/** Does the same in this process, with changed keys of the model. */
async function predictedWith(
  run: string,
  sentences: readonly TheirSentence[],
  setting: string,
): Promise<string[][]> {
  const { description, tensors } = readModel(join(run, "best.json"));
  const { model } = applyOverrides({ ...presets.released, model: description.model }, [setting]);
  const { words, characters, pos, pieces } = description.vocabularies;
  const lists = {
    words: [...words.toJSON()],
    characters: [...characters.toJSON()],
    pos: [...pos.toJSON()],
    pieces: pieces!.toJSON(),
  };
  using detector = new EntityDetector(
    describeModel({ model, types: [...description.types], vocabularies: lists }, setting),
  );
  loadParameters(detector.network.parameters, tensors, run);
  const predictions = await detector.predict(
    sentences.map(({ ltokens, rtokens, ...sentence }) => ({ ...sentence, previous: ltokens, next: rtokens })),
  );
  return predictions.map(sorted);
}

describe("a small checkpoint that the authors' code wrote", () => {
  const checkpoint = join(root, "test/fixtures/checkpoint");
  const sentences = readJson<TheirSentence[]>(checkpoint, "sentences.json");
  const theirs = readJson<TheirEntity[][]>(checkpoint, "entities.json").map(sorted);
  let run: string;

  before(async () => {
    run = await imported(checkpoint, {
      hidden: 16,
      heads: 2,
      layers: 2,
      feedForward: 24,
      kernels: [2],
      embedding: { characters: 6, words: 6, pos: 4 },
      bert: {
        layers: 3,
        hidden: 16,
        heads: 2,
        intermediate: 32,
        positions: 400,
        vocabulary: join(checkpoint, "vocab.txt"),
      },
    });
    await startBackend("wasm");
  });

  test("predicts the same entities, imported with its sizes alone", async () => {
    assert.equal(theirs.flat().length, 213);
    assert.deepEqual(await predicted(run, sentences), theirs);
  });

  const others = [
    'model.wordFallback=["lower"]',
    "model.maxCharacters=32",
    "model.bertContext=paper",
    "model.bert.context.evaluation=512",
    "model.bert.replace.accents=false",
    "model.bert.replace.punctuation=false",
    "model.bert.replace.punctuation=true",
  ];
  for (const setting of others) {
    test(`predicts other entities with ${setting}`, async () => {
      assert.notDeepEqual(await predictedWith(run, sentences, setting), theirs);
    });
  }

  test("exports the tensors that it imported, with words in the same rows", async () => {
    const [file, metadata] = [join(folder, "again.safetensors"), join(folder, "again.json")];
    const args = ["export", "--run", run, "--out", file, "--metadata", metadata];
    const { code, stderr } = await pnr(args);
    assert.deepEqual([code, stderr], [0, ""]);
    const [before, after] = [
      new SafetensorsFile(join(checkpoint, "model.safetensors")),
      new SafetensorsFile(file),
    ];
    try {
      const names = [...before.entries.keys()].filter((name) => !/position_ids$|\.pooler\./.test(name));
      for (const name of names) assert.deepEqual(after.read(name), before.read(name), name);
      const extra = [...after.entries.keys()].filter((name) => !names.includes(name));
      assert.ok(extra.length === 2 && extra.every((name) => name.includes(".pooler.")));
    } finally {
      before.close();
      after.close();
    }
    const [original, exported] = [checkpoint, folder].map((place, at) =>
      readJson<Record<string, string[]>>(place, ["metadata.json", "again.json"][at]),
    );
    assert.deepEqual(exported, { ...original, word: ["", ...original.word.slice(1)] });
  });
});

/** Tests on the authors' checkpoint, if it is next to the project or in the folders PNR_GOLDEN and PNR_DATA. */
const golden = join(process.env.PNR_GOLDEN ?? join(root, "../shared/golden"), "checkpoint");
const data = process.env.PNR_DATA ?? join(root, "../shared/data");

describe("the authors' checkpoint trained on GENIA", {
  skip: !existsSync(golden) && "is not on this machine",
}, () => {
  test("predicts the same entities, imported with its sizes alone", async () => {
    const run = await imported(golden, {
      hidden: 64,
      heads: 8,
      layers: 3,
      feedForward: 2048,
      kernels: [2, 2],
      embedding: { characters: 50, words: 0, pos: 50 },
      bert: {
        layers: 2,
        hidden: 64,
        heads: 2,
        intermediate: 256,
        vocabulary: join(data, "vocab/bert-base-uncased.vocab.txt"),
      },
    });
    const sentences = readJson<(TheirSentence & { annotation?: string })[]>(data, "genia/train.json")
      .filter(({ annotation }) => annotation === "full")
      .slice(0, 400);
    const theirs = readJson<TheirEntity[][]>(golden, "entities.json");
    assert.equal(theirs.flat().length, 1139);
    assert.deepEqual(await predicted(run, sentences), theirs.map(sorted));
  });
});
