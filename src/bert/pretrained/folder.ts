import { InputError, show } from "../../base/errors";
import type { StoredTensor } from "../../base/safetensors";
import type { WordRules } from "../../corpus";
import { WordPiece } from "../../corpus";
import type { BertConfig, BertSizes } from "../config";
import { type PretrainedConfig, readPretrainedConfig } from "./config";
import { findEncoder } from "./places";
import { bertShapes } from "./shapes";
import { type PretrainedTokenizer, readPretrainedTokenizer } from "./tokenizer";
import { PretrainedWeights } from "./weights";

/** What a folder says of its BERT. */
type Described = BertSizes & Omit<WordRules, "replace"> & Pick<BertConfig, "dropout">;

const sizeKeys = ["layers", "hidden", "heads", "intermediate", "positions", "normEpsilon"] as const;
const ruleKeys = ["lowercase", "stripAccents", "splitChinese"] as const;

/** Keys of {@link BertConfig} that a pre-trained BERT's folder says. */
export const pretrainedKeys: readonly (keyof Described)[] = [...sizeKeys, ...ruleKeys, "dropout"];

/** A pre-trained BERT in a folder of Hugging Face's format. Its weights are read one by one, when they are wanted. */
export class PretrainedBert {
  readonly path: string;
  readonly config: PretrainedConfig;
  readonly tokenizer: PretrainedTokenizer;

  /**
   * @param from a folder, or a name in the local cache
   * @throws InputError when there is none, or its `config.json` or vocabulary is at fault
   */
  constructor(from: string) {
    this.path = findEncoder(from);
    this.config = readPretrainedConfig(this.path);
    this.tokenizer = readPretrainedTokenizer(this.path);
    const { pieces, path } = this.tokenizer;
    if (pieces.length > this.config.pieces) {
      throw new InputError(
        `${path}: has ${pieces.length} pieces, the model's table ${this.config.pieces} rows`,
      );
    }
  }

  /** Sizes and rules of the folder, for the keys that a config leaves out. */
  get described(): Described {
    const { pieces: _, ...sizes } = this.config;
    return { ...sizes, ...this.tokenizer.rules };
  }

  /**
   * The vocabulary, for a BERT of this config.
   * @throws InputError when the config says something else than the folder
   */
  wordPiece(config: BertConfig): WordPiece {
    const { described } = this;
    for (const key of [...sizeKeys, ...ruleKeys]) {
      // fewer positions are the first of them
      const fits = key === "positions" ? config[key] <= described[key] : config[key] === described[key];
      if (fits) continue;
      throw new InputError(
        `${this.path}: model.bert.${key} is ${show(config[key])}, this BERT has ${show(described[key])}`,
      );
    }
    return WordPiece.of(this.tokenizer.pieces, config, this.tokenizer.path);
  }

  /**
   * Reads all weights once.
   * @throws InputError when a tensor is missing, of another shape, or holds what is no number
   */
  check(): WeightsSummary {
    let parameters = 0;
    const path = this.load(
      bertShapes(this.config, this.tokenizer.pieces.length),
      (_, { values }, fileName) => {
        parameters += values.length;
        if (values.some((value) => !Number.isFinite(value))) {
          throw new InputError(
            `${this.path}: the tensor "${fileName}" holds values that are not numbers; get the model again`,
          );
        }
      },
    );
    return { path, parameters };
  }

  /**
   * Hands out every parameter's values in turn.
   * @param shapes of the parameters of a BERT under our names; of the tables of pieces and positions the first rows are enough
   * @param give receives our name of a parameter, its values, and the name of its tensor in the file
   * @returns the file of weights
   * @throws InputError when a tensor is missing or of another shape
   */
  load(
    shapes: ReadonlyMap<string, readonly number[]>,
    give: (name: string, tensor: StoredTensor, fileName: string) => void,
  ): string {
    const weights = new PretrainedWeights(this.path);
    try {
      const extra = weights.names.find((name) => !shapes.has(name));
      if (extra)
        throw new InputError(
          `${weights.path}: has the tensor "${weights.nameOf(extra)}", which a BERT of its config.json has not`,
        );
      for (const [name, shape] of shapes) {
        const fileName = weights.nameOf(name);
        const source = `${weights.path}: the tensor "${fileName}"`;
        give(name, fitted(weights.read(name), name, shape, source), fileName);
      }
      return weights.path;
    } finally {
      weights.close();
    }
  }
}

/** What {@link PretrainedBert.check} found. */
export interface WeightsSummary {
  /** The file, or the index of several. */
  readonly path: string;
  /** Numbers in all parameters together. */
  readonly parameters: number;
}

const tables: readonly string[] = ["embedding.pieces.weight", "embedding.positions.weight"];

function fitted(tensor: StoredTensor, name: string, shape: readonly number[], source: string): StoredTensor {
  if (tensor.shape.join() === shape.join()) return tensor;
  const [rows, width] = shape;
  const isLonger = tensor.shape.length === 2 && tensor.shape[0] > rows && tensor.shape[1] === width;
  if (tables.includes(name) && isLonger) return { shape, values: tensor.values.subarray(0, rows * width) };
  throw new InputError(`${source} has shape [${tensor.shape}]: expected [${shape}]`);
}
