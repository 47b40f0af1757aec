import { join } from "node:path";
import { InputError, PnrError, show } from "../base/errors";
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
  type TextOptions,
  type TextReader,
} from "../corpus";
import { currentEngine, processor, type Random, scoped, startEngine } from "../engine";
import type { Intervention } from "../model/attention";
import { type Detection, decode } from "../model/decoding";
import { Network } from "../model/network";
import { noDropout, Parameters } from "../nn/parameters";
import { bertWeights } from "./bert-weights";
import { checkSentences, type InputSentence } from "./input";
import { longestSentence, outOfRoom } from "./room";
import { findModel, loadParameters, type ModelDescription, readModel } from "./storage";
import { located, type PredictedText, textReaderOf } from "./text";
import { traceOf } from "./trace";
import type { Trace } from "./trace-types";
import { type NewWords, withNewWords } from "./word-vectors";

/** Bounds sentences · tokens³ of a batch that predicts, which nothing interrupts. */
const mostSpans = 2 ** 25;

export interface PredictOptions {
  /** Sentences a pass, fewer where they are long; changes speed, never the result. Default 32. */
  readonly batchSize?: number;
  /** Stops before the next batch, with the signal's reason as the error. */
  readonly signal?: AbortSignal;
}

export interface PredictStreamOptions extends PredictOptions {
  /** Sentences read ahead, so that those of a batch are of similar length. Default 32 batches. */
  readonly window?: number;
  /** Sentences of more tokens are skipped. Those that the engine has no memory for always are. */
  readonly maxLength?: number;
}

export interface DetectorOptions {
  /** Words to add to a model with word vectors, so that those that it was not trained with are known too. */
  readonly wordVectors?: NewWords;
}

/** A sentence as it was handed in, and what was found in it. */
export interface Predicted<T extends InputSentence> {
  readonly sentence: T;
  readonly entities: readonly ScoredEntity[];
  readonly skipped?: Skipped;
}

/** Why nothing was predicted on a sentence: it is longer than `maxLength`, or than the engine has memory for. */
export interface Skipped {
  readonly limit: "maxLength" | "memory";
  /** "has 20,000 tokens, more than 512" */
  readonly problem: string;
}

/** A detector was used after its `dispose`. */
export class DisposedError extends PnrError {
  constructor() {
    super("This detector was disposed of: load it again (EntityDetector.load), or dispose of it later.");
  }
}

/**
 * A model ready to use: text or sentences in, entities out. Holds engine memory until it is disposed of, by `dispose` or at the
 * end of the block of a `using` declaration; to use it after that is a {@link DisposedError}.
 */
export class EntityDetector implements Disposable {
  readonly description: ModelDescription;
  readonly network: Network;
  private bertOutputs: OutputStore | undefined;
  private disposed = false;

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
    const file = findModel(path);
    await startEngine();
    const stored = readModel(file);
    const { description, tensors } = wordVectors ? await withNewWords(stored, wordVectors, file) : stored;
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
   * Entities of a text's sentences, with where they stand in it, or of each sentence handed in (Algorithm 2); by start, then end.
   * @throws InputError when a sentence is none, or `language` no language tag
   * @throws DisposedError, and the signal's reason when it aborts
   */
  async predict(text: string, options?: TextOptions & PredictOptions): Promise<PredictedText[]>;
  async predict(sentences: readonly InputSentence[], options?: PredictOptions): Promise<ScoredEntity[][]>;
  async predict(
    input: string | readonly InputSentence[],
    { language, tokens, ...options }: TextOptions & PredictOptions = {},
  ): Promise<PredictedText[] | ScoredEntity[][]> {
    if (typeof input !== "string") return this.predictSentences(input, options);
    const sentences = this.textReader({ language, tokens }).read(input);
    const found = await this.predictSentences(sentences, options);
    return sentences.map((sentence, at) => ({ sentence, entities: located(sentence, found[at]) }));
  }

  private async predictSentences(
    sentences: readonly InputSentence[],
    { batchSize = 32, signal }: PredictOptions,
  ): Promise<ScoredEntity[][]> {
    this.requireAlive();
    checkSentences(sentences);
    const { types, model } = this.description;
    this.requireRoom(sentences);
    const result: ScoredEntity[][] = sentences.map(() => []);
    for (const indices of boundBatches(makeBatches(sentences, batchSize), sentences, mostSpans)) {
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
   * @returns sentences that are too long for `maxLength` or the engine's memory as skipped
   */
  async *predictStream<T extends InputSentence>(
    sentences: Iterable<T> | AsyncIterable<T>,
    options: PredictStreamOptions = {},
  ): AsyncGenerator<Predicted<T>, void, undefined> {
    const { batchSize = 32, window = 32 * batchSize, maxLength = Number.POSITIVE_INFINITY } = options;
    if (!Number.isInteger(window) || window < 1)
      throw new InputError(`window: must be a positive integer, not ${window}`);
    const longest = longestSentence(this.description.model);
    for await (const gathered of windowsOf(sentences, window)) {
      checkSentences(gathered);
      const fitting = gathered.filter(({ tokens }) => tokens.length <= Math.min(maxLength, longest));
      const found = new Map(
        (await this.predict(fitting, options)).map((entities, at) => [fitting[at], entities]),
      );
      for (const sentence of gathered) {
        const entities = found.get(sentence);
        yield entities
          ? { sentence, entities }
          : { sentence, entities: [], skipped: this.tooLong(sentence, maxLength) };
      }
    }
  }

  private tooLong({ tokens: { length } }: InputSentence, maxLength: number): Skipped {
    if (length <= maxLength) return { limit: "memory", problem: outOfRoom(this.description.model, length) };
    const problem = `has ${length.toLocaleString("en")} tokens, more than ${maxLength.toLocaleString("en")}`;
    return { limit: "maxLength", problem };
  }

  private requireRoom(sentences: readonly InputSentence[]): void {
    const { model } = this.description;
    const longest = longestSentence(model);
    const at = sentences.findIndex(({ tokens }) => tokens.length > longest);
    if (at < 0) return;
    throw new InputError(`sentence ${at} ${outOfRoom(model, sentences[at].tokens.length)}; split it`);
  }

  /** Cuts texts into sentences as this model needs them, for {@link predictStream}. */
  textReader(options: TextOptions = {}): TextReader {
    return textReaderOf(this.description, options);
  }

  /**
   * Everything the model computes for one sentence, as plain data.
   * @param input a sentence, or a text that is one
   * @param intervention what this pass leaves out: `{ spatial: false }` switches the prior of attention off in every layer of
   *   the regressor. The weights stay those that were trained with it, and the head's own Gaussian (Eq. 22) stays too, so
   *   this is not Table 6's model trained without spatial modulation.
   * @throws InputError when it is no sentence, or a text of none or of several
   * @throws DisposedError
   */
  async trace(
    input: string | (InputSentence & Partial<Pick<Sentence, "entities">>),
    intervention: Intervention = {},
  ): Promise<Trace> {
    const sentence = typeof input === "string" ? this.oneSentence(input) : input;
    this.requireAlive();
    checkSentences([sentence]);
    this.requireRoom([sentence]);
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

  private oneSentence(text: string): InputSentence & Partial<Pick<Sentence, "entities">> {
    const sentences = this.textReader().read(text);
    if (sentences.length === 1) return sentences[0];
    throw new InputError(
      `${show(text)} has ${sentences.length} sentences: a trace is of one; read the text by textReader().read(text) and trace each`,
    );
  }

  /** @param purpose for which BERT may read different amounts of context */
  encode(
    sentences: readonly InputSentence[],
    purpose: "training" | "evaluation" = "evaluation",
  ): EncodedBatch {
    this.requireAlive();
    const { vocabularies, model } = this.description;
    const { maxCharacters } = model;
    return encodeBatch(sentences, vocabularies, { maxCharacters, context: contextRule(model, purpose) });
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
    const computer = { engine: currentEngine().identity, processor };
    const name = outputsName(computer, bert, bertWeights(parameters));
    this.bertOutputs = new OutputStore(join(outputsFolder(), name), { limit });
    encoder.cacheBertOutputs(this.bertOutputs);
  }

  /** Writes the outputs of a frozen BERT that are not yet on disk. */
  flushBertOutputs(): void {
    this.bertOutputs?.flush();
  }

  private closeBertOutputs(): void {
    this.bertOutputs?.close();
    this.bertOutputs = undefined;
    this.network.encoder.cacheBertOutputs(undefined);
  }

  private requireAlive(): void {
    if (this.disposed) throw new DisposedError();
  }

  /** Frees the engine's memory; a second time does nothing. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.closeBertOutputs();
    this.network.parameters.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
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
