import { InputError, show } from "../base/errors";
import { nearest } from "../base/schema";
import type { Candidate } from "../model/head";

/** The minimum probability of an entity, for all types or by type. */
export type Threshold = number | Readonly<Record<string, number>>;

/**
 * Decides whether a candidate becomes an entity: by the threshold of its type, or by Algorithm 2 if its type has none.
 * @throws InputError for an unknown type or a threshold that is not a probability
 */
export function acceptance(
  threshold: Threshold | undefined,
  types: readonly string[],
): (candidate: Candidate) => boolean {
  if (threshold === undefined) return ({ accepted }) => accepted;
  if (typeof threshold === "number") {
    assertProbability(threshold, "threshold");
    return ({ probability }) => probability >= threshold;
  }
  for (const [type, value] of Object.entries(threshold)) {
    if (!types.includes(type))
      throw new InputError(
        `threshold: the type ${show(type)} is unknown to this model${nearest(type, types)}`,
      );
    assertProbability(value, `threshold of ${type}`);
  }
  const byIndex = types.map((type) => (Object.hasOwn(threshold, type) ? threshold[type] : undefined));
  return ({ type, probability, accepted }) => {
    const least = byIndex[type];
    return least === undefined ? accepted : probability >= least;
  };
}

function assertProbability(value: number, name: string): void {
  if (!(value >= 0 && value <= 1)) throw new InputError(`${name}: ${value} is not a probability from 0 to 1`);
}
