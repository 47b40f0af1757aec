import { InputError, show } from "../base/errors";
import { nearest } from "../base/schema";
import { selfShowing } from "../base/self-showing";
import { documentIndices, type ScoredEntity, type Sentence } from "../corpus";
import type { EntityDetector } from "../detector/entity-detector";
import type { PredictOptions } from "../detector/predictor";
import { bootstrapScores } from "./bootstrap";
import { countTable } from "./counts";
import { type SameTypeInner, withoutSameTypeInner } from "./inner-mentions";
import { outcomesOf, type SentenceOutcome, type SpuriousLength } from "./outcomes";
import type { BootstrapOptions } from "./resample";
import type { ScoreIntervals, Scores } from "./score-types";
import { scoresOf } from "./scores";
import { scoresTable } from "./scores-text";

/** How predictions are compared with gold entities. */
export interface ScoringRules {
  /** The length that a false prediction counts for. Default: its own. */
  readonly spuriousLength?: SpuriousLength;
  /** Whether gold entities within another of the same type count. Default: "scored". */
  readonly sameTypeInner?: SameTypeInner;
}

export interface EvaluateOptions extends PredictOptions, ScoringRules {}

/** A sentence with its compared entities. */
export interface EvaluatedSentence extends SentenceOutcome {
  readonly tokens: readonly string[];
  /** The corpus's name for the sentence. */
  readonly id: string;
  /** Number of the document; absent if the corpus does not show which sentences belong together. */
  readonly document?: number;
}

/** Scores, their intervals and the sentences that they are of. */
export interface Evaluation {
  readonly scores: Scores;
  /** 95 % bootstrap intervals by sentence. */
  readonly intervals: ScoreIntervals;
  /** All scored sentences, in order. */
  readonly sentences: readonly EvaluatedSentence[];
}

/**
 * Predicts sentences and scores the predictions against their gold entities.
 * @throws InputError if the model does not know the type of a gold entity
 */
export async function evaluate(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  options?: EvaluateOptions,
): Promise<Scores> {
  const predictions = await predicted(detector, sentences, options);
  return showingScores(scoresOf(countTable(outcomesUnder(sentences, predictions, options))));
}

/**
 * As {@link evaluate}, with an interval around each score and with each sentence's compared entities.
 * @throws InputError if the model does not know the type of a gold entity
 * @throws RangeError if an option of the bootstrap is out of range
 */
export async function evaluateSentences(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  options: EvaluateOptions & BootstrapOptions = {},
): Promise<Evaluation> {
  return evaluationOf(
    evaluatedSentences(sentences, await predicted(detector, sentences, options), options),
    options,
  );
}

/** The scores of sentences with their compared entities, with an interval around each. */
export function evaluationOf(sentences: readonly EvaluatedSentence[], options: BootstrapOptions): Evaluation {
  const table = countTable(sentences);
  return showingEvaluation({
    scores: showingScores(scoresOf(table)),
    intervals: bootstrapScores(table, options),
    sentences,
  });
}

const showingScores = selfShowing<Scores>((scores) => ({
  kind: "evaluation",
  content: () => ({ scores }),
  text: () => scoresTable(scores),
}));

const showingEvaluation = selfShowing<Evaluation>((evaluation) => ({
  kind: "evaluation",
  content: () => evaluation,
  text: () => scoresTable(evaluation.scores),
}));

/** Compares predictions with the gold entities of their sentences. @param predictions of each sentence, in the same order */
export function evaluatedSentences(
  sentences: readonly Sentence[],
  predictions: readonly (readonly ScoredEntity[])[],
  rules: ScoringRules = {},
): EvaluatedSentence[] {
  const outcomes = outcomesUnder(sentences, predictions, rules);
  const documents = documentIndices(sentences);
  return sentences.map(({ tokens, id }, index) => ({
    tokens,
    id,
    ...(documents && { document: documents[index] }),
    ...outcomes[index],
  }));
}

function outcomesUnder(
  sentences: readonly Sentence[],
  predictions: readonly (readonly ScoredEntity[])[],
  { spuriousLength, sameTypeInner }: ScoringRules = {},
): SentenceOutcome[] {
  const compared = sentences.map(({ entities }, index) =>
    sameTypeInner === "ignored"
      ? withoutSameTypeInner(entities, predictions[index])
      : { gold: entities, predicted: predictions[index] },
  );
  return outcomesOf(
    compared.map(({ gold }) => gold),
    compared.map((one) => one.predicted),
    spuriousLength,
  );
}

async function predicted(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  options?: PredictOptions,
): Promise<ScoredEntity[][]> {
  assertKnownTypes(detector.description.types, sentences);
  return await detector.predict(sentences, options);
}

/** @throws InputError if the model does not know the type of a gold entity */
export function assertKnownTypes(types: readonly string[], sentences: readonly Sentence[]): void {
  for (const [index, { entities, id }] of sentences.entries()) {
    const unknown = entities.findIndex((entity) => !types.includes(entity.type));
    if (unknown < 0) continue;
    const { type } = entities[unknown];
    const field = `sentence ${index}${id && ` (${id})`}: entities[${unknown}].type`;
    throw new InputError(`${field}: ${show(type)} is unknown to this model${nearest(type, types)}`);
  }
}
