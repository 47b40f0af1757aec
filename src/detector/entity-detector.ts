import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors";
import { windowsOf } from "../base/streams";
import { OutputStore, outputsFolder, outputsLimit, outputsName } from "../bert";
import type { ModelConfig } from "../config/model";
import {
  boundBatches,
  type ContextRule,
  type EncodedBatch,
  encodeBatch,
  makeBatches,
  type ScoredEntity,
  type Sentence,
  selectVectors,
  type TextOptions,
  type TextReader,
} from "../corpus";
import { currentEngine, type Random, scoped, startEngine } from "../engine";
import type { Intervention } from "../model/attention";
import { type Detection, decode } from "../model/decoding";
import { Network } from "../model/network";
import { noDropout, Parameters } from "../nn/parameters";
import { bertWeights } from "./bert-weights";
import { loadParameters, type ModelDescription, readModel, type StoredModel } from "./storage";
import { located, type PredictedText, textReaderOf } from "./text";
import { traceOf } from "./trace";
import type { Trace } from "./trace-types";
import { withVectors } from "./word-vectors";

/** Numbers in the largest table of a pass that predicts, where one is made: 128 MB, of which there are then several. */
const largestTable = 2 ** 25;

export interface PredictOptions {
  /** Sentences a pass, fewer where they are long; changes speed, never the result. Default 32. */
  readonly batchSize?: number;
  /** Stops before the next batch, with the signal's reason as the error. */
  readonly signal?: AbortSignal;
}

export interface PredictStreamOptions extends PredictOptions {
  /** Sentences read ahead, so that those of a batch are of similar length. Default 32 batches. */
  readonly window?: number;
}

export interface DetectorOptions {
  /** Words to add to a model with word vectors, so that those that it was not trained with are known too. */
  readonly wordVectors?: NewWords;
}

export interface NewWords {
  /** The file of word vectors that the model was trained with. */
  readonly file: string;
  /** All words of the sentences to predict on; any may be repeated or known. */
  readonly words: Iterable<string>;
  readonly signal?: AbortSignal;
}

/** A sentence as it was handed in, and what was found in it. */
export interface Predicted<T extends InputSentence> {
  readonly sentence: T;
  readonly entities: readonly ScoredEntity[];
}

/**
 * What a sentence needs to be predicted on; a tag unknown to the model is fine. Its neighbors are context for BERT and may be
 * unknown.
 */
export type InputSentence = Pick<Sentence, "tokens" | "pos"> & Partial<Pick<Sentence, "previous" | "next">>;

/** A model ready to use: sentences in, entities out. Holds engine memory until disposed. */
export class EntityDetector {
  readonly description: ModelDescription;
  readonly network: Network;
  private bertOutputs: OutputStore | undefined;

  /** @param random draws the first values of the parameters; without it all are 0, to be loaded */
  constructor(description: ModelDescription, random?: Random) {
    const { model, types, vocabularies } = description;
    const { words, characters, pos, pieces } = vocabularies;
    const sizes = { words: words.size, characters: characters.size, pos: pos.size, pieces: pieces?.size };
    this.description = description;
    this.network = new Network(model, types.length, sizes, new Parameters(random));
  }

  /**
   * Loads the best model of a run, or the last where none was chosen. Starts the engine if none runs. Outputs of a frozen BERT are kept on
   * disk ({@link keepBertOutputs}).
   * @param path a run's folder, or the JSON file of one stored model
   * @throws InputError when there is no model, or it is damaged; when word vectors are given and it has none, or others
   */
  static async load(path: string, { wordVectors }: DetectorOptions = {}): Promise<EntityDetector> {
    const candidates = path.endsWith(".json") ? [path] : [join(path, "best.json"), join(path, "last.json")];
    const file = candidates.find((candidate) => existsSync(candidate));
    if (!file)
      throw new InputError(`${path}: holds no trained model (no best.json); train one with pnr train --out`);
    await startEngine();
    const stored = readModel(file);
    const { description, tensors } = wordVectors ? await extended(stored, wordVectors, file) : stored;
    const result = new EntityDetector(description);
    try {
      loadParameters(result.network.parameters, tensors, file);
      result.keepBertOutputs();
    } catch (error) {
      result.dispose();
      throw error;
    }
    return result;
  }

  /**
   * Entities of each sentence (Algorithm 2), by start, then end.
   * @throws the signal's reason when it aborts
   */
  async predict(
    sentences: readonly InputSentence[],
    { batchSize = 32, signal }: PredictOptions = {},
  ): Promise<ScoredEntity[][]> {
    const { types, model } = this.description;
    const result: ScoredEntity[][] = sentences.map(() => []);
    for (const indices of boundBatches(makeBatches(sentences, batchSize), sentences, largestTable)) {
      signal?.throwIfAborted();
      const batch = this.encode(indices.map((index) => sentences[index]));
      const detections = scoped(() =>
        decode(this.network.forward(batch).prediction, batch.lengths, model.acceptTies),
      );
      for (const [row, found] of detections.entries())
        result[indices[row]] = found.map((one) => named(one, types));
      // lets timers, progress and Ctrl-C through between batches
      await new Promise(setImmediate);
    }
    return result;
  }

  /**
   * The same for a stream of any length, in its order and in constant memory: a window of sentences is read, predicted and
   * handed on before the next is read. Where the stream fails, what came before is predicted first.
   * @throws what the stream throws, and the signal's reason when it aborts
   */
  async *predictStream<T extends InputSentence>(
    sentences: Iterable<T> | AsyncIterable<T>,
    options: PredictStreamOptions = {},
  ): AsyncGenerator<Predicted<T>, void, undefined> {
    const { batchSize = 32, window = 32 * batchSize } = options;
    if (!Number.isInteger(window) || window < 1)
      throw new InputError(`window: must be a positive integer, not ${window}`);
    for await (const gathered of windowsOf(sentences, window)) {
      const found = await this.predict(gathered, options);
      for (const [at, sentence] of gathered.entries()) yield { sentence, entities: found[at] };
    }
  }

  /**
   * Entities of each sentence of a text, with where they stand in it.
   * @throws InputError when `language` is no language tag
   */
  async predictText(
    text: string,
    { language, tokens, ...options }: TextOptions & PredictOptions = {},
  ): Promise<PredictedText[]> {
    const sentences = this.textReader({ language, tokens }).read(text);
    const found = await this.predict(sentences, options);
    return sentences.map((sentence, at) => ({ sentence, entities: located(sentence, found[at]) }));
  }

  /** Cuts texts into sentences as this model needs them, for {@link predictStream}. */
  textReader(options: TextOptions = {}): TextReader {
    return textReaderOf(this.description, options);
  }

  /**
   * Everything the model computes for one sentence, as plain data.
   * @param intervention what this pass leaves out: `{ spatial: false }` switches the prior of attention off in every layer of
   *   the regressor. The weights stay those that were trained with it, and the head's own Gaussian (Eq. 22) stays too, so
   *   this is not Table 6's model trained without spatial modulation.
   */
  async trace(
    sentence: InputSentence & Partial<Pick<Sentence, "entities">>,
    intervention: Intervention = {},
  ): Promise<Trace> {
    const batch = this.encode([sentence]);
    const { types, model } = this.description;
    const prior = !model.spatial ? "none" : (intervention.spatial ?? true) ? "on" : "off";
    return scoped(() => {
      const pass = this.network.forward(batch, noDropout, intervention);
      const [found] = decode(pass.prediction, batch.lengths, model.acceptTies);
      const predicted = found.map((one) => ({ ...named(one, types), proposal: one.proposal }));
      const { tokens, entities: gold = [] } = sentence;
      return traceOf(pass, { tokens, types, prior, gold, predicted });
    });
  }

  /** @param purpose for which BERT may read different amounts of context */
  encode(
    sentences: readonly InputSentence[],
    purpose: "training" | "evaluation" = "evaluation",
  ): EncodedBatch {
    const { vocabularies, model } = this.description;
    return encodeBatch(sentences, vocabularies, { context: contextRule(model, purpose) });
  }

  /**
   * Keeps what a frozen BERT makes of each sentence on disk, so that it reads none twice, in this process or another; the same numbers
   * to the last bit. Does nothing where BERT is trained or there is none. Call it when the weights are what they stay.
   */
  keepBertOutputs(): void {
    this.closeBertOutputs();
    const { bert } = this.description.model;
    const limit = bert?.frozen ? outputsLimit() : 0;
    if (!bert || limit === 0) return;
    const { parameters, encoder } = this.network;
    const name = outputsName(currentEngine().name, bert, bertWeights(parameters));
    this.bertOutputs = new OutputStore(join(outputsFolder(), name), { limit });
    encoder.keepBertOutputs(this.bertOutputs);
  }

  /** Writes the outputs of a frozen BERT that are not yet on disk. */
  flushBertOutputs(): void {
    this.bertOutputs?.flush();
  }

  private closeBertOutputs(): void {
    this.bertOutputs?.close();
    this.bertOutputs = undefined;
    this.network.encoder.keepBertOutputs(undefined);
  }

  dispose(): void {
    this.closeBertOutputs();
    this.network.parameters.dispose();
  }
}

/** @throws InputError when the model has no word vectors, or others than those of the file */
async function extended(
  stored: StoredModel,
  { file, words, signal }: NewWords,
  path: string,
): Promise<Pick<StoredModel, "description" | "tensors">> {
  const { model, vocabularies } = stored.description;
  if (!model.wordVectors) {
    throw new InputError(
      `${path}: was trained without word vectors, so those in ${file} mean nothing to it; leave them out`,
    );
  }
  const all = [...vocabularies.words.toJSON(), ...words];
  return withVectors(stored, await selectVectors(file, all, model.wordVectors.fallback, { signal }));
}

function contextRule(
  { bert, bertContext }: ModelConfig,
  purpose: "training" | "evaluation",
): ContextRule | undefined {
  return bert ? { words: bert.context[purpose], positions: bert.positions, rule: bertContext } : undefined;
}

/** A detection with its type's name and the library's exclusive end. */
function named({ start, end, type, probability }: Detection, types: readonly string[]): ScoredEntity {
  return { start, end: end + 1, type: types[type], probability };
}
