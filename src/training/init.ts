import { cpSync, existsSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { InputError, naming } from "../base/errors";
import { isRecord } from "../base/json";
import type { Config } from "../config/config";
import { type ConfigPatch, patchConfig } from "../config/parse-config";
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
import { assertKnownTypes, evaluate } from "../evaluation/evaluate";
import type { Scores } from "../evaluation/score-types";
import type { InitRecord, InitReport } from "./init-record";
import { wordsOf } from "./lexicon";
import { isMomentName } from "./optimizer";
import { readResult, readRun, runFiles, withInitOf, writeRun } from "./run-folder";

/** The corpus that an initial model was trained on. */
export type InitCorpus = Pick<TrainingCorpus, "name" | "hash" | "splits">;

/** A stored model to start from. */
export class Init {
  private constructor(
    readonly record: InitRecord,
    private readonly file: string,
    private stored: StoredModel,
    /** The types of the new model. */
    private readonly types: readonly string[],
    private readonly renamed: RenamedTypes,
    private readonly corpus: InitCorpus | undefined,
  ) {}

  /**
   * @param corpus that the new model learns
   * @param initCorpus is scored with the model and with the new one
   * @returns `undefined` if training starts from random weights
   * @throws InputError if the model is missing or damaged, its types cannot be renamed this way, or it cannot be scored on `initCorpus`
   */
  static read(
    { init: model, initTypes }: TrainingConfig,
    corpus: TrainingCorpus,
    initCorpus: InitCorpus | undefined,
  ): Init | undefined {
    if (model === null) return undefined;
    const file = findModel(model);
    const checkpoint = readModel(file);
    const parameters = [...checkpoint.tensors].filter(([name]) => !isMomentName(name));
    const storedModel = { ...checkpoint, tensors: new Map(parameters) };
    const types = inheritedTypes(storedModel.description.types, corpus.types, initTypes, model);
    if (initCorpus) checkScored(initCorpus, storedModel.description.types);
    const hasRun = existsSync(join(dirname(file), runFiles.run));
    const record = {
      model,
      sha256: storedModel.sha256,
      ...(hasRun && { corpus: readRun(dirname(file)).corpus }),
    };
    return new Init(record, file, storedModel, types, initTypes, initCorpus);
  }

  /** Reports what the user may have overlooked, a line each: types that do not match, and another corpus than the model's. */
  remark(corpus: TrainingCorpus, onRemark: (line: string) => void): void {
    for (const line of [this.typesRemark(corpus), this.corpusRemark()])
      if (line !== undefined) onRemark(line);
  }

  /** On types that only the model or only the corpus has, because they may mean the same; `undefined` unless both have some. */
  private typesRemark({ name, types }: TrainingCorpus): string | undefined {
    const { model } = this.record;
    const lacking = this.types.filter((type) => !types.includes(type));
    const added = types.filter((type) => this.originOf(type) === null);
    if (!lacking.length || !added.length) return undefined;
    return (
      `only ${model} has ${lacking.join(", ")}, and only ${name} has ${added.join(", ")}; if two of them mean the same, map them in ` +
      `training.initTypes (pnr train --init-types ${added[0]}=${lacking[0]})`
    );
  }

  /** On a corpus to score that is not the one the model was trained on; `undefined` if it is, or if that is unknown. */
  private corpusRemark(): string | undefined {
    const { model, corpus } = this.record;
    if (!this.corpus || !corpus || this.corpus.hash === corpus.hash) return undefined;
    return (
      `${this.corpus.name}: has other content than the corpus ${corpus.name} that ${model} was trained on; it is scored all the same, ` +
      "but says nothing about what the model forgets"
    );
  }

  /**
   * The description of the new model.
   * @throws InputError if its pre-trained encoder is not the model's
   */
  describe(config: Config, { tokenizer }: TrainingCorpus, sentences: Sentences): ModelDescription {
    const { description } = this.stored;
    const [from, ours] = [description, config].map(({ model }) => model.bert?.from ?? null);
    if (from !== ours)
      throw new InputError(
        `model.bert.from is ${JSON.stringify(ours)}, but ${this.record.model}, whose weights the new model gets, has ${JSON.stringify(from)}; leave the model's settings as they are there`,
      );
    const { minimumWordCount } = config.training;
    return {
      model: config.model,
      types: [...this.types],
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
    inheritParameters(detector, this.stored, this.record.model);
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
  async report(best: string, signal?: AbortSignal): Promise<InitReport> {
    const origins = this.types.map((type) => [type, this.originOf(type)] as const);
    const scores = await this.scores(best, signal);
    return { ...this.record, types: Object.fromEntries(origins), ...(scores && { scores }) };
  }

  /** The model's type that a type of the new model comes from; null if it is new. */
  private originOf(type: string): string | null {
    const origin = new Map(Object.entries(this.renamed)).get(type) ?? type;
    return this.stored.description.types.includes(origin) ? origin : null;
  }

  private async scores(best: string, signal?: AbortSignal): Promise<InitReport["scores"]> {
    if (!this.corpus) return undefined;
    const split = scoredSplit(this.corpus);
    const sentences = this.corpus.splits[split];
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

function scoredSplit({ splits }: InitCorpus): "dev" | "test" {
  return splits.dev.length ? "dev" : "test";
}

/** @throws InputError if a model with these types cannot be scored on the corpus */
function checkScored(corpus: InitCorpus, types: readonly string[]): void {
  const split = scoredSplit(corpus);
  const sentences = corpus.splits[split];
  if (!sentences.length)
    throw new InputError(
      `${corpus.name}: has neither dev nor test to score the model on before and after; omit it`,
    );
  naming(`${corpus.name}: ${split}`, () => assertKnownTypes(types, sentences));
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
 * Applies patches to a config. If it then names a trained model to start from, they are applied to that model's settings.
 * @param change of the config, before the patches
 * @throws InputError if the model is missing or damaged, and as {@link patchConfig}
 */
export function withInit(
  base: Config,
  patches: readonly ConfigPatch[],
  change: (config: Config) => Config = (config) => config,
): Config {
  const named = patches.map(initIn).findLast((init) => init !== undefined);
  const changed = change(base);
  const init = named === undefined ? changed.training.init : named;
  return patchConfig(typeof init === "string" ? change(initConfig(init, base)) : changed, patches);
}

/** The value of `training.init` in a patch; `undefined` if the patch does not change it. */
function initIn({ change }: ConfigPatch): unknown {
  return isRecord(change) && isRecord(change.training) ? change.training.init : undefined;
}
