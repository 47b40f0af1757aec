import { InputError, PnrError, show } from "../base/errors";
import { selfShowing } from "../base/self-showing";
import type { ModelConfig } from "../config/model-config";
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
import { type Random, scoped } from "../engine";
import {
  acceptedOf,
  type Candidate,
  type Detection,
  decode,
  decodeCandidates,
  distinct,
} from "../model/head";
import type { Network } from "../model/network";
import type { RegressorIntervention } from "../model/regressor";
import { noDropout, Parameters } from "../nn/parameters";
import { type Architecture, architectureOf, paperNetwork, requirePaper } from "./architecture";
import { checkSentences, type InputSentence } from "./input";
import { checkIntervention } from "./intervention";
import type { Origin } from "./origin";
import { longestSentence, outOfMemory } from "./sentence-memory";
import { detectorShowing, showingPredictions, showingTexts, showingTrace } from "./show-detector";
import type { ModelDescription } from "./storage";
import { type Predicted, predictWindows, type StreamOptions } from "./stream";
import { scaleProbability } from "./temperature";
import { locateEntities, type PredictedText, textReaderOf } from "./text-entities";
import { acceptance, type Threshold } from "./threshold";
import { traceOf } from "./trace";
import type { Trace, TracedEntity } from "./trace-types";

/** Largest sentences · tokens³ of a batch in prediction, which cannot be interrupted within a batch. */
const mostSpans = 2 ** 25;

export interface PredictOptions extends RegressorIntervention, Pick<StreamOptions, "batchSize"> {
  /** Stops before the next batch and throws the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Accepts the most probable entity of a proposal if it has at least this probability, even if None is more probable. Given by
   * type, other types keep Algorithm 2, which compares with None and is the default.
   */
  readonly threshold?: Threshold;
  /**
   * Scales probabilities with the temperature that is stored with the run, before a threshold is applied. Algorithm 2 predicts the
   * same entities. Default false.
   */
  readonly calibrated?: boolean;
}

/** An entity that a proposal could become, whether or not it is predicted. */
export interface CandidateEntity extends ScoredEntity {
  /** Whether Algorithm 2, or the threshold, accepts it. */
  readonly accepted: boolean;
}

export interface PredictStreamOptions extends PredictOptions, StreamOptions {}

/** A detector was used after its `dispose`. */
export class DisposedError extends PnrError {
  constructor() {
    super("This detector was disposed of: load it again (EntityDetector.load), or dispose of it later.");
  }
}

/**
 * A trained model in Node or in a page: predicts the entities of texts and sentences. Holds engine memory until `dispose` or the end of
 * a `using` declaration's block. Using it afterwards throws a {@link DisposedError}.
 */
export class Predictor implements Disposable {
  readonly description: ModelDescription;
  readonly architecture: Architecture;
  protected temperature: number | undefined;
  protected origin: Origin | undefined;
  private disposed = false;

  /** @param random draws the initial parameters; without it they are 0, to be loaded */
  constructor(description: ModelDescription, random?: Random) {
    const { model, types, vocabularies } = description;
    const { words, characters, pos, pieces } = vocabularies;
    const sizes = { words: words.size, characters: characters.size, pos: pos.size, pieces: pieces?.size };
    this.description = description;
    this.architecture = architectureOf(model, types.length, sizes, new Parameters(random));
    const { size } = this.architecture.parameters;
    selfShowing<this>(() => detectorShowing(description, size, this.origin ?? {}))(this);
  }

  /** The paper's network. @throws InputError if the model is a baseline */
  get network(): Network {
    return paperNetwork(this.architecture, this.description.model);
  }

  /**
   * Predicts the entities of each sentence (Algorithm 2), sorted by start, then end. For a text, splits it into sentences and
   * adds the entities' offsets.
   * @throws InputError if a sentence, the language tag or the threshold is invalid
   * @throws DisposedError, and the signal's reason when it aborts
   */
  async predict(text: string, options?: TextOptions & PredictOptions): Promise<PredictedText[]>;
  async predict(sentences: readonly InputSentence[], options?: PredictOptions): Promise<ScoredEntity[][]>;
  async predict(
    input: string | readonly InputSentence[],
    { language, tokens, ...options }: TextOptions & PredictOptions = {},
  ): Promise<PredictedText[] | ScoredEntity[][]> {
    const { types } = this.description;
    if (typeof input !== "string")
      return showingPredictions(input, await this.predictSentences(input, options), types);
    const sentences = this.textReader({ language, tokens }).read(input);
    const entities = await this.predictSentences(sentences, options);
    const texts = sentences.map((sentence, index) => ({
      sentence,
      entities: locateEntities(sentence, entities[index]),
    }));
    return showingTexts(texts, types);
  }

  private async predictSentences(
    sentences: readonly InputSentence[],
    options: PredictOptions,
  ): Promise<ScoredEntity[][]> {
    const decided = await this.decisions(sentences, options);
    return decided.map(acceptedEntities);
  }

  /**
   * The decision of `predict` on the most probable entity of each proposal, sorted by start, then end. An accepted entity has the
   * probability that `predict` returns, another one the highest among its proposals.
   */
  async decisions(
    sentences: readonly InputSentence[],
    options: PredictOptions = {},
  ): Promise<CandidateEntity[][]> {
    const { types } = this.description;
    const accepts = acceptance(options.threshold, types);
    const scaled = this.scaling(options.calibrated);
    const detections = await this.detect(sentences, allOf, options);
    return detections.map((sentence) => {
      const all = sentence.map(scaled).map((one) => ({ ...one, accepted: accepts(one) }));
      const acceptedEntities = all.filter((one) => one.accepted);
      const others = all.filter((one) => !acceptedEntities.some((other) => isSameDetection(one, other)));
      return distinct([...acceptedEntities, ...others]).map(({ accepted: isAccepted, ...detection }) => ({
        ...scoredEntity(detection, types),
        accepted: isAccepted,
      }));
    });
  }

  /** @throws InputError if no temperature is stored with the model */
  private scaling(calibrated = false): (candidate: Candidate) => Candidate {
    if (!calibrated) return (candidate) => candidate;
    const { temperature } = this;
    if (temperature === undefined)
      throw new InputError(
        "calibrated: no temperature is stored with these weights; fit one on dev: pnr evaluate --curve --store-temperature",
      );
    return (candidate) => ({
      ...candidate,
      probability: scaleProbability(candidate.probability, temperature),
    });
  }

  /**
   * Predicts with each of several interventions. The encoder, which they do not change, computes each sentence once.
   * @returns `[interventions][sentences]`, as `predict` with each intervention
   * @throws InputError if a sentence is invalid, or the model lacks a layer or head
   */
  async predictEach(
    sentences: readonly InputSentence[],
    interventions: readonly RegressorIntervention[],
    options: Pick<PredictOptions, "batchSize" | "signal"> = {},
  ): Promise<ScoredEntity[][][]> {
    const { types } = this.description;
    const results = await this.detectEach(sentences, decodeCandidates, interventions, options);
    return results.map((detections) =>
      detections.map((sentence) => sentence.map((detection) => scoredEntity(detection, types))),
    );
  }

  /**
   * The most probable entity of each proposal, even where None is more probable: what `predict` accepts with a threshold of 0.
   * Equal entities count once, with the highest of their probabilities; the entity is accepted if one of them is.
   */
  async candidates(
    sentences: readonly InputSentence[],
    options: Pick<PredictOptions, "batchSize" | "signal" | "calibrated"> = {},
  ): Promise<CandidateEntity[][]> {
    const { types } = this.description;
    const scaled = this.scaling(options.calibrated);
    const detections = await this.detect(sentences, allOf, options);
    return detections.map((sentence) =>
      distinct(sentence.map(scaled)).map((best) => ({
        ...scoredEntity(best, types),
        accepted: sentence.some((other) => other.accepted && isSameDetection(best, other)),
      })),
    );
  }

  /** The entities of all proposals that Algorithm 2 accepts in each sentence, before duplicates are removed. */
  async acceptedProposals(sentences: readonly InputSentence[]): Promise<TracedEntity[][]> {
    const { types } = this.description;
    const detections = await this.detect(sentences, acceptedOf);
    return detections.map((sentence) => sentence.map((detection) => tracedEntity(detection, types)));
  }

  private async detect<T extends Detection>(
    sentences: readonly InputSentence[],
    read: (all: Candidate[]) => T[],
    options: PredictOptions = {},
  ): Promise<T[][]> {
    const [result] = await this.detectEach(sentences, read, [options], options);
    return result;
  }

  /** The predictions with each intervention, with a single pass of the encoder over each batch: `[interventions][sentences]`. */
  private async detectEach<T extends Detection>(
    sentences: readonly InputSentence[],
    read: (all: Candidate[]) => T[],
    interventions: readonly RegressorIntervention[],
    { batchSize = 32, signal }: Pick<PredictOptions, "batchSize" | "signal">,
  ): Promise<T[][][]> {
    this.assertAlive();
    checkSentences(sentences);
    this.assertFits(sentences);
    const { model } = this.description;
    for (const intervention of interventions) checkIntervention(intervention, model);
    const results: T[][][] = interventions.map(() => sentences.map(() => []));
    for (const indices of boundBatches(makeBatches(sentences, batchSize), sentences, mostSpans)) {
      signal?.throwIfAborted();
      const batch = this.encode(indices.map((index) => sentences[index]));
      scoped(() => {
        const hidden = this.architecture.encoder.forward(batch, noDropout);
        for (const [index, intervention] of interventions.entries()) {
          const candidates = scoped(() => this.architecture.candidates(hidden, batch.lengths, intervention));
          for (const [row, all] of candidates.entries()) results[index][indices[row]] = read(all);
        }
      });
      // Timers, progress and Ctrl-C run between batches.
      await nextTask();
    }
    return results;
  }

  /**
   * Predicts a stream of any length, in order and in constant memory: reads, predicts and yields one window of sentences after
   * the other. If the stream fails, first yields what came before. Sentences that are too long for `maxLength` or the engine's
   * memory are skipped.
   * @throws what the stream throws, and the signal's reason when it aborts
   */
  async *predictStream<T extends InputSentence>(
    sentences: Iterable<T> | AsyncIterable<T>,
    options: PredictStreamOptions = {},
  ): AsyncGenerator<Predicted<T>, void, undefined> {
    const predict = (window: readonly T[]): Promise<ScoredEntity[][]> =>
      this.predictSentences(window, options);
    yield* predictWindows(sentences, options, this.description.model, predict);
  }

  private assertFits(sentences: readonly InputSentence[]): void {
    const { model } = this.description;
    const longest = longestSentence(model);
    const index = sentences.findIndex(({ tokens }) => tokens.length > longest);
    if (index < 0) return;
    throw new InputError(`sentence ${index} ${outOfMemory(model, sentences[index].tokens.length)}; split it`);
  }

  /** Splits texts into sentences for {@link predictStream}. */
  textReader(options: TextOptions = {}): TextReader {
    return textReaderOf(this.description, options);
  }

  /**
   * Everything the model computes for one sentence, as plain data.
   * @param input a sentence, or a text of one sentence
   * @param intervention what this pass omits: `{ prior: "off" }` switches the prior of attention off in every layer of the
   *   regressor. The weights and the head's Gaussian (Eq. 22) stay, so this differs from Table 6's model, which was trained
   *   without spatial modulation.
   * @throws InputError if the sentence is invalid, the text does not have exactly one, or the model lacks a layer or head
   * @throws DisposedError
   */
  async trace(
    input: string | (InputSentence & Partial<Pick<Sentence, "entities">>),
    intervention: RegressorIntervention = {},
  ): Promise<Trace> {
    requirePaper(this.description.model, "a trace");
    const sentence = typeof input === "string" ? this.oneSentence(input) : input;
    this.assertAlive();
    checkSentences([sentence]);
    this.assertFits([sentence]);
    const batch = this.encode([sentence]);
    const { types, model } = this.description;
    checkIntervention(intervention, model);
    const prior = !model.spatial ? "none" : intervention.prior === "off" ? "off" : "on";
    return scoped(() => {
      const pass = this.network.forward(batch, noDropout, intervention);
      const [detections] = decode(pass.prediction, batch.lengths, model.acceptTies);
      const predicted = detections.map((detection) => tracedEntity(detection, types));
      const { tokens, entities: gold = [] } = sentence;
      return showingTrace(traceOf(pass, { tokens, types, prior, gold, predicted }));
    });
  }

  private oneSentence(text: string): InputSentence & Partial<Pick<Sentence, "entities">> {
    const sentences = this.textReader().read(text);
    if (sentences.length === 1) return sentences[0];
    throw new InputError(
      `${show(text)} has ${sentences.length} sentences, but a trace shows one; split the text with textReader().read(text) and trace each sentence`,
    );
  }

  /** @param purpose decides how much context BERT reads */
  encode(
    sentences: readonly InputSentence[],
    purpose: "training" | "evaluation" = "evaluation",
  ): EncodedBatch {
    this.assertAlive();
    const { vocabularies, model } = this.description;
    const { maxCharacters } = model;
    return encodeBatch(sentences, vocabularies, { maxCharacters, context: contextRule(model, purpose) });
  }

  private assertAlive(): void {
    if (this.disposed) throw new DisposedError();
  }

  /** Frees the engine's memory. May be called again. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.architecture.parameters.dispose();
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

export function acceptedEntities(decided: readonly CandidateEntity[]): ScoredEntity[] {
  return decided.flatMap(({ accepted, ...entity }) => (accepted ? [entity] : []));
}

function allOf(candidates: Candidate[]): Candidate[] {
  return candidates;
}

/** A detection with its type's name and an exclusive end. */
function scoredEntity({ start, end, type, probability }: Detection, types: readonly string[]): ScoredEntity {
  return { start, end: end + 1, type: types[type], probability };
}

function isSameDetection(one: Candidate, other: Candidate): boolean {
  return one.start === other.start && one.end === other.end && one.type === other.type;
}

function tracedEntity(detection: Detection, types: readonly string[]): TracedEntity {
  return { ...scoredEntity(detection, types), proposal: detection.proposal };
}

const schedule: (callback: () => void) => unknown = globalThis.setImmediate ?? setTimeout;

/** Lets timers and events run, in Node and in browsers. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => schedule(resolve));
}
