import { InputError } from "../base/errors";
import { windowsOf } from "../base/streams";
import type { ModelConfig } from "../config/model-config";
import type { ScoredEntity } from "../corpus";
import { checkSentences, type InputSentence } from "./input";
import { longestSentence, outOfMemory } from "./sentence-memory";

export interface StreamOptions {
  /** Sentences per batch, fewer if they are long. Changes the speed, not the result. Default 32. */
  readonly batchSize?: number;
  /** Sentences to read ahead, so that a batch holds sentences of similar length. Default 32 batches. */
  readonly window?: number;
  /** Skips sentences with more tokens. Sentences that do not fit into the engine's memory are always skipped. */
  readonly maxLength?: number;
}

/** An input sentence with its predicted entities. */
export interface Predicted<T extends InputSentence, E extends ScoredEntity = ScoredEntity> {
  readonly sentence: T;
  readonly entities: readonly E[];
  readonly skipped?: Skipped;
}

/** Why a sentence was skipped: it is longer than `maxLength`, or does not fit into the engine's memory. */
export interface Skipped {
  readonly limit: "maxLength" | "memory";
  /** "has 20,000 tokens, more than 512" */
  readonly problem: string;
}

/** The model that needs the most memory for a sentence. */
export function largestModel(models: readonly ModelConfig[]): ModelConfig {
  return models.reduce((largest, model) =>
    longestSentence(model) < longestSentence(largest) ? model : largest,
  );
}

/** Predicts window after window. @param model needs the most memory @param predict predicts the sentences of a window */
export async function* predictWindows<T extends InputSentence, E extends ScoredEntity>(
  sentences: Iterable<T> | AsyncIterable<T>,
  { batchSize = 32, window = 32 * batchSize, maxLength = Number.POSITIVE_INFINITY }: StreamOptions,
  model: ModelConfig,
  predict: (sentences: readonly T[]) => Promise<E[][]>,
): AsyncGenerator<Predicted<T, E>, void, undefined> {
  if (!Number.isInteger(window) || window < 1)
    throw new InputError(`window: must be a positive integer, not ${window}`);
  const longest = longestSentence(model);
  for await (const sentencesOfWindow of windowsOf(sentences, window)) {
    checkSentences(sentencesOfWindow);
    const fitting = sentencesOfWindow.filter(({ tokens }) => tokens.length <= Math.min(maxLength, longest));
    const predictions = await predict(fitting);
    const entitiesOf = new Map(predictions.map((entities, index) => [fitting[index], entities]));
    for (const sentence of sentencesOfWindow) {
      const entities = entitiesOf.get(sentence);
      yield entities
        ? { sentence, entities }
        : { sentence, entities: [], skipped: tooLong(sentence, maxLength, model) };
    }
  }
}

function tooLong({ tokens: { length } }: InputSentence, maxLength: number, model: ModelConfig): Skipped {
  if (length <= maxLength) return { limit: "memory", problem: outOfMemory(model, length) };
  const problem = `has ${length.toLocaleString("en")} tokens, more than ${maxLength.toLocaleString("en")}`;
  return { limit: "maxLength", problem };
}
