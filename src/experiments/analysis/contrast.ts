import { sum } from "../../base/sum";
import { lengthGroups } from "../../corpus/spans";
import {
  fewestGold,
  type Interval,
  type Score,
  type ScoreInterval,
  type ScoreIntervals,
  unitsOf,
} from "../../evaluation";
import type { RunRecord } from "../results/run-record";
import { groups, type SentenceCounts } from "../results/sentence-counts";
import { type CrossedEstimate, crossedEstimate } from "./crossed";
import { intervalAround } from "./statistics";

export type Group = (typeof groups)[number];

/** With fewer seeds there is no p value, because their spread is not known. */
export const fewestSeeds = 3;

/** A term of a contrast: the mean F1 of a setting's runs in a group of entities, times a weight. */
export interface Term {
  /** One per seed. */
  readonly runs: readonly RunRecord[];
  /** Default "all". */
  readonly group?: Group;
  readonly weight: number;
}

/** A weighted sum of F1 scores, such as a difference, in points of F1: its mean over the seeds that all terms have. */
export interface Contrast extends CrossedEstimate {
  /** The common seeds. */
  readonly seedNumbers: readonly number[];
  /** Its value for each of them. */
  readonly values: readonly number[];
  /** `[seed][unit]`: the first-order effect of each test unit. */
  readonly influences: readonly Float64Array[];
}

/** @returns `undefined` if the terms have no seed in common. @throws RangeError if they were scored on different sentences */
export function contrastOf(terms: readonly Term[]): Contrast | undefined {
  const seedNumbers = terms[0].runs
    .map(({ seed }) => seed)
    .filter((seed) => terms.every(({ runs }) => runs.some((run) => run.seed === seed)));
  if (!seedNumbers.length) return undefined;
  assertSameSentences(terms.flatMap(({ runs }) => runs));
  const values: number[] = [];
  const influences = seedNumbers.map((seed) => {
    const parts = terms.map(({ runs, group = "all", weight }) => {
      const run = runs.find((one) => one.seed === seed)!;
      return { score: f1(run, group), effects: influencesOf(run, group, "f1"), weight };
    });
    values.push(sum(parts.map(({ score, weight }) => weight * score)));
    return parts[0].effects.map((_, unit) => sum(parts.map(({ effects, weight }) => weight * effects[unit])));
  });
  return { ...crossedEstimate(values, influences), seedNumbers, values, influences };
}

/** F1 of some runs minus that of others. */
export function differenceOf(runs: readonly RunRecord[], others: readonly RunRecord[]): Contrast | undefined {
  if (!runs.length || !others.length) return undefined;
  return contrastOf([
    { runs, weight: 1 },
    { runs: others, weight: -1 },
  ]);
}

/** Intervals of mean scores over seeds. */
export type MeanIntervals = Pick<ScoreIntervals, "overall" | "byLength" | "level">;

/**
 * The 95 % intervals of the mean scores of a setting's runs, over seeds and sentences; of one run over the sentences alone.
 * null where fewer than {@link fewestGold} gold entities are scored.
 */
export function scoreIntervals(runs: readonly RunRecord[]): MeanIntervals {
  const ofGroup = (group: Group): ScoreInterval => ({
    precision: meanIntervalOf(runs, group, "precision"),
    recall: meanIntervalOf(runs, group, "recall"),
    f1: meanIntervalOf(runs, group, "f1"),
  });
  const byLength = Object.fromEntries(lengthGroups.map((group) => [group, ofGroup(group)]));
  return { overall: ofGroup("all"), byLength, level: 0.95 };
}

function meanIntervalOf(runs: readonly RunRecord[], group: Group, name: Ratio): Interval | null {
  if (!isEvidence(runs, group)) return null;
  const scores = runs.map((run) => scoreOf(run, group)[name]);
  return intervalAround(
    crossedEstimate(
      scores,
      runs.map((run) => influencesOf(run, group, name)),
    ),
  );
}

/** Whether runs have enough gold entities in a group. */
export function isEvidence(runs: readonly RunRecord[], group: Group): boolean {
  return runs.length > 0 && runs.every((run) => scoreOf(run, group).gold >= fewestGold);
}

export function f1(run: RunRecord, group: Group): number {
  return scoreOf(run, group).f1;
}

function scoreOf(run: RunRecord, group: Group): Score {
  return group === "all" ? run.overall : run.byLength[group];
}

type Ratio = "precision" | "recall" | "f1";

const cache = new WeakMap<SentenceCounts, Map<string, Float64Array>>();

/** The first-order effect of each test unit on a score in percent: how it differs from the score, times its share. Their mean is 0. */
function influencesOf({ counts }: RunRecord, group: Group, name: Ratio): Float64Array {
  const ofCounts = cache.get(counts) ?? new Map<string, Float64Array>();
  cache.set(counts, ofCounts);
  const key = `${group} ${name}`;
  const influences = ofCounts.get(key) ?? ratioInfluences(...ratioOf(unitCounts(counts, group), name));
  ofCounts.set(key, influences);
  return influences;
}

/** @param parts one number per unit; the score is their sum in percent of the sum of `wholes` */
export function ratioInfluences(parts: ArrayLike<number>, wholes: ArrayLike<number>): Float64Array {
  const [part, whole] = [sum(Array.from(parts)), sum(Array.from(wholes))];
  if (whole === 0) return new Float64Array(parts.length);
  return Float64Array.from(
    { length: parts.length },
    (_, unit) => (100 * parts.length * (parts[unit] - (part / whole) * wholes[unit])) / whole,
  );
}

/** Gold, predicted and correct entities of each test unit. */
export interface UnitCounts {
  readonly gold: Float64Array;
  readonly predicted: Float64Array;
  readonly correct: Float64Array;
}

function ratioOf({ gold, predicted, correct }: UnitCounts, name: Ratio): [Float64Array, Float64Array] {
  if (name === "precision") return [correct, predicted];
  if (name === "recall") return [correct, gold];
  return [correct.map((count) => 2 * count), gold.map((count, unit) => count + predicted[unit])];
}

export function unitCounts(counts: SentenceCounts, group: Group): UnitCounts {
  const { units, unitOf } = unitsOf(counts);
  const [gold, predicted, correct] = [0, 1, 2].map(() => new Float64Array(units));
  for (const [entry, sentence] of counts.sentence.entries()) {
    if (group !== "all" && groups[1 + counts.length[entry]] !== group) continue;
    const unit = unitOf(sentence);
    gold[unit] += counts.gold[entry];
    predicted[unit] += counts.predicted[entry];
    correct[unit] += counts.correct[entry];
  }
  return { gold, predicted, correct };
}

function assertSameSentences(runs: readonly RunRecord[]): void {
  const [first] = runs;
  for (const run of runs) {
    const isSame =
      run.counts.sentences === first.counts.sentences &&
      unitsOf(run.counts).units === unitsOf(first.counts).units;
    if (!isSame) throw new RangeError(`runs ${first.id} and ${run.id} were scored on different sentences`);
  }
}
