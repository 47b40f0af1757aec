import { lengthGroups } from "../corpus/spans";
import type { CountedEntity, SentenceOutcome } from "./outcomes";
import type { Grouped } from "./types";

/** Gold, predicted and correct: the counts of a group, in this order. */
const fields = 3;

/**
 * What each sentence adds to the counts of each group, without the zeros: all that scores of any selection of sentences
 * need.
 */
export interface CountTable {
  readonly sentences: number;
  /** Types that occur, sorted. */
  readonly types: readonly string[];
  /** `[sentences + 1]`: sentence s has the entries `first[s] … first[s + 1] - 1`. */
  readonly first: Uint32Array;
  /** `[entries]`: place of the count in a list of all. */
  readonly places: Uint16Array;
  /** `[entries]`: what the sentence adds to it. */
  readonly amounts: Uint16Array;
}

/** @param types to count besides those that occur; each gets a group */
export function countTable(outcomes: readonly SentenceOutcome[], types: readonly string[] = []): CountTable {
  const occurring = outcomes.flatMap(({ correct, missed, wrong }) =>
    [...correct, ...missed, ...wrong].map(({ type }) => type),
  );
  const sorted = [...new Set([...types, ...occurring])].sort();
  const groups = groupPlaces(sorted);
  const first = new Uint32Array(outcomes.length + 1);
  const places: number[] = [];
  const amounts: number[] = [];
  for (const [at, outcome] of outcomes.entries()) {
    const added = new Map<number, number>();
    const add = (entities: readonly CountedEntity[], ...counts: readonly number[]): void => {
      for (const place of entities.flatMap((entity) => groups(entity))) {
        for (const field of counts) added.set(place + field, (added.get(place + field) ?? 0) + 1);
      }
    };
    add(outcome.correct, 0, 1, 2);
    add(outcome.missed, 0);
    add(outcome.wrong, 1);
    places.push(...added.keys());
    amounts.push(...added.values());
    first[at + 1] = places.length;
  }
  const entries = { places: Uint16Array.from(places), amounts: Uint16Array.from(amounts) };
  return { sentences: outcomes.length, types: sorted, first, ...entries };
}

/** The counts summed over all sentences, each taken `weights[sentence]` times, into `sums` (`[3 × groups]`). */
export function sumCounts(table: CountTable, weights: ArrayLike<number>, sums: Float64Array): void {
  const { sentences, first, places, amounts } = table;
  sums.fill(0);
  for (let sentence = 0; sentence < sentences; sentence++) {
    const weight = weights[sentence];
    if (weight === 0) continue;
    for (let at = first[sentence]; at < first[sentence + 1]; at++) sums[places[at]] += weight * amounts[at];
  }
}

/** How many groups there are: all, each length, each type, flat and nested. */
export function groupCount({ types }: CountTable): number {
  return 1 + lengthGroups.length + types.length + 2;
}

/** One value a group, under the groups' names. @param value of the group at that place */
export function grouped<T>({ types }: CountTable, value: (group: number) => T): Grouped<T> {
  const typesFrom = 1 + lengthGroups.length;
  const named = (names: readonly string[], from: number): Record<string, T> =>
    Object.fromEntries(names.map((name, at) => [name, value(from + at)]));
  return {
    overall: value(0),
    byLength: named(lengthGroups, 1),
    byType: named(types, typesFrom),
    byNesting: { flat: value(typesFrom + types.length), nested: value(typesFrom + types.length + 1) },
  };
}

/** Finds the first count of each group that an entity belongs to, in the order of {@link grouped}. */
function groupPlaces(types: readonly string[]): (entity: CountedEntity) => number[] {
  const lengths = new Map<string, number>(lengthGroups.map((length, at) => [length, 1 + at]));
  const typesFrom = 1 + lengthGroups.length;
  const byType = new Map(types.map((type, at) => [type, typesFrom + at]));
  const flat = typesFrom + types.length;
  return ({ length, type, nesting }) =>
    [
      0,
      ...(length === null ? [] : [lengths.get(length)!]),
      byType.get(type)!,
      nesting === "flat" ? flat : flat + 1,
    ].map((group) => fields * group);
}
