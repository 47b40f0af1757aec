import type { Target } from "../criterion/loss";
import type { Candidate } from "../model/head";

/** An entity with its probability. */
export interface ProbableEntity extends Target {
  readonly probability: number;
}

/**
 * The candidates of a sentence: the entities that the baseline predicts, and for each token the most probable entity that begins
 * there, which a threshold or a curve may accept.
 * @param others the most probable entity from each token
 */
export function candidatesOf(
  predicted: readonly ProbableEntity[],
  others: readonly ProbableEntity[],
): Candidate[] {
  const isPredicted = (entity: ProbableEntity): boolean =>
    predicted.some(
      ({ start, end, type }) => start === entity.start && end === entity.end && type === entity.type,
    );
  const candidate = (entity: ProbableEntity, accepted: boolean): Candidate => ({
    ...entity,
    proposal: entity.start,
    accepted,
  });
  return [
    ...predicted.map((entity) => candidate(entity, true)),
    ...others.filter((entity) => !isPredicted(entity)).map((entity) => candidate(entity, false)),
  ];
}
