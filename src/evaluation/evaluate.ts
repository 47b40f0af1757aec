import { InputError, show } from "../base/errors";
import { nearest } from "../base/schema";
import type { Sentence } from "../corpus";
import type { EntityDetector, PredictOptions } from "../detector/entity-detector";
import { type BootstrapOptions, bootstrapScores } from "./bootstrap";
import { countTable } from "./counts";
import { outcomesOf, type SentenceOutcome } from "./outcomes";
import { scoresOf } from "./scores";
import type { SpuriousLength } from "./spurious-length";
import type { ScoreIntervals, Scores } from "./types";

export interface EvaluateOptions extends PredictOptions {
  /** The length that a false prediction counts for. Default: its own. */
  readonly spuriousLength?: SpuriousLength;
}

/** A sentence with what became of its entities. */
export interface EvaluatedSentence extends SentenceOutcome {
  readonly tokens: readonly string[];
  /** Where the sentence comes from, as the corpus names it. */
  readonly id: string;
}

/** Scores with what stands behind them. */
export interface Evaluation {
  readonly scores: Scores;
  /** 95 % bootstrap intervals by sentence. */
  readonly intervals: ScoreIntervals;
  /** All that were scored, in their order. */
  readonly sentences: readonly EvaluatedSentence[];
}

/**
 * Predicts sentences and scores the prediction against their gold entities.
 * @throws InputError when a gold entity is of a type that the model does not know
 */
export async function evaluate(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  options?: EvaluateOptions,
): Promise<Scores> {
  const outcomes = await predictedOutcomes(detector, sentences, options);
  return scoresOf(countTable(outcomes));
}

/**
 * As {@link evaluate}, with an interval around each score and with what became of each sentence's entities.
 * @throws InputError when a gold entity is of a type that the model does not know
 * @throws RangeError when an option of the bootstrap is out of range
 */
export async function evaluateSentences(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  options: EvaluateOptions & BootstrapOptions = {},
): Promise<Evaluation> {
  const outcomes = await predictedOutcomes(detector, sentences, options);
  const table = countTable(outcomes);
  return {
    scores: scoresOf(table),
    intervals: bootstrapScores(table, options),
    sentences: sentences.map(({ tokens, id }, at) => ({ tokens, id, ...outcomes[at] })),
  };
}

async function predictedOutcomes(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  options?: EvaluateOptions,
): Promise<SentenceOutcome[]> {
  const { types } = detector.description;
  for (const [at, { entities, id }] of sentences.entries()) {
    const strange = entities.findIndex((entity) => !types.includes(entity.type));
    if (strange < 0) continue;
    const { type } = entities[strange];
    const place = `sentence ${at}${id && ` (${id})`}: entities[${strange}].type`;
    throw new InputError(`${place}: ${show(type)} is unknown to this model${nearest(type, types)}`);
  }
  const predicted = await detector.predict(sentences, options);
  return outcomesOf(
    sentences.map(({ entities }) => entities),
    predicted,
    options?.spuriousLength,
  );
}
