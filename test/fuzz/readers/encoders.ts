// The folder of a pre-trained encoder, with one broken file at a time.
import assert from "node:assert/strict";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { naming } from "../../../src/base/errors";
import { PretrainedBert } from "../../../src/bert/pretrained/pretrained-bert";
import { pieceVocabulary, readWordPiece } from "../../../src/corpus";
import { foreignConfig, foreignFolder, foreignPieces } from "../../support/encoder-folder";
import { processFolder, writeInput } from "../files";
import { type Growing, type Parts, pick, type Reader } from "../reader";

const json = (value: unknown): Parts => [Buffer.from(JSON.stringify(value))];

const pieces = [Buffer.from(foreignPieces.join("\n")), Buffer.from(`${foreignPieces.join("\r\n")}\r\n`)];

const tokenizer = {
  version: "1.0",
  normalizer: { type: "BertNormalizer", lowercase: false, strip_accents: null, handle_chinese_chars: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    vocab: Object.fromEntries(foreignPieces.map((piece, at) => [piece, at])),
  },
};

const index = { weight_map: { "embeddings.word_embeddings.weight": "a.safetensors", x: "b.safetensors" } };

const words = ["tokens", "Ab", "a-b", "[UNK]", "##a", "", "__proto__", "😀", "constructor"];

/** Opens the folder as training does, encodes words and checks the weights. */
function openFolder(folder: string): void {
  const pretrained = new PretrainedBert(folder);
  const { pieces, rules, path } = pretrained.tokenizer;
  const vocabulary = naming(path, () => pieceVocabulary(pieces, rules));
  for (const word of words) {
    const ids = vocabulary.encode(word);
    assert.ok(ids.length >= 1, word);
    assert.ok(
      ids.every((id) => Number.isInteger(id) && id >= 0 && id < vocabulary.size),
      `${word}: ${ids}`,
    );
  }
  pretrained.check();
}

const folders = new Map<string, string>();

/** A valid folder without the file that the reader reads. It is written once. */
function folderWithout(name: string): string {
  const folder = folders.get(name) ?? join(processFolder(), `encoder of ${name}`);
  if (folders.has(name)) return folder;
  foreignFolder(folder, { "plain.safetensors": "model.safetensors" });
  if (name === "tokenizer.json") rmSync(join(folder, "vocab.txt"));
  if (name.endsWith("index.json"))
    renameSync(join(folder, "model.safetensors"), join(folder, "a.safetensors"));
  folders.set(name, folder);
  return folder;
}

/** A reader of one file of the folder. */
function fileOf(
  name: string,
  shape: "text" | "json",
  seeds: readonly Parts[],
  growing: readonly Growing[],
): Reader {
  return {
    name: `encoder's ${name}`,
    shapes: [shape],
    seeds,
    words: [...foreignPieces, ...Object.keys(foreignConfig), "bert", "gelu"],
    source: "encoder",
    growing,
    read: ([bytes]) => {
      const folder = folderWithout(name);
      writeFileSync(join(folder, name), bytes);
      openFolder(folder);
    },
  };
}

const filled = (part: string, size: number): string => part.repeat(Math.floor(size / part.length));
const numbered = (size: number): string[] => Array.from({ length: size / 10 }, (_, at) => `Piece${at}`);

export const encoders: readonly Reader[] = [
  fileOf(
    "config.json",
    "json",
    [json(foreignConfig), json({ ...foreignConfig, layer_norm_eps: 1e-12, type_vocab_size: 2 })],
    [
      {
        what: "unknown keys",
        ends: /encoder|read/,
        of: (size) =>
          json({ ...foreignConfig, ...Object.fromEntries(numbered(size).map((name) => [name, 1])) }),
      },
      {
        what: "layers that no file has",
        ends: /encoder/,
        of: () => json({ ...foreignConfig, num_hidden_layers: 2 ** 24 }),
      },
    ],
  ),
  fileOf(
    "vocab.txt",
    "text",
    pieces.map((bytes) => [bytes]),
    [
      { what: "pieces", ends: /rows/, of: (size) => [Buffer.from(numbered(size).join("\n"))] },
      { what: "empty lines", ends: /rows/, of: (size) => [Buffer.from("\n".repeat(size))] },
      { what: "a piece", ends: /encoder/, of: (size) => [Buffer.from(filled("a", size))] },
      { what: "a piece of brackets", ends: /encoder/, of: (size) => [Buffer.from(`A${filled("[", size)}`)] },
    ],
  ),
  fileOf(
    "tokenizer.json",
    "json",
    [json(tokenizer), json({ model: { vocab: tokenizer.model.vocab } })],
    [
      {
        what: "pieces",
        ends: /rows/,
        of: (size) =>
          json({ model: { vocab: Object.fromEntries(numbered(size).map((piece, at) => [piece, at])) } }),
      },
      {
        what: "pieces of high numbers",
        ends: /has .* pieces/,
        of: (size) =>
          json({ model: { vocab: Object.fromEntries(numbered(size).map((piece) => [piece, 2 ** 53 - 1])) } }),
      },
    ],
  ),
  fileOf(
    "tokenizer_config.json",
    "json",
    [
      json({
        tokenizer_class: "BertTokenizer",
        do_lower_case: false,
        strip_accents: null,
        tokenize_chinese_chars: true,
      }),
    ],
    [],
  ),
  fileOf(
    "model.safetensors.index.json",
    "json",
    [json(index), json({ weight_map: { x: "a.safetensors" } })],
    [
      {
        what: "files",
        ends: /encoder/,
        of: (size) =>
          json({
            weight_map: Object.fromEntries(numbered(size).map((name) => [name, `${name}.safetensors`])),
          }),
      },
    ],
  ),
  {
    name: "vocabulary of pieces",
    shapes: ["text"],
    seeds: pieces.map((bytes) => [bytes]),
    words: foreignPieces,
    source: "pieces.txt",
    growing: [
      {
        what: "pieces, one of them twice",
        ends: /twice/,
        of: (size) => [Buffer.from(`${[...foreignPieces, ...numbered(size)].join("\n")}\nPiece1`)],
      },
      {
        what: "pieces",
        ends: "read",
        of: (size) => [Buffer.from([...foreignPieces, ...numbered(size)].join("\n"))],
      },
    ],
    read([bytes], random) {
      const lowercase = random.below(2) === 1;
      const vocabulary = readWordPiece(writeInput("pieces.txt", bytes), {
        lowercase,
        stripAccents: pick([null, true, false], random),
      });
      for (const word of words)
        assert.ok(
          vocabulary.encode(word).every((id) => Number.isInteger(id) && id >= 0 && id < vocabulary.size),
          word,
        );
    },
  },
];
