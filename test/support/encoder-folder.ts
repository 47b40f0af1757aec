// Writes pre-trained encoders for tests: folders in Hugging Face's format.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredTensor } from "../../src/base/safetensors";
import { type BertConfig, BertEncoder, type FamilyName, writePretrained } from "../../src/bert";
import type { PieceVocabulary } from "../../src/corpus";
import { Random } from "../../src/engine";
import { Parameters, readTensor, Scope } from "../../src/nn/parameters";
import { scramble } from "./numbers";

const fixtures = join(__dirname, "../../../test/fixtures/encoder");

/** The `config.json` of the BERT in test/fixtures/encoder, which PyTorch wrote. */
export const foreignConfig = {
  model_type: "bert",
  vocab_size: 7,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 6,
  max_position_embeddings: 8,
  hidden_act: "gelu",
};

export const foreignPieces: readonly string[] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "A", "b", "##a"];

export function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value));
}

/** Writes a folder with the BERT that PyTorch wrote. @param files names of fixtures, with their names in the folder */
export function foreignFolder(
  folder: string,
  files: Readonly<Record<string, string>>,
  config: object = {},
): string {
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, "config.json"), { ...foreignConfig, ...config });
  writeFileSync(join(folder, "vocab.txt"), foreignPieces.join("\n"));
  for (const [fixture, name] of Object.entries(files))
    copyFileSync(join(fixtures, fixture), join(folder, name));
  return folder;
}

/** Writes a random BERT of this config to a folder. @returns its parameters under our names */
export function ownFolder(
  folder: string,
  config: BertConfig,
  vocabulary: PieceVocabulary,
  seed: number,
): Map<string, StoredTensor> {
  const random = new Random(seed);
  const parameters = new Parameters(random);
  new BertEncoder(new Scope(parameters), config, vocabulary.size);
  scramble(parameters, random);
  const tensors = new Map(parameters.names.map((name) => [name, readTensor(parameters.get(name))]));
  parameters.dispose();
  writePretrained(folder, config, vocabulary, tensors);
  return tensors;
}

/** The folder of an encoder that transformers wrote (test/fixtures/encoder/families.py). */
export const familyFolder = (family: FamilyName): string => join(fixtures, "families", family);
