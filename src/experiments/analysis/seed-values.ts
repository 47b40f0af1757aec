import type { RunRecord } from "../results/run-record";
import type { Measures } from "../run/measures";
import { aboveZero, type Finding } from "./findings";

export function measuresOf(runs: readonly RunRecord[]): Measures[] {
  return runs.flatMap(({ measures }) => measures ?? []);
}

/** A number of each run, by its seed, without runs that lack it. */
export function bySeed(
  runs: readonly RunRecord[],
  value: (run: RunRecord) => number | null | undefined,
): Map<number, number> {
  return new Map(
    runs.flatMap((run) => {
      const number = value(run);
      return number === null || number === undefined ? [] : [[run.seed, number] as const];
    }),
  );
}

/** The first values minus the second ones of the same seeds. */
export function pairedValues(one: ReadonlyMap<number, number>, other: ReadonlyMap<number, number>): number[] {
  return [...one].flatMap(([seed, value]) => {
    const subtrahend = other.get(seed);
    return subtrahend === undefined ? [] : [value - subtrahend];
  });
}

/** Whether the first values are larger than the second ones of the same seeds. */
export function pairedFinding(
  one: ReadonlyMap<number, number>,
  other: ReadonlyMap<number, number>,
  what: string,
): Finding {
  return aboveZero(pairedValues(one, other), what);
}
