import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { decodeSafetensors, encodeSafetensors, readHeader } from "../../src/base/safetensors";
import { readWordPiece, Vocabulary } from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { parameterTensors, readModel, writeModel } from "../../src/detector/storage";
import { Random } from "../../src/engine";
import { startBackend } from "../../src/engine/backends";
import { parseConfig } from "../../src/training";
import { failure, pnr } from "./pnr";

const folder = mkdtempSync(join(tmpdir(), "pnr-exchange-"));
const run = join(folder, "run");
const state = join(folder, "state.safetensors");
const metadata = join(folder, "metadata.json");
const noEncoder =
  "the released code has no model without BERT; it accepts all parameters except the encoder's";
const lists = { type: ["DNA", "RNA"], char: ["a", "b", "é"], pos: ["X"] };
const model = {
  hidden: 8,
  heads: 2,
  layers: 1,
  feedForward: 6,
  embedding: { characters: 2, words: 0, pos: 2 },
};

function makeRun(directory: string, variant: "paper" | "released", bert?: object, pieces?: string): void {
  const config = parseConfig({ variant, model: { ...model, ...(bert && { bert }) } }, "test");
  const vocabularies = {
    words: Vocabulary.from([]),
    characters: Vocabulary.from(lists.char),
    pos: Vocabulary.from(lists.pos),
    ...(pieces && { pieces: readWordPiece(pieces) }),
  };
  const detector = new EntityDetector(
    { model: config.model, types: lists.type, vocabularies },
    new Random(4),
  );
  writeModel(
    join(directory, "best.json"),
    detector.description,
    parameterTensors(detector.network.parameters),
  );
  detector.dispose();
}

/** The number of parameters of a stored model, as printed. */
function sizeOf(directory: string): string {
  const sizes = [...readModel(join(directory, "best.json")).tensors.values()].map(
    ({ values }) => values.length,
  );
  return sizes.reduce((sum, size) => sum + size, 0).toLocaleString("en");
}

before(async () => {
  await startBackend("cpu");
  makeRun(run, "released");
  makeRun(join(folder, "paper"), "paper");
  writeFileSync(metadata, JSON.stringify(lists));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ model }));
  assert.deepEqual(await pnr(["export", "--run", run, "--out", state]), {
    code: 0,
    stdout: `${sizeOf(run)} parameters of ${run} are in ${state}\n`,
    stderr: `${run}: ${noEncoder}\n`,
  });
});

after(() => rmSync(folder, { recursive: true }));

test("export and import give back the same model, byte by byte", async () => {
  const again = join(folder, "again");
  const { code, stdout, stderr } = await pnr(["import", state, "--out", again]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(
    stdout,
    `${sizeOf(run)} parameters are in ${again}\nNext: pnr predict --run ${again} --input -\n`,
    "as many as the export counted",
  );
  assert.deepEqual(readFileSync(join(again, "best.json")), readFileSync(join(run, "best.json")));
});

test("a file without a description needs metadata and sizes, and then differs only in unknown rows", async () => {
  const bare = join(folder, "bare.safetensors");
  const bytes = readFileSync(state);
  const { metadata: texts, start } = readHeader(bytes, state);
  const header = bytes.toString("utf8", 8, start);
  const stripped = header.replace(`"__metadata__":${JSON.stringify(texts)},`, "");
  assert.notEqual(stripped, header);
  const padded = Buffer.from(stripped);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeFileSync(bare, Buffer.concat([length, padded, bytes.subarray(start)]));

  const out = join(folder, "from-bare");
  const complete = ["--metadata", metadata, "--config", join(folder, "config.json")];
  assert.deepEqual(await failure("import", bare, "--out", out), {
    code: 2,
    message: `${bare}: lacks entity types and characters; add --metadata metadata.json`,
  });
  assert.deepEqual(await failure("import", bare, "--out", out, "--metadata", metadata), {
    code: 2,
    message: `${bare}: lacks the sizes of its model; add --config or --preset, and --set`,
  });
  assert.equal((await pnr(["import", bare, "--out", out, ...complete])).code, 0);
  const [ours, theirs] = [readModel(join(run, "best.json")), readModel(join(out, "best.json"))];
  assert.deepEqual(theirs.description, ours.description);
  const differing = [...ours.tensors].filter(
    ([name, { values }]) => Buffer.compare(bytesOf(values), bytesOf(theirs.tensors.get(name)!.values)) !== 0,
  );
  assert.deepEqual(
    differing.map(([name]) => name),
    ["encoder.characters.embedding.weight", "encoder.pos.weight"],
  );
});

test("export and import give back a BERT; without a description it needs its vocabulary", async () => {
  const vocabulary = join(folder, "vocab.txt");
  writeFileSync(vocabulary, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "A", "b"].join("\n"));
  const bert = { layers: 1, hidden: 8, heads: 2, intermediate: 6, positions: 8 };
  const directory = join(folder, "bert");
  makeRun(directory, "released", bert, vocabulary);
  const file = join(folder, "bert.safetensors");
  const again = join(folder, "bert-again");
  assert.deepEqual(await pnr(["export", "--run", directory, "--out", file]), {
    code: 0,
    stdout: `${sizeOf(directory)} parameters of ${directory} are in ${file}\n`,
    stderr: "",
  });
  assert.equal((await pnr(["import", file, "--out", again])).code, 0);
  assert.deepEqual(readFileSync(join(again, "best.json")), readFileSync(join(directory, "best.json")));

  const bare = join(folder, "bert-bare.safetensors");
  const bytes = readFileSync(file);
  writeFileSync(bare, withPositions(encodeSafetensors(decodeSafetensors(bytes, file)), 8));
  const config = join(folder, "bert-config.json");
  writeFileSync(config, JSON.stringify({ model: { ...model, bert } }));
  const out = join(folder, "from-bert-bare");
  const args = ["import", bare, "--out", out, "--metadata", metadata, "--config", config];
  assert.deepEqual(await failure(...args), {
    code: 2,
    message: `${bare}: does not contain the vocabulary of BERT; add --set model.bert.vocabulary=vocab.txt`,
  });
  assert.equal((await pnr([...args, "--set", `model.bert.vocabulary=${vocabulary}`])).code, 0);
  const [ours, theirs] = [readModel(join(directory, "best.json")), readModel(join(out, "best.json"))];
  assert.deepEqual(theirs.description.vocabularies.pieces?.toJSON(), [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "A",
    "b",
  ]);
  const table = "encoder.bert.embedding.pieces.weight";
  assert.deepEqual(theirs.tensors.get(table), ours.tensors.get(table));
});

/** Adds the integers 0, 1, 2 … that the released code's BERT stores with its parameters. */
function withPositions(file: Buffer, count: number): Buffer {
  const start = 8 + Number(file.readBigUInt64LE(0));
  const end = file.length - start;
  const header = JSON.stringify({
    ...JSON.parse(file.toString("utf8", 8, start)),
    "encoder.embedding.token2vec.pretrain.embeddings.position_ids": {
      dtype: "I64",
      shape: [1, count],
      data_offsets: [end, end + 8 * count],
    },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  const positions = BigInt64Array.from({ length: count }, (_, at) => BigInt(at));
  return Buffer.concat([length, Buffer.from(header), file.subarray(start), Buffer.from(positions.buffer)]);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

test("a file that does not fit gives one line", async () => {
  const out = join(folder, "nowhere");
  const cases: [args: string[], message: RegExp][] = [
    [["import", state, "--out", run], /run: is not an empty folder; choose another$/],
    [
      ["import", state, "--out", metadata],
      /metadata.json' is invalid. It is not a folder; see pnr import --help$/,
    ],
    [
      ["import", metadata, "--out", out],
      /metadata.json: not a safetensors file, or cut short \(\d+ bytes\); get the file again$/,
    ],
    [
      ["import", state, "--out", out, "--set", "model.layers=2"],
      /missing "detector.regressor.layers.1.types_embeds" \[3,8\], .* and 20 more$/,
    ],
    [
      ["import", state, "--out", out, "--set", "model.update=gate"],
      /state.safetensors: not a model of the released code, which has model.update "feedForward"$/,
    ],
    [
      ["import", state, "--out", out, "--metadata", join(folder, "twice.json")],
      /twice.json: char is \["a","a"\]: lists an item twice$/,
    ],
    [
      ["export", "--run", join(folder, "paper"), "--out", out],
      /paper: not a model of the released code, which has .*model.pool "max".* more$/,
    ],
    [["export", "--run", out, "--out", out], /nowhere: holds no trained model/],
    [["import", state], /^--out is required; see pnr import --help$/],
  ];
  writeFileSync(join(folder, "twice.json"), JSON.stringify({ ...lists, char: ["a", "a"] }));
  for (const [args, message] of cases) {
    const failed = await failure(...args);
    assert.equal(failed.code, 2, args.join(" "));
    assert.match(failed.message ?? "", message);
    assert.ok(!failed.message?.includes("\n"));
  }
  assert.equal(existsSync(out), false);
});
