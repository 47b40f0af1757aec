import { InputError, show } from "../base/errors";
import { nearest } from "../base/schema";
import type { Sentence } from "../corpus";
import type { EntityDetector, PredictOptions } from "../model/entity-detector";
import { scoreEntities } from "./scores";
import type { Scores } from "./types";

/**
 * Predicts sentences and scores the prediction against their gold entities.
 * @throws InputError when a gold entity is of a type that the model does not know
 */
export async function evaluate(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  options?: PredictOptions,
): Promise<Scores> {
  const { types } = detector.description;
  for (const [at, { entities, id }] of sentences.entries()) {
    const strange = entities.findIndex((entity) => !types.includes(entity.type));
    if (strange < 0) continue;
    const { type } = entities[strange];
    const place = `sentence ${at}${id && ` (${id})`}: entities[${strange}].type`;
    throw new InputError(`${place}: ${show(type)} is unknown to this model${nearest(type, types)}`);
  }
  const predicted = await detector.predict(sentences, options);
  return scoreEntities(
    sentences.map(({ entities }) => entities),
    predicted,
  );
}
