import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors";
import { readJson } from "../../base/files";
import type { StoredTensor } from "../../base/safetensors";
import { parseWith } from "../../base/schema";
import { SafetensorsFile, type TensorFile } from "../../base/tensor-files";
import { TorchFile } from "../../base/torch/file";
import { huggingFaceName, ownName } from "../names";

/** Files that a model may lie in, the best first; an index lists the files that a large one is cut into. */
export const weightFiles: readonly string[] = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
];

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** The weights of a BERT in Hugging Face's format, under our names. */
export class PretrainedWeights {
  /** What to call them in a message. */
  readonly path: string;
  private readonly files: readonly TensorFile[];
  private readonly places: ReadonlyMap<string, { readonly file: TensorFile; readonly name: string }>;

  /** @throws InputError when a file is missing or damaged, or the tensors are not those of a BERT */
  constructor(folder: string) {
    const name = weightFiles.find((file) => existsSync(join(folder, file)));
    if (name === undefined) {
      throw new InputError(`${folder}: holds no weights; copy its ${weightFiles[0]} there`);
    }
    this.path = join(folder, name);
    this.files = openAll(this.path, folder);
    try {
      this.places = this.locate();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Our names of all parameters. */
  get names(): readonly string[] {
    return [...this.places.keys()];
  }

  /** @throws InputError when there is no such tensor, or it cannot be read */
  read(own: string): StoredTensor {
    const place = this.places.get(own);
    if (!place)
      throw new InputError(
        `${this.path}: has no tensor "${this.nameOf(own)}": it is no BERT, or lacks a part`,
      );
    return place.file.read(place.name);
  }

  /** What the files call one of our parameters, or would call it if they had it. */
  nameOf(own: string): string {
    const place = this.places.get(own);
    if (place) return place.name;
    const names = [...this.places.values()].map(({ name }) => name);
    const plain = huggingFaceName(own) ?? own;
    const dated = names.some((name) => name.endsWith("LayerNorm.gamma")) ? beforeLayerNorm2019(plain) : plain;
    return names.some((name) => name.startsWith(headPrefix)) ? headPrefix + dated : dated;
  }

  close(): void {
    for (const file of this.files) file.close();
  }

  private locate(): Map<string, { file: TensorFile; name: string }> {
    const places = new Map<string, { file: TensorFile; name: string }>();
    for (const file of this.files) {
      for (const name of file.entries.keys()) {
        const plain = plainName(name);
        const own = ownName(plain);
        if (own === undefined) {
          if (isForeign(plain)) throw new InputError(`${file.path}: tensor "${name}" belongs to no BERT`);
          continue;
        }
        const other = places.get(own);
        if (other)
          throw new InputError(
            `${file.path}: the tensors "${other.name}" and "${name}" are the same parameter`,
          );
        places.set(own, { file, name });
      }
    }
    return places;
  }
}

/** What models with a head put before the names of their BERT's tensors. */
const headPrefix = "bert.";

/** A tensor's name without the prefix of models with a head, and with the names that LayerNorm has had since 2019. */
function plainName(name: string): string {
  return (name.startsWith(headPrefix) ? name.slice(headPrefix.length) : name)
    .replace(/\bLayerNorm\.gamma$/, "LayerNorm.weight")
    .replace(/\bLayerNorm\.beta$/, "LayerNorm.bias");
}

function beforeLayerNorm2019(name: string): string {
  return name
    .replace(/\bLayerNorm\.weight$/, "LayerNorm.gamma")
    .replace(/\bLayerNorm\.bias$/, "LayerNorm.beta");
}

/** Whether a tensor of the encoder is none that BERT has; heads, the pooler and the table of position numbers are not needed. */
function isForeign(plain: string): boolean {
  return /^(encoder|embeddings)\./.test(plain) && plain !== "embeddings.position_ids";
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
        throw new InputError(`${path}: names the file "${shard}", which is no file of weights beside it`);
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
