import type { EvaluatedSentence } from "../../src/evaluation/evaluate";
import type { CountedEntity } from "../../src/evaluation/outcomes";
import type { Score, ScoreInterval, ScoreIntervals, Scores } from "../../src/evaluation/score-types";
import type { PaperLengths } from "../../src/experiments/paper";
import { judgePredicted, type Verdict } from "../sentence/verdicts";
import { byLengthOrder } from "../shared/sweep";

/** Scores of one model, under the name that it is shown by; what `evaluateSentences` gives fits in. */
export interface ScoredRun {
  readonly name: string;
  readonly scores: Pick<Scores, "byLength" | "overall">;
  /** Bootstrap intervals; without them no lines are drawn. */
  readonly intervals?: Pick<ScoreIntervals, "byLength" | "overall" | "level" | "resamples">;
  /** What stands behind the bars; without it they cannot be opened. */
  readonly sentences?: readonly EvaluatedSentence[];
}

export interface MarkedEntity extends Omit<CountedEntity, "nesting"> {
  readonly verdict: Verdict;
}

export interface MarkedSentence {
  readonly id: string;
  readonly tokens: readonly string[];
  readonly entities: readonly MarkedEntity[];
}

/** The sentences behind a bar, by their places in the run's list, and how many there are in all. */
export interface Behind {
  /** With a missed or wrong entity of that length. */
  readonly wrong: readonly number[];
  readonly allWrong: number;
  /** With right ones alone. */
  readonly right: readonly number[];
  readonly allRight: number;
}

export interface PackedRun {
  readonly name: string;
  /** By length, and "all". */
  readonly groups: Readonly<Record<string, { readonly score: Score; readonly interval?: ScoreInterval }>>;
  /** Those that a bar shows. */
  readonly sentences: readonly MarkedSentence[];
  /** By length, and "all"; absent where the sentences are not known. */
  readonly behind?: Readonly<Record<string, Behind>>;
}

export interface PackedScores {
  readonly runs: readonly PackedRun[];
  /** Lengths in their order, then "all". */
  readonly groups: readonly string[];
  readonly paper?: PaperLengths;
  readonly comparable: boolean;
  /** How the intervals were drawn. */
  readonly bootstrap?: { readonly level: number; readonly resamples: number };
}

/** Name of the group of all lengths. */
export const all = "all";

/** @param limit sentences kept behind a bar, of those with errors and of those without */
export function packRuns(runs: readonly ScoredRun[], limit: number): Omit<PackedScores, "comparable"> {
  const lengths = [...new Set(runs.flatMap(({ scores }) => Object.keys(scores.byLength)))].sort(
    byLengthOrder,
  );
  const groups = [...lengths, all];
  const intervals = runs.find((run) => run.intervals)?.intervals;
  return {
    runs: runs.map((run) => packRun(run, groups, limit)),
    groups,
    bootstrap: intervals && { level: intervals.level, resamples: intervals.resamples },
  };
}

function packRun(run: ScoredRun, groups: readonly string[], limit: number): PackedRun {
  const { name, scores, intervals, sentences } = run;
  const known = groups.flatMap((group) => {
    const score = group === all ? scores.overall : scores.byLength[group];
    const interval = group === all ? intervals?.overall : intervals?.byLength[group];
    return score ? [[group, { score, interval }] as const] : [];
  });
  return {
    name,
    groups: Object.fromEntries(known),
    ...(sentences ? packSentences(sentences, groups, limit) : { sentences: [] }),
  };
}

function packSentences(
  sentences: readonly EvaluatedSentence[],
  groups: readonly string[],
  limit: number,
): Pick<PackedRun, "sentences" | "behind"> {
  const marked = sentences.map(mark);
  const places = groups.map((group) => {
    const within = marked.map(({ entities }) => entities.filter((entity) => counts(entity, group)));
    const hold = (wanted: boolean): number[] =>
      within.flatMap((entities, place) => {
        const wrong = entities.some(({ verdict }) => verdict !== "right");
        return entities.length && wrong === wanted ? [place] : [];
      });
    return [group, hold(true), hold(false)] as const;
  });
  const kept = [...new Set(places.flatMap(([, ...lists]) => lists.flatMap((list) => list.slice(0, limit))))];
  const renamed = new Map(kept.map((place, at) => [place, at]));
  const shown = (list: readonly number[]): number[] =>
    list.slice(0, limit).map((place) => renamed.get(place)!);
  return {
    sentences: kept.map((place) => marked[place]),
    behind: Object.fromEntries(
      places.map(([group, wrong, right]) => [
        group,
        { wrong: shown(wrong), allWrong: wrong.length, right: shown(right), allRight: right.length },
      ]),
    ),
  };
}

/** Does the entity count for the group? */
export function counts({ length }: Pick<MarkedEntity, "length">, group: string): boolean {
  return group === all || length === group;
}

function mark({ id, tokens, correct, missed, wrong }: EvaluatedSentence): MarkedSentence {
  const gold = [...correct, ...missed];
  const marked = (verdict: Verdict, { nesting: _, ...entity }: CountedEntity) => ({ ...entity, verdict });
  const entities: MarkedEntity[] = [
    ...correct.map((entity) => marked("right", entity)),
    ...missed.map((entity) => marked("missed", entity)),
    ...wrong.map((entity) => marked(judgePredicted(entity, gold).verdict, entity)),
  ];
  return { id, tokens, entities: entities.sort((a, b) => a.start - b.start || b.end - a.end) };
}
