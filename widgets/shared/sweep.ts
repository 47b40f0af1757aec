import type { Interval } from "../../src/evaluation/score-types";
import type { SweepResults, SweepRun } from "../../src/experiments/sweep-types";

export const measures = ["precision", "recall", "f1"] as const;

export type Measure = (typeof measures)[number];

export const measureNames: Readonly<Record<Measure, string>> = {
  precision: "precision",
  recall: "recall",
  f1: "F1",
};

/** Name of the group of all entities; the others are lengths. */
export const all = "all";

/** What is known of one score of a setting on a corpus. */
export interface SweepCell {
  /** Scores of the seeds; none where nothing was run. */
  readonly values: readonly number[];
  /** NaN where nothing was run. */
  readonly mean: number;
  /** Standard deviation of the sample; undefined with less than two seeds. */
  readonly std?: number;
  readonly interval?: Interval;
  readonly paper?: number;
}

export interface CellPlace {
  readonly setting: string;
  readonly corpus: string;
  readonly group: string;
  readonly measure: Measure;
}

export function sweepCell(results: SweepResults, place: CellPlace): SweepCell {
  const { setting, corpus, group, measure } = place;
  const values = results.runs.flatMap((run) => {
    const score = run.setting === setting && run.corpus === corpus ? scoresOf(run, group) : undefined;
    return score ? [score[measure]] : [];
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const drawn = results.intervals?.find((one) => one.setting === setting && one.corpus === corpus);
  const interval = (group === all ? drawn?.overall : drawn?.byLength?.[group])?.[measure];
  const known = results.corpora.find(({ name }) => name === corpus)?.paper;
  const printed = results.paper?.find((row) => row.setting === setting);
  const paper = group === all && known ? printed?.scores[known][measure] : undefined;
  return {
    values,
    mean,
    ...(values.length > 1 ? { std: Math.sqrt(squares / (values.length - 1)) } : {}),
    ...(interval ? { interval } : {}),
    ...(typeof paper === "number" ? { paper } : {}),
  };
}

function scoresOf(run: SweepRun, group: string) {
  return group === all ? run.overall : run.byLength?.[group];
}

/** Lengths that any run has, in their order, then all. */
export function groupsOf({ runs }: SweepResults): string[] {
  return [...new Set(runs.flatMap(({ byLength }) => Object.keys(byLength ?? {})))]
    .sort(byLengthOrder)
    .concat(all);
}

/** "4" before "≥5". */
export function byLengthOrder(one: string, other: string): number {
  return Number(one.replace("≥", "")) - Number(other.replace("≥", ""));
}

/** "1" or "1–3": the seeds that the runs of a setting and corpus have. */
export function seedsText({ runs, settings, corpora }: SweepResults): string {
  const counts = settings.flatMap(({ name }) =>
    corpora.map((corpus) => runs.filter((run) => run.setting === name && run.corpus === corpus.name).length),
  );
  const run = counts.filter((count) => count > 0);
  if (!run.length) return "no seed";
  const [least, most] = [Math.min(...run), Math.max(...run)];
  return `${least === most ? most : `${least}–${most}`} seed${most === 1 ? "" : "s"}`;
}

/** @throws RangeError when the results contradict themselves */
export function checkSweep(results: SweepResults): void {
  const { settings, corpora, runs } = results;
  if (!settings.length || !corpora.length) throw new RangeError("a sweep needs a setting and a corpus");
  const names = { setting: settings.map(({ name }) => name), corpus: corpora.map(({ name }) => name) };
  const seen = new Set<string>();
  for (const run of [...runs, ...(results.intervals ?? [])]) {
    for (const key of ["setting", "corpus"] as const) {
      if (names[key].includes(run[key])) continue;
      throw new RangeError(`runs: ${key} "${run[key]}" is not listed; there are ${names[key].join(", ")}`);
    }
    if (!("seed" in run)) continue;
    const place = `setting "${run.setting}", corpus "${run.corpus}", seed ${run.seed}`;
    if (seen.has(place)) throw new RangeError(`runs: ${place} is there twice`);
    seen.add(place);
  }
}
