import { join } from "node:path";
import { InputError, naming, show } from "../../base/errors";
import { isRecord } from "../../base/json";
import type { StoredTensor } from "../../base/safetensors";
import {
  type PieceVocabulary,
  pieceVocabulary,
  readWordPiece,
  type Sentence,
  WordPiece,
  type WordRules,
} from "../../corpus";
import type { BertConfig, BertSizes } from "../bert-config";
import { families, parameterShapes } from "../families";
import { findEncoder } from "./encoder-folders";
import { configFile, type PretrainedConfig, readPretrainedConfig } from "./pretrained-config";
import { type PretrainedTokenizer, readPretrainedTokenizer } from "./pretrained-tokenizer";
import { PretrainedWeights } from "./pretrained-weights";

/** The keys of {@link BertConfig} that a folder determines. */
type FolderSettings = BertSizes & Omit<WordRules, "replace"> & Pick<BertConfig, "dropout">;

const sizeKeys = [
  "family",
  "layers",
  "hidden",
  "embeddingWidth",
  "heads",
  "intermediate",
  "positions",
  "normEpsilon",
] as const;
const ruleKeys = ["lowercase", "stripAccents", "splitChinese"] as const;
const folderKeys: readonly (keyof FolderSettings)[] = [...sizeKeys, ...ruleKeys, "dropout"];

/** A pre-trained BERT in a folder in Hugging Face's format. Reads weights one by one, on demand. */
export class PretrainedBert {
  readonly path: string;
  readonly config: PretrainedConfig;
  readonly tokenizer: PretrainedTokenizer;
  /**
   * @param from a folder, or the name of a BERT in the local cache
   * @throws InputError if there is no such BERT, or its `config.json` or vocabulary is faulty
   */
  constructor(from: string) {
    this.path = findEncoder(from);
    this.config = readPretrainedConfig(this.path);
    this.tokenizer = readPretrainedTokenizer(this.path);
    const { count, path } = this.tokenizer;
    if (count > this.config.pieces)
      throw new InputError(
        `${path}: has ${count} pieces, but the model's table has ${this.config.pieces} rows`,
      );
  }

  /** The folder's sizes and rules, for keys that a config omits. */
  get settings(): FolderSettings {
    const { pieces: _pieces, paddingPositions: _padding, ...sizes } = this.config;
    return { ...sizes, ...this.tokenizer.rules };
  }

  /** The files that decide what this BERT computes: its config, its vocabulary, its weights. */
  get files(): readonly string[] {
    const weights = this.weights();
    try {
      return [join(this.path, configFile), this.tokenizer.path, ...weights.paths];
    } finally {
      weights.close();
    }
  }

  /** The vocabulary, for an encoder with this config. @throws InputError if the config contradicts the folder */
  vocabularyFor(config: BertConfig): PieceVocabulary {
    const { settings } = this;
    for (const key of [...sizeKeys, ...ruleKeys]) {
      // a config may use only the first positions
      const fits = key === "positions" ? config[key] <= settings[key] : config[key] === settings[key];
      if (fits) continue;
      throw new InputError(
        `${this.path}: model.bert.${key} is ${show(config[key])}, but this BERT has ${show(settings[key])}`,
      );
    }
    return this.vocabulary(config);
  }

  private vocabulary(rules: Partial<WordRules>): PieceVocabulary {
    const { pieces, path } = this.tokenizer;
    return naming(path, () => pieceVocabulary(pieces, rules));
  }

  /**
   * Reads the vocabulary and all weights once.
   * @throws InputError if a special piece or a tensor is missing, or a tensor has another shape or values that are not finite
   */
  check(): WeightsSummary {
    this.vocabulary(this.tokenizer.rules);
    let parameters = 0;
    const shapes = parameterShapes(this.config, this.tokenizer.count);
    const path = this.load(shapes, (_, { values }, nameInFile) => {
      parameters += values.length;
      if (values.some((value) => !Number.isFinite(value))) {
        throw new InputError(
          `${this.path}: the tensor "${nameInFile}" holds values that are not numbers; get the model again`,
        );
      }
    });
    return { path, parameters };
  }

  /**
   * Passes the values of each parameter to a callback.
   * @param shapes of a BERT's parameters under our names; the tables of pieces and positions may have fewer rows than the file
   * @param onTensor receives our name of a parameter, its values, and its name in the file
   * @returns the file of the weights
   * @throws InputError if a tensor is missing or has another shape
   */
  load(
    shapes: ReadonlyMap<string, readonly number[]>,
    onTensor: (name: string, tensor: StoredTensor, nameInFile: string) => void,
  ): string {
    const { family, paddingPositions } = this.config;
    const weights = this.weights();
    try {
      const extra = weights.names.find((name) => !shapes.has(name));
      if (extra)
        throw new InputError(
          `${weights.path}: has the tensor "${weights.nameInFile(extra)}", which ${families[family].title} with its config.json does not have`,
        );
      for (const [name, shape] of shapes) {
        const nameInFile = weights.nameInFile(name);
        const source = `${weights.path}: the tensor "${nameInFile}"`;
        const skipped = name === "embedding.positions.weight" ? paddingPositions : 0;
        onTensor(name, fitShape(weights.read(name), name, shape, skipped, source), nameInFile);
      }
      return weights.path;
    } finally {
      weights.close();
    }
  }

  private weights(): PretrainedWeights {
    return new PretrainedWeights(this.path, this.config.family);
  }
}

export interface WeightsSummary {
  /** The file, or the index of several files. */
  readonly path: string;
  /** Numbers in all parameters together. */
  readonly parameters: number;
}

/** Drops the first `skipped` rows of a table, and the last rows of one that is too long. */
function fitShape(
  tensor: StoredTensor,
  name: string,
  shape: readonly number[],
  skipped: number,
  source: string,
): StoredTensor {
  if (!skipped && tensor.shape.join() === shape.join()) return tensor;
  const isTable = /^embedding\.(pieces|positions|segments)\./.test(name);
  const [rows, width] = shape;
  const suffices =
    tensor.shape.length === 2 && tensor.shape[0] >= skipped + rows && tensor.shape[1] === width;
  if (isTable && suffices) {
    const start = skipped * width;
    return { shape, values: tensor.values.subarray(start, start + rows * width) };
  }
  const expected = [rows + skipped, ...shape.slice(1)];
  throw new InputError(`${source} has shape [${tensor.shape}]: expected [${expected}]`);
}

/**
 * The vocabulary to train a BERT with.
 * @param sentences of the train split; they make the vocabulary if the config names none
 * @param minimum how often a word must occur in them to become a piece
 * @throws InputError if the config's file or pre-trained BERT is missing, or its vocabulary does not fit the config
 */
export function bertVocabulary(
  config: BertConfig,
  sentences: Iterable<Sentence>,
  minimum: number,
): PieceVocabulary {
  const { from, vocabulary } = config;
  if (from !== null) return new PretrainedBert(from).vocabularyFor(config);
  return vocabulary === null
    ? WordPiece.count(sentences, minimum, config)
    : readWordPiece(vocabulary, config);
}

/**
 * Completes a `model.bert` with the sizes and word rules of its pre-trained BERT. Reads the folder only if keys are missing, so that a
 * complete config works without it.
 * @param bert the config after applying `change`
 * @param before the previous value of `from`; sizes and rules of another BERT no longer count
 * @throws InputError if there is no such BERT
 */
export function completeBert(bert: unknown, change: unknown, before: unknown): unknown {
  if (!isRecord(bert) || !isRecord(change) || typeof bert.from !== "string" || bert.from === "") return bert;
  const explicitKeys = bert.from === before ? bert : change;
  const missing = folderKeys.filter((key) => explicitKeys[key] === undefined);
  if (!missing.length) return bert;
  const { settings } = new PretrainedBert(bert.from);
  const completed = Object.fromEntries(missing.map((key) => [key, settings[key]]));
  return { ...bert, ...completed, ...(explicitKeys.vocabulary === undefined && { vocabulary: null }) };
}
