import { namingAsync } from "../../base/errors";
import type { Sentence } from "../../corpus";
import type { EntityDetector } from "../../detector/entity-detector";
import type { EvaluateOptions, Evaluation } from "../../evaluation";

/**
 * Predicts and scores sentences.
 * @param source of the sentences, for messages
 * @throws InputError if the model does not know the type of a gold entity
 */
export async function evaluateDetector(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  rules: EvaluateOptions,
  source: string,
): Promise<Evaluation> {
  const { evaluateSentences } = await import("../../evaluation/index.js");
  return namingAsync(source, () => evaluateSentences(detector, sentences, rules));
}
