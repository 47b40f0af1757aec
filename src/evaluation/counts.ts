import { lengthGroups } from "../corpus/spans";
import type { CountedEntity, SentenceOutcome } from "./outcomes";
import type { Grouped } from "./score-types";

/**
 * The counts of each sentence in each group, as a sparse matrix: everything that the scores of any selection of
 * sentences need. A group has three counts in this order: gold, predicted, correct.
 */
export interface CountTable {
  readonly sentences: number;
  /** Types that occur, sorted. */
  readonly types: readonly string[];
  /** `[sentences + 1]`: sentence s has the entries `first[s] … first[s + 1] - 1`. */
  readonly first: Uint32Array;
  /** `[entries]`: index of the count, 3 · group + 0 … 2. */
  readonly places: Uint16Array;
  /** `[entries]`: what the sentence adds to it. */
  readonly amounts: Uint16Array;
}

/** @param types that get a group even if they do not occur */
export function countTable(outcomes: readonly SentenceOutcome[], types: readonly string[] = []): CountTable {
  const occurring = outcomes.flatMap(({ correct, missed, wrong }) =>
    [...correct, ...missed, ...wrong].map(({ type }) => type),
  );
  const sorted = [...new Set([...types, ...occurring])].sort();
  const groupsOf = groupFinder(sorted);
  const first = new Uint32Array(outcomes.length + 1);
  const places: number[] = [];
  const amounts: number[] = [];
  for (const [sentence, outcome] of outcomes.entries()) {
    const counts = new Map<number, number>();
    const add = (entities: readonly CountedEntity[], ...fields: readonly number[]): void => {
      for (const group of entities.flatMap(groupsOf)) {
        for (const field of fields) counts.set(3 * group + field, (counts.get(3 * group + field) ?? 0) + 1);
      }
    };
    add(outcome.correct, 0, 1, 2);
    add(outcome.missed, 0);
    add(outcome.wrong, 1);
    places.push(...counts.keys());
    amounts.push(...counts.values());
    first[sentence + 1] = places.length;
  }
  const entries = { places: Uint16Array.from(places), amounts: Uint16Array.from(amounts) };
  return { sentences: outcomes.length, types: sorted, first, ...entries };
}

/** Sums the counts, each sentence's `weights[sentence]` times, into `sums` (`[3 · groups]`). */
export function sumCounts(table: CountTable, weights: ArrayLike<number>, sums: Float64Array): void {
  const { sentences, first, places, amounts } = table;
  sums.fill(0);
  for (let sentence = 0; sentence < sentences; sentence++) {
    const weight = weights[sentence];
    if (weight === 0) continue;
    for (let entry = first[sentence]; entry < first[sentence + 1]; entry++)
      sums[places[entry]] += weight * amounts[entry];
  }
}

/** Number of groups: all, each length, each type, flat and nested. */
export function groupCount({ types }: CountTable): number {
  return 1 + lengthGroups.length + types.length + 2;
}

/** A value for each group, under the group's name. @param value of the group with this index */
export function grouped<T>({ types }: CountTable, value: (group: number) => T): Grouped<T> {
  const firstType = 1 + lengthGroups.length;
  const byName = (names: readonly string[], firstGroup: number): Record<string, T> =>
    Object.fromEntries(names.map((name, index) => [name, value(firstGroup + index)]));
  return {
    overall: value(0),
    byLength: byName(lengthGroups, 1),
    byType: byName(types, firstType),
    byNesting: { flat: value(firstType + types.length), nested: value(firstType + types.length + 1) },
  };
}

/** Returns a function that finds the groups of an entity, in the order of {@link grouped}. */
function groupFinder(types: readonly string[]): (entity: CountedEntity) => number[] {
  const firstType = 1 + lengthGroups.length;
  const byType = new Map(types.map((type, index) => [type, firstType + index]));
  const flat = firstType + types.length;
  return ({ length, type, nesting }) => [
    0,
    ...(length === null ? [] : [1 + lengthGroups.indexOf(length)]),
    byType.get(type)!,
    nesting === "flat" ? flat : flat + 1,
  ];
}
