import { cpSync, existsSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { InputError } from "../base/errors";
import type { Config } from "../config/config";
import type { TrainingConfig } from "../config/training-config";
import { buildVocabularies, type Sentence, type Sentences, type TrainingCorpus } from "../corpus";
import { EntityDetector } from "../detector/entity-detector";
import {
  inheritedTypes,
  inheritedVocabularies,
  inheritParameters,
  type RenamedTypes,
} from "../detector/inheritance";
import { findModel, type ModelDescription, readModel, type StoredModel } from "../detector/storage";
import { withNewWords } from "../detector/word-vectors";
import type { Random } from "../engine";
import { evaluate } from "../evaluation/evaluate";
import type { Scores } from "../evaluation/score-types";
import type { InitRecord, InitReport } from "./init-record";
import { wordsOf } from "./lexicon";
import { readResult, readRun, runFiles, withInitOf, writeRun } from "./run-folder";

/** The corpus that an initial model was trained on. */
export type InitCorpus = Pick<TrainingCorpus, "name" | "hash" | "splits">;

/** A stored model to start from. */
export class Init {
  private constructor(
    readonly record: InitRecord,
    private readonly file: string,
    private stored: StoredModel,
    private readonly renamed: RenamedTypes,
    private readonly corpus: InitCorpus | undefined,
  ) {}

  /**
   * @param corpus is scored with the model and with the new one
   * @returns `undefined` if training starts from random weights
   * @throws InputError if the model is missing or damaged
   */
  static read({ init: model, initTypes }: TrainingConfig, corpus: InitCorpus | undefined): Init | undefined {
    if (model === null) return undefined;
    const file = findModel(model);
    const storedModel = readModel(file);
    const hasRun = existsSync(join(dirname(file), runFiles.run));
    const record = {
      model,
      sha256: storedModel.sha256,
      ...(hasRun && { corpus: readRun(dirname(file)).corpus }),
    };
    return new Init(record, file, storedModel, initTypes, corpus);
  }

  /**
   * The description of the new model.
   * @throws InputError if the types cannot be renamed this way
   */
  describe(config: Config, { types, tokenizer }: TrainingCorpus, sentences: Sentences): ModelDescription {
    const { description } = this.stored;
    const { minimumWordCount } = config.training;
    return {
      model: config.model,
      types: inheritedTypes(description.types, types, this.renamed, this.record.model),
      vocabularies: inheritedVocabularies(description, buildVocabularies(sentences, { minimumWordCount })),
      ...(tokenizer && { tokenizer }),
    };
  }

  /**
   * Reads the vectors of the corpus's new words, dev and test included, if the model has word vectors.
   * @param onRemark receives a line if their file is missing, so that new words start from random values
   * @throws InputError if the file holds other vectors
   */
  async readVectors(
    corpus: TrainingCorpus,
    signal: AbortSignal | undefined,
    onRemark: (line: string) => void,
  ): Promise<void> {
    const { wordVectors } = this.stored.description.model;
    if (!wordVectors) return;
    const { file } = wordVectors;
    if (!existsSync(file)) {
      onRemark(
        `${file}: is missing, so words that ${this.record.model} does not know start from random values`,
      );
      return;
    }
    const words = wordsOf(corpus);
    this.stored = {
      ...this.stored,
      ...(await withNewWords(this.stored, { file, words, signal }, this.file)),
    };
  }

  /** @throws InputError if the new model has other settings than this one */
  load(detector: EntityDetector): void {
    inheritParameters(detector.architecture.parameters, this.stored, this.record.model);
  }

  /**
   * Copies an interrupted run with the same config and corpus into a folder, so that training there equals resuming it.
   * @param directory holds nothing to keep
   * @returns whether this model is from such a run
   */
  copyRun(config: Config, { hash }: TrainingCorpus, directory: string): boolean {
    const folder = dirname(this.file);
    if (!existsSync(join(folder, runFiles.run)) || !existsSync(join(folder, runFiles.last))) return false;
    const run = readRun(folder);
    const isSame = run.corpus.hash === hash && isDeepStrictEqual(run.config, withInitOf(run.config, config));
    if (readResult(folder) || !isSame) return false;
    const copy = `${directory}.unfinished-copy`;
    rmSync(copy, { recursive: true, force: true });
    cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith("running.json") });
    writeRun(copy, { ...run, config, init: this.record });
    rmSync(directory, { recursive: true, force: true });
    renameSync(copy, directory);
    return true;
  }

  /** @param best folder or file of the new run's best model */
  async report({ types }: ModelDescription, best: string, signal?: AbortSignal): Promise<InitReport> {
    const old = new Map(Object.entries(this.renamed));
    const origins = types.map((type) => {
      const origin = old.get(type) ?? type;
      return [type, this.stored.description.types.includes(origin) ? origin : null] as const;
    });
    const scores = await this.scores(best, signal);
    return { ...this.record, types: Object.fromEntries(origins), ...(scores && { scores }) };
  }

  private async scores(best: string, signal?: AbortSignal): Promise<InitReport["scores"]> {
    if (!this.corpus) return undefined;
    const split = this.corpus.splits.dev.length ? "dev" : "test";
    const sentences = this.corpus.splits[split];
    if (!sentences.length)
      throw new InputError(
        `${this.corpus.name}: has neither dev nor test to score the model on before and after`,
      );
    const before = await scoresOf(this.file, sentences, signal);
    const names = new Map(Object.entries(this.renamed).map(([name, type]) => [type, name]));
    const renamed = sentences.map((sentence) => ({
      ...sentence,
      entities: sentence.entities.map((entity) => ({
        ...entity,
        type: names.get(entity.type) ?? entity.type,
      })),
    }));
    return { split, before, after: await scoresOf(best, renamed, signal) };
  }
}

async function scoresOf(path: string, sentences: readonly Sentence[], signal?: AbortSignal): Promise<Scores> {
  const detector = await EntityDetector.load(path);
  try {
    return await evaluate(detector, sentences, { signal });
  } finally {
    detector.dispose();
  }
}

/**
 * A new model with the weights of another one.
 * @param random draws the weights of new items; without it all weights are 0, to be loaded
 */
export function initialized(
  init: Init,
  description: ModelDescription,
  random: Random | undefined,
): EntityDetector {
  const detector = new EntityDetector(description, random);
  try {
    if (random) init.load(detector);
  } catch (error) {
    detector.dispose();
    throw error;
  }
  return detector;
}

/**
 * A config for a run that starts from a trained model: it names the model and has its settings.
 * @throws InputError if the model is missing or damaged
 */
export function initConfig(model: string, base: Config): Config {
  return {
    ...base,
    model: readModel(findModel(model)).description.model,
    training: { ...base.training, init: model },
  };
}

/**
 * Changes a config. If the change names a trained model to start from, it is applied to that model's settings.
 * @throws InputError if the model is missing or damaged
 */
export function withInit(base: Config, change: (config: Config) => Config): Config {
  const changed = change(base);
  const { init } = changed.training;
  return init === null ? changed : change(initConfig(init, base));
}
