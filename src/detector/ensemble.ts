import { InputError, namingAsync } from "../base/errors";
import type { Agreement, ScoredEntity, TextOptions } from "../corpus";
import { modelTag } from "../corpus/text/pos-tags";
import { TextReader } from "../corpus/text/text-reader";
import type { Combination } from "./combination";
import { EntityDetector } from "./entity-detector";
import { checkSentences, type InputSentence } from "./input";
import { acceptedEntities, type CandidateEntity, type PredictOptions, type Predictor } from "./predictor";
import { showingPredictions, showingTexts } from "./show-detector";
import { largestModel, type Predicted, predictWindows, type StreamOptions } from "./stream";
import { locateEntities, type PredictedText, textUnit } from "./text-entities";
import type { Threshold } from "./threshold";

/** The minimum mean probability with `combine: "average"`, unless a threshold is given. */
const averageThreshold = 0.5;

export interface EnsembleOptions extends PredictOptions {
  /**
   * "vote" predicts an entity if more than half of the members do; half is not enough. "average" predicts it if the mean of its
   * probabilities is at least the threshold, which is 0.5 unless given. A member that does not propose the entity counts as 0.
   * Default "vote".
   */
  readonly combine?: Combination;
}

/** An entity that an ensemble predicts. Its probability is the mean over the members. */
export interface EnsembleEntity extends ScoredEntity {
  /**
   * How many members predict the entity by themselves: with Algorithm 2, or with the threshold if there is one. "average" always
   * has one.
   */
  readonly agreement: Agreement;
}

/** A member of an ensemble; its name is for messages and reports. */
export interface EnsembleMember {
  readonly name: string;
  readonly detector: Predictor;
}

/** The predictions of an ensemble and of each member: `[sentences][entities]`. */
export interface MemberPredictions {
  readonly ensemble: EnsembleEntity[][];
  readonly members: ScoredEntity[][][];
}

/**
 * Several trained models that predict together. They may differ in everything but their entity types, such as in their seeds. The
 * order of the members does not matter. Holds the engine memory of all members until `dispose`, or the end of a `using`
 * declaration's block.
 */
export class Ensemble implements Disposable {
  readonly members: readonly EnsembleMember[];
  /** Entity types, sorted. */
  readonly types: readonly string[];

  /** @throws InputError if there is no member, or two of them have different types */
  constructor(members: readonly EnsembleMember[]) {
    if (!members.length) throw new InputError("members: an ensemble needs at least one");
    for (const other of members.slice(1)) assertSameTypes(members[0], other);
    this.members = members;
    this.types = [...members[0].detector.description.types].sort();
  }

  /**
   * Loads the models of several runs. Starts the engine if none runs.
   * @param paths as for `EntityDetector.load`
   * @throws InputError if a model is missing or damaged, or the models have different types
   */
  static async load(paths: readonly string[]): Promise<Ensemble> {
    const members: EnsembleMember[] = [];
    try {
      for (const name of paths) members.push({ name, detector: await EntityDetector.load(name) });
      return new Ensemble(members);
    } catch (error) {
      for (const { detector } of members) detector.dispose();
      throw error;
    }
  }

  /**
   * As {@link EntityDetector.predict}, for all members together.
   * @throws InputError if a sentence or option is invalid for a member, or the members split texts in different ways
   */
  async predict(
    text: string,
    options?: TextOptions & EnsembleOptions,
  ): Promise<PredictedText<EnsembleEntity>[]>;
  async predict(sentences: readonly InputSentence[], options?: EnsembleOptions): Promise<EnsembleEntity[][]>;
  async predict(
    input: string | readonly InputSentence[],
    { language, tokens, ...options }: TextOptions & EnsembleOptions = {},
  ): Promise<PredictedText<EnsembleEntity>[] | EnsembleEntity[][]> {
    if (typeof input !== "string") {
      const { ensemble } = await this.predictMembers(input, options);
      return showingPredictions(input, ensemble, this.types);
    }
    const sentences = this.textReader({ language, tokens }).read(input);
    const { ensemble } = await this.predictMembers(sentences, options);
    const texts = sentences.map((sentence, index) => ({
      sentence,
      entities: locateEntities(sentence, ensemble[index]),
    }));
    return showingTexts(texts, this.types);
  }

  /** The predictions of the ensemble and of each member, with one pass of each member. */
  async predictMembers(
    sentences: readonly InputSentence[],
    { combine = "vote", ...options }: EnsembleOptions = {},
  ): Promise<MemberPredictions> {
    const threshold = combine === "vote" ? options.threshold : this.averageThresholds(options.threshold);
    const decisions: CandidateEntity[][][] = [];
    checkSentences(sentences);
    for (const { name, detector } of this.members) {
      const memberSentences = taggedFor(detector, sentences);
      decisions.push(
        await namingAsync(name, () => detector.decisions(memberSentences, { ...options, threshold })),
      );
    }
    const isPredicted = ({ type, probability, agreement: { votes, members } }: EnsembleEntity): boolean =>
      combine === "vote"
        ? 2 * votes > members
        : probability >= (typeof threshold === "object" ? threshold[type] : threshold!);
    return {
      ensemble: sentences.map((_, index) => {
        const combined = combinedEntities(decisions.map((ofMember) => ofMember[index]));
        return combined.filter(isPredicted);
      }),
      members: decisions.map((ofMember) => ofMember.map(acceptedEntities)),
    };
  }

  /** A threshold for each type. */
  private averageThresholds(threshold: Threshold = averageThreshold): Threshold {
    if (typeof threshold === "number") return threshold;
    return { ...Object.fromEntries(this.types.map((type) => [type, averageThreshold])), ...threshold };
  }

  /** As {@link EntityDetector.predictStream}. The member that needs the most memory decides which sentences are skipped. */
  async *predictStream<T extends InputSentence>(
    sentences: Iterable<T> | AsyncIterable<T>,
    options: EnsembleOptions & StreamOptions = {},
  ): AsyncGenerator<Predicted<T, EnsembleEntity>, void, undefined> {
    const models = this.members.map(({ detector }) => detector.description.model);
    yield* predictWindows(sentences, options, largestModel(models), async (window) => {
      const { ensemble } = await this.predictMembers(window, options);
      return ensemble;
    });
  }

  /**
   * Splits texts into sentences with universal part-of-speech tags, which each member maps to those that it knows.
   * @throws InputError if the members need different tokens
   */
  textReader(options: TextOptions = {}): TextReader {
    const units = this.members.map(({ detector }) => textUnit(detector.description, options));
    const other = units.findIndex((unit) => unitName(unit) !== unitName(units[0]));
    if (other < 0) return new TextReader(options.language ?? "auto", units[0]);
    const [one, another] = [0, other].map(
      (index) => `${this.members[index].name} by ${unitName(units[index])}`,
    );
    throw new InputError(
      `an ensemble cannot read this text: its members split texts differently, ${one} and ${another}; predict sentences of tokens`,
    );
  }

  /** Frees the engine memory of all members. May be called again. */
  dispose(): void {
    for (const { detector } of this.members) detector.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** @throws InputError naming the types that only one of the members has */
function assertSameTypes(one: EnsembleMember, other: EnsembleMember): void {
  const only = (a: EnsembleMember, b: EnsembleMember): string[] => {
    const { types } = b.detector.description;
    const lacking = a.detector.description.types.filter((type) => !types.includes(type));
    return lacking.length ? [`only ${a.name} has ${lacking.join(", ")}`] : [];
  };
  const differences = [...only(one, other), ...only(other, one)];
  if (differences.length)
    throw new InputError(
      `${one.name} and ${other.name} have different entity types: ${differences.join("; ")}; an ensemble needs models of the same types`,
    );
}

function unitName(unit: ReturnType<typeof textUnit>): string {
  return typeof unit === "string" ? `${unit}s` : `the ${unit.like} of its corpus`;
}

/** Replaces the universal tags of a text's sentences by those that a member knows. Other sentences stay unchanged. */
function taggedFor(
  { description: { model, vocabularies } }: Predictor,
  sentences: readonly InputSentence[],
): readonly InputSentence[] {
  if (!model.embedding.pos) return sentences;
  return sentences.map((sentence) =>
    "rules" in sentence && sentence.pos
      ? {
          ...sentence,
          pos: sentence.pos.map((tag, i) => modelTag(tag, sentence.tokens[i], vocabularies.pos)),
        }
      : sentence,
  );
}

/** All entities that some member proposes, by start, then end, then type. @param decisions of each member on one sentence */
function combinedEntities(decisions: readonly (readonly CandidateEntity[])[]): EnsembleEntity[] {
  const proposals = new Map<string, CandidateEntity[]>();
  for (const entity of decisions.flat()) {
    const key = `${entity.start} ${entity.end} ${entity.type}`;
    proposals.set(key, [...(proposals.get(key) ?? []), entity]);
  }
  const members = decisions.length;
  return [...proposals.values()]
    .map((same): EnsembleEntity => {
      const [{ start, end, type }] = same;
      const probabilities = same.map(({ probability }) => probability);
      const votes = same.filter(({ accepted }) => accepted).length;
      return { start, end, type, probability: meanOf(probabilities, members), agreement: { votes, members } };
    })
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.type < b.type ? -1 : 1));
}

/**
 * The mean of `count` numbers; missing ones count as 0. It does not depend on the order, and the mean of equal numbers is exactly
 * that number.
 */
function meanOf(terms: readonly number[], count: number): number {
  const values = [...terms, ...new Array<number>(count - terms.length).fill(0)].sort((a, b) => a - b);
  const [least] = values;
  return least + values.reduce((sum, value) => sum + (value - least), 0) / count;
}
