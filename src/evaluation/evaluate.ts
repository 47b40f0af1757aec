import { InputError, show } from "../base/errors";
import { nearest } from "../base/schema";
import { selfShowing } from "../base/self-showing";
import type { Sentence } from "../corpus";
import type { EntityDetector, PredictOptions } from "../detector/entity-detector";
import { type BootstrapOptions, bootstrapScores } from "./bootstrap";
import { countTable } from "./counts";
import { type SameTypeInner, withoutSameTypeInner } from "./inner-mentions";
import { outcomesOf, type SentenceOutcome, type SpuriousLength } from "./outcomes";
import type { ScoreIntervals, Scores } from "./score-types";
import { scoresOf } from "./scores";
import { scoresTable } from "./scores-text";

export interface EvaluateOptions extends PredictOptions {
  /** The length that a false prediction counts for. Default: its own. */
  readonly spuriousLength?: SpuriousLength;
  /** Whether gold entities within another of the same type count. Default: "scored". */
  readonly sameTypeInner?: SameTypeInner;
}

/** A sentence with its compared entities. */
export interface EvaluatedSentence extends SentenceOutcome {
  readonly tokens: readonly string[];
  /** The corpus's name for the sentence. */
  readonly id: string;
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
  const outcomes = await predictedOutcomes(detector, sentences, options);
  return showingScores(scoresOf(countTable(outcomes)));
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
  const outcomes = await predictedOutcomes(detector, sentences, options);
  const table = countTable(outcomes);
  return showingEvaluation({
    scores: showingScores(scoresOf(table)),
    intervals: bootstrapScores(table, options),
    sentences: sentences.map(({ tokens, id }, index) => ({ tokens, id, ...outcomes[index] })),
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

async function predictedOutcomes(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  options?: EvaluateOptions,
): Promise<SentenceOutcome[]> {
  const { types } = detector.description;
  for (const [index, { entities, id }] of sentences.entries()) {
    const unknown = entities.findIndex((entity) => !types.includes(entity.type));
    if (unknown < 0) continue;
    const { type } = entities[unknown];
    const field = `sentence ${index}${id && ` (${id})`}: entities[${unknown}].type`;
    throw new InputError(`${field}: ${show(type)} is unknown to this model${nearest(type, types)}`);
  }
  const predicted = await detector.predict(sentences, options);
  const compared = sentences.map(({ entities }, index) =>
    options?.sameTypeInner === "ignored"
      ? withoutSameTypeInner(entities, predicted[index])
      : { gold: entities, predicted: predicted[index] },
  );
  return outcomesOf(
    compared.map(({ gold }) => gold),
    compared.map((one) => one.predicted),
    options?.spuriousLength,
  );
}
