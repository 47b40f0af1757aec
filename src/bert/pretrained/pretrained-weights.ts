import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors";
import { readJson } from "../../base/files";
import type { StoredTensor } from "../../base/safetensors";
import { parseWith } from "../../base/schema";
import { SafetensorsFile, type TensorFile } from "../../base/tensor-files";
import { TorchFile } from "../../base/torch/file";
import { type FamilyName, families, fromHuggingFaceName, toHuggingFaceName } from "../families";

/** Files of weights, preferred ones first. An index lists the files of a large model. */
export const weightFiles: readonly string[] = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
];

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** The weights of an encoder in Hugging Face's format, under our names. */
export class PretrainedWeights {
  /** Names the weights in messages. */
  readonly path: string;
  private readonly family: FamilyName;
  private readonly files: readonly TensorFile[];
  private readonly tensors: ReadonlyMap<string, { readonly file: TensorFile; readonly name: string }>;

  /** @throws InputError if a file is missing or damaged, or the tensors are not those of the family */
  constructor(folder: string, family: FamilyName) {
    this.family = family;
    const name = weightFiles.find((file) => existsSync(join(folder, file)));
    if (name === undefined) {
      throw new InputError(`${folder}: holds no weights; copy its ${weightFiles[0]} there`);
    }
    this.path = join(folder, name);
    this.files = openAll(this.path, folder);
    try {
      this.tensors = this.locateTensors();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Every file that holds tensors. */
  get paths(): readonly string[] {
    return this.files.map(({ path }) => path);
  }

  private get title(): string {
    return `${this.family === "electra" ? "an" : "a"} ${families[this.family].title}`;
  }

  get names(): readonly string[] {
    return [...this.tensors.keys()];
  }

  /** @throws InputError if there is no such tensor, or it cannot be read */
  read(name: string): StoredTensor {
    const tensor = this.tensors.get(name);
    if (!tensor)
      throw new InputError(
        `${this.path}: has no tensor "${this.nameInFile(name)}": it is not ${this.title}, or lacks a part`,
      );
    return tensor.file.read(tensor.name);
  }

  /** The name of one of our parameters in the files, even if the files lack it. */
  nameInFile(ours: string): string {
    const tensor = this.tensors.get(ours);
    if (tensor) return tensor.name;
    const names = [...this.tensors.values()].map(({ name }) => name);
    const baseName = toHuggingFaceName(ours, this.family) ?? ours;
    const isOld = names.some((name) => name.endsWith("LayerNorm.gamma"));
    const dated = isOld ? oldLayerNormName(baseName) : baseName;
    const { prefix } = families[this.family];
    return names.some((name) => name.startsWith(prefix)) ? prefix + dated : dated;
  }

  close(): void {
    for (const file of this.files) file.close();
  }

  private locateTensors(): Map<string, { file: TensorFile; name: string }> {
    const tensors = new Map<string, { file: TensorFile; name: string }>();
    for (const file of this.files) {
      for (const name of file.entries.keys()) {
        const baseName = plainName(name, families[this.family].prefix);
        const ours = fromHuggingFaceName(baseName, this.family);
        if (ours === undefined) {
          if (isForeign(baseName))
            throw new InputError(`${file.path}: tensor "${name}" does not belong to ${this.title}`);
          continue;
        }
        const other = tensors.get(ours);
        if (other)
          throw new InputError(
            `${file.path}: the tensors "${other.name}" and "${name}" are the same parameter`,
          );
        tensors.set(ours, { file, name });
      }
    }
    return tensors;
  }
}

/** A tensor's name without the prefix that it has in models with a head, and with the names of LayerNorm since 2019. */
function plainName(name: string, prefix: string): string {
  return (name.startsWith(prefix) ? name.slice(prefix.length) : name)
    .replace(/\bLayerNorm\.gamma$/, "LayerNorm.weight")
    .replace(/\bLayerNorm\.beta$/, "LayerNorm.bias");
}

/** A tensor's name with the names of LayerNorm before 2019. */
function oldLayerNormName(name: string): string {
  return name
    .replace(/\bLayerNorm\.weight$/, "LayerNorm.gamma")
    .replace(/\bLayerNorm\.bias$/, "LayerNorm.beta");
}

/** Whether a tensor belongs to an encoder. Heads, the pooler and tables of constant ids are ignored. */
function isForeign(name: string): boolean {
  return /^(encoder|embeddings|transformer)\./.test(name) && !/^embeddings\.\w+_ids$/.test(name);
}

function openAll(path: string, folder: string): TensorFile[] {
  const open = (file: string): TensorFile =>
    file.endsWith(".safetensors") ? new SafetensorsFile(file) : new TorchFile(file);
  if (!path.endsWith(".json")) return [open(path)];
  const { weight_map } = parseWith(indexSchema, readJson(path), path);
  const files: TensorFile[] = [];
  try {
    for (const shard of new Set(Object.values(weight_map))) {
      if (basename(shard) !== shard || !/\.(safetensors|bin)$/.test(shard)) {
        throw new InputError(`${path}: names the file "${shard}", which is not a file of weights next to it`);
      }
      files.push(open(join(folder, shard)));
    }
    if (!files.length) throw new InputError(`${path}: names no file of weights`);
    return files;
  } catch (error) {
    for (const file of files) file.close();
    throw error;
  }
}
