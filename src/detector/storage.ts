import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { InputError, naming } from "../base/errors";
import { readBytes, readJson, sha256Of, writeAtomic } from "../base/files";
import type { StoredTensor } from "../base/safetensors";
import { parseWith } from "../base/schema";
import { type ModelConfig, modelSchema } from "../config/model-config";
import {
  pieceVocabulary,
  type StoredPieces,
  type Tokenizer,
  tokenizerFileSchema,
  type Vocabularies,
  Vocabulary,
} from "../corpus";
import { type Parameters, readTensor } from "../nn/parameters";
import { readyModelNames, readyModels } from "./ready-models";
import { decodeWeights, encodeWeights, type WeightType } from "./weights";

/** A stored model without its parameters. */
export interface ModelDescription {
  readonly model: ModelConfig;
  /** Entity types, in the order of the model's classes. */
  readonly types: readonly string[];
  readonly vocabularies: Vocabularies;
  /** How the training corpus was split into tokens; absent if it came in tokens. */
  readonly tokenizer?: Tokenizer;
}

/**
 * A stored model: a JSON file with the name and hash of a safetensors file. The JSON is written last and atomically, so the
 * tensors that it names are always complete.
 */
export interface StoredModel {
  readonly description: ModelDescription;
  /** Parameters and other tensors by name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** SHA-256 of the file of tensors. */
  readonly sha256: string;
  /** Other data of the writer, not validated. */
  readonly extra: unknown;
}

const format = "pnr-model-1";
const list = z.array(z.string());

/** A {@link ModelDescription} as JSON. */
export const storedDescription: z.ZodObject<{
  model: typeof modelSchema;
  types: z.ZodArray<z.ZodString>;
  vocabularies: z.ZodObject<
    Record<"words" | "characters" | "pos", z.ZodArray<z.ZodString>> & {
      pieces: z.ZodOptional<z.ZodType<StoredPieces>>;
    }
  >;
  tokenizer: z.ZodOptional<z.ZodEnum<{ words: "words"; space: "space" }>>;
}> = z.strictObject({
  model: modelSchema,
  types: list.min(1),
  vocabularies: z.strictObject({
    words: list,
    characters: list,
    pos: list,
    pieces: z.union([list, tokenizerFileSchema]).optional(),
  }),
  tokenizer: z.enum(["words", "space"]).optional(),
});

const fileSchema = storedDescription.extend({
  format: z.literal(format),
  tensors: z.strictObject({
    file: z
      .string()
      .regex(/^[^/\\]+\.safetensors$/, "expected the name of a .safetensors file in the same folder"),
    sha256: z.string(),
  }),
  extra: z.unknown(),
});

export interface WriteOptions {
  /** Any JSON. */
  readonly extra?: unknown;
  /** Path to which the current model moves, in case the new one is damaged. Without it, the current model is removed. */
  readonly previous?: string;
  /** Default: f32. */
  readonly weights?: WeightType;
}

/**
 * Writes `path` (JSON) and a safetensors file next to it, named after it and its content's hash. Then removes the tensors of
 * this path that are no longer in use.
 * @throws InputError naming a tensor with a value that the type of the weights cannot store
 */
export function writeModel(
  path: string,
  { model, types, vocabularies, tokenizer }: ModelDescription,
  tensors: ReadonlyMap<string, StoredTensor>,
  { extra = null, previous, weights = "f32" }: WriteOptions = {},
): void {
  const bytes = encodeWeights(tensors, weights);
  const sha256 = sha256Of(bytes);
  const stem = basename(path, ".json");
  const file = `${stem}-${sha256.slice(0, 12)}.safetensors`;
  const current = tensorsFileOf(path);
  writeAtomic(join(dirname(path), file), bytes);
  try {
    // Two models that share their tensors would be damaged together.
    if (previous && current && current !== file) writeAtomic(previous, readBytes(path));
    writeAtomic(
      path,
      `${JSON.stringify({ format, model, types, vocabularies, tokenizer, tensors: { file, sha256 }, extra })}\n`,
    );
  } catch (error) {
    removeTensors(path, previous);
    throw error;
  }
  removeTensors(path, previous);
}

/** Removes the tensor files of a path that neither its model nor the one at `other` uses. */
export function removeTensors(path: string, other?: string): void {
  const stem = basename(path, ".json");
  const usedFiles = [path, ...(other ? [other] : [])].map(tensorsFileOf);
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(`${stem}-`) && name.endsWith(".safetensors") && !usedFiles.includes(name))
      rmSync(join(dirname(path), name));
  }
}

/** Name of a stored model's tensor file; `undefined` if the model is missing or its JSON damaged. */
export function tensorsFileOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return fileSchema.pick({ tensors: true }).loose().safeParse(readJson(path)).data?.tensors.file;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/**
 * The file of a run's best model, or of its last one if there is no best.
 * @param path a run's folder, the file itself, or the name of a ready model if no run has this path
 * @throws InputError if the file is missing
 */
export function findModel(path: string): string {
  const candidates = path.endsWith(".json") ? [path] : [join(path, "best.json"), join(path, "last.json")];
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file !== undefined) return file;
  const ready = readyModelNames();
  // A corpus may have the name of its model, and a run that has just started has no model yet.
  if (!existsSync(join(path, "run.json")) && ready.includes(path))
    return join(readyModels, path, "best.json");
  const lacking = existsSync(path) ? "no best.json" : "there is no such file or folder";
  const choices = ready.length ? `, or use a ready one: ${ready.join(", ")}` : "";
  throw new InputError(
    `${path}: holds no trained model (${lacking}); train one with pnr train --out${choices}`,
  );
}

/** @throws InputError naming a file that is missing or damaged */
export function readModel(path: string): StoredModel {
  const { tensors, extra, ...description } = parseWith(fileSchema, readJson(path), path);
  if (description.model.bert && !description.vocabularies.pieces) {
    throw new InputError(`${path}: vocabularies.pieces is missing: a model with BERT needs it`);
  }
  const file = join(dirname(path), tensors.file);
  const bytes = readBytes(file);
  if (sha256Of(bytes) !== tensors.sha256) {
    throw new InputError(`${file}: damaged or cut short: its hash is not the one that ${path} names`);
  }
  return {
    description: describe(description, path),
    tensors: decodeWeights(bytes, file),
    sha256: tensors.sha256,
    extra,
  };
}

/**
 * @param source of the description, for messages
 * @throws InputError if a vocabulary lists an item twice
 */
export function describe(
  { model, types, vocabularies, tokenizer }: z.infer<typeof storedDescription>,
  source: string,
): ModelDescription {
  return naming(source, () => ({
    model,
    types,
    vocabularies: vocabulariesOf(vocabularies, model),
    ...(tokenizer && { tokenizer }),
  }));
}

/**
 * @param model decides how words and pieces are looked up; default: the rules without word vectors and BERT
 * @throws InputError if a vocabulary lists an item twice
 */
export function vocabulariesOf(
  { words, characters, pos, pieces }: z.infer<typeof storedDescription>["vocabularies"],
  model?: Pick<ModelConfig, "bert" | "wordVectors" | "wordFallback">,
): Vocabularies {
  const vocabularies = {
    words: Vocabulary.from(words, model?.wordVectors?.fallback ?? model?.wordFallback),
    characters: Vocabulary.from(characters),
    pos: Vocabulary.from(pos),
  };
  return pieces ? { ...vocabularies, pieces: pieceVocabulary(pieces, model?.bert ?? {}) } : vocabularies;
}

/** The values of all parameters, for {@link writeModel}. */
export function parameterTensors(parameters: Parameters): Map<string, StoredTensor> {
  return new Map(parameters.names.map((name) => [name, readTensor(parameters.get(name))]));
}

/**
 * Sets a model's parameters to stored tensors. Ignores other tensors.
 * @throws InputError naming the first parameter that is missing or has another shape; the model is then unchanged
 */
export function loadParameters(
  parameters: Parameters,
  tensors: ReadonlyMap<string, StoredTensor>,
  source: string,
): void {
  for (const name of parameters.names) {
    const tensor = tensors.get(name);
    if (!tensor)
      throw new InputError(`${source}: has no tensor "${name}": it belongs to a model of another config`);
    const { shape } = parameters.get(name);
    if (shape.join() !== tensor.shape.join()) {
      throw new InputError(
        `${source}: tensor "${name}" has shape [${tensor.shape}], this model needs [${shape}]: another config`,
      );
    }
  }
  for (const name of parameters.names) parameters.set(name, tensors.get(name) as StoredTensor);
}
