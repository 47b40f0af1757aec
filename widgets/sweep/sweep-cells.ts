import type { Interval } from "../../src/evaluation/score-types";
import type { SweepResults } from "../../src/experiments/sweep-types";
import { all, compareLengths, type Measure, mean } from "../shared/scores";

/** One score of a setting on a corpus. */
export interface SweepCell {
  /** The scores of the seeds; empty if there was no run. */
  readonly values: readonly number[];
  /** NaN if there was no run. */
  readonly mean: number;
  /** Sample standard deviation; undefined for fewer than two seeds. */
  readonly std?: number;
  readonly interval?: Interval;
  readonly paper?: number;
}

export interface CellKey {
  readonly setting: string;
  readonly corpus: string;
  /** A length, or "all". */
  readonly group: string;
  readonly measure: Measure;
}

export function sweepCell(results: SweepResults, { setting, corpus, group, measure }: CellKey): SweepCell {
  const { runs, intervals, corpora, paper } = results;
  const values = runs.flatMap((run) => {
    if (run.setting !== setting || run.corpus !== corpus) return [];
    const score = group === all ? run.overall : run.byLength?.[group];
    return score ? [score[measure]] : [];
  });
  const average = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
  const estimated = intervals?.find((one) => one.setting === setting && one.corpus === corpus);
  const interval = (group === all ? estimated?.overall : estimated?.byLength?.[group])?.[measure];
  const paperCorpus = corpora.find(({ name }) => name === corpus)?.paper;
  const paperRow = paper?.find((row) => row.setting === setting);
  const paperValue = group === all && paperCorpus ? paperRow?.scores[paperCorpus][measure] : undefined;
  return {
    values,
    mean: average,
    ...(values.length > 1 ? { std: Math.sqrt(squares / (values.length - 1)) } : {}),
    ...(interval ? { interval } : {}),
    ...(typeof paperValue === "number" ? { paper: paperValue } : {}),
  };
}

/** The lengths of all runs in their order, then "all". */
export function groupsOf({ runs }: SweepResults): string[] {
  const lengths = new Set(runs.flatMap(({ byLength }) => Object.keys(byLength ?? {})));
  return [...lengths].sort(compareLengths).concat(all);
}

/** "3 seeds" or "1–3 seeds": how many runs a setting has on a corpus. */
export function seedsText({ runs, settings, corpora }: SweepResults): string {
  const count = (setting: string, corpus: string): number =>
    runs.filter((run) => run.setting === setting && run.corpus === corpus).length;
  const counts = settings
    .flatMap((setting) => corpora.map((corpus) => count(setting.name, corpus.name)))
    .filter((number) => number > 0);
  if (!counts.length) return "no seed";
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return `${least === most ? most : `${least}–${most}`} seed${most === 1 ? "" : "s"}`;
}

/** @throws RangeError if the results are inconsistent */
export function validateSweep({ settings, corpora, runs, intervals = [] }: SweepResults): void {
  if (!settings.length || !corpora.length) throw new RangeError("a sweep needs a setting and a corpus");
  const names = { setting: settings.map(({ name }) => name), corpus: corpora.map(({ name }) => name) };
  const keys = new Set<string>();
  for (const run of [...runs, ...intervals]) {
    for (const field of ["setting", "corpus"] as const) {
      if (names[field].includes(run[field])) continue;
      const list = names[field].join(", ");
      throw new RangeError(`runs: ${field} "${run[field]}" is not listed; there are ${list}`);
    }
    if (!("seed" in run)) continue;
    const key = `setting "${run.setting}", corpus "${run.corpus}", seed ${run.seed}`;
    if (keys.has(key)) throw new RangeError(`runs: ${key} occurs twice`);
    keys.add(key);
  }
}
