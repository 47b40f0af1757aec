import type { EvaluatedSentence } from "../../src/evaluation/evaluate";
import type { CountedEntity } from "../../src/evaluation/outcomes";
import type { Score, ScoreInterval, ScoreIntervals, Scores } from "../../src/evaluation/score-types";
import type { PaperCorpus, PaperLengths } from "../../src/experiments/paper";
import { judgePredicted, type Verdict } from "../sentence/sentence-entities";
import { all, compareLengths, type Measure } from "../shared/scores";

/** The scores of a model and its name. The result of `evaluateSentences` fits in. */
export interface ScoredRun {
  readonly name: string;
  readonly scores: Pick<Scores, "byLength" | "overall">;
  /** Drawn as error bars: bootstrap intervals over sentences, or without `resamples` intervals over seeds and sentences. */
  readonly intervals?: Pick<ScoreIntervals, "byLength" | "overall" | "level"> &
    Partial<Pick<ScoreIntervals, "resamples">>;
  /** The sentences behind the bars; without them a click on a bar does nothing. */
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

/** The sentences behind a bar, as indices into the run's list. */
export interface Behind {
  /** With a missed or wrong entity of that length. */
  readonly wrong: readonly number[];
  /** Number of such sentences, including those that were not stored. */
  readonly allWrong: number;
  /** With only right entities of that length. */
  readonly right: readonly number[];
  readonly allRight: number;
}

export interface PackedRun {
  readonly name: string;
  /** By length, and "all". */
  readonly groups: Readonly<Record<string, { readonly score: Score; readonly interval?: ScoreInterval }>>;
  /** Sentences behind at least one bar. */
  readonly sentences: readonly MarkedSentence[];
  /** By length, and "all"; absent if the run came without sentences. */
  readonly behind?: Readonly<Record<string, Behind>>;
}

export interface PackedScores {
  readonly runs: readonly PackedRun[];
  /** Lengths in their order, then "all". */
  readonly groups: readonly string[];
  readonly paper?: PaperLengths;
  readonly comparable: boolean;
  /** Parameters of the intervals; without `resamples` they are over seeds and sentences. */
  readonly bootstrap?: { readonly level: number; readonly resamples?: number };
}

export interface Bar {
  readonly run: number;
  readonly group: string;
}

export interface State {
  readonly marks: "bars" | "points";
  /** The corpus whose values of Table 5 are drawn. */
  readonly paper: PaperCorpus | "off";
  readonly chosen: Bar | null;
  readonly listed: "wrong" | "all";
  /** Counts from 0. */
  readonly page: number;
}

/** @param limit how many sentences with errors, and how many without errors, to store behind a bar */
export function packRuns(runs: readonly ScoredRun[], limit: number): Omit<PackedScores, "comparable"> {
  const lengths = new Set(runs.flatMap(({ scores }) => Object.keys(scores.byLength)));
  const groups = [...[...lengths].sort(compareLengths), all];
  const intervals = runs.find((run) => run.intervals)?.intervals;
  return {
    runs: runs.map((run) => packRun(run, groups, limit)),
    groups,
    bootstrap: intervals && { level: intervals.level, resamples: intervals.resamples },
  };
}

function packRun(run: ScoredRun, groups: readonly string[], limit: number): PackedRun {
  const { name, scores, intervals, sentences } = run;
  const entries = groups.flatMap((group) => {
    const score = group === all ? scores.overall : scores.byLength[group];
    const interval = group === all ? intervals?.overall : intervals?.byLength[group];
    return score ? [[group, { score, interval }] as const] : [];
  });
  return {
    name,
    groups: Object.fromEntries(entries),
    ...(sentences ? packSentences(sentences, groups, limit) : { sentences: [] }),
  };
}

function packSentences(
  sentences: readonly EvaluatedSentence[],
  groups: readonly string[],
  limit: number,
): Pick<PackedRun, "sentences" | "behind"> {
  const marked = sentences.map(markSentence);
  const lists = groups.map((group) => {
    const verdicts = marked.map(({ entities }) =>
      entities.filter((entity) => belongsTo(entity, group)).map(({ verdict }) => verdict),
    );
    const indicesOf = (wrong: boolean): number[] =>
      verdicts.flatMap((ofSentence, index) =>
        ofSentence.length && ofSentence.some((verdict) => verdict !== "right") === wrong ? [index] : [],
      );
    return { group, wrong: indicesOf(true), right: indicesOf(false) };
  });
  const storedIndices = lists.flatMap(({ wrong, right }) => [
    ...wrong.slice(0, limit),
    ...right.slice(0, limit),
  ]);
  const newIndices = new Map([...new Set(storedIndices)].map((index, newIndex) => [index, newIndex]));
  const renumbered = (list: readonly number[]): number[] =>
    list.slice(0, limit).map((index) => newIndices.get(index)!);
  const behind = lists.map(({ group, wrong, right }): [string, Behind] => [
    group,
    {
      wrong: renumbered(wrong),
      allWrong: wrong.length,
      right: renumbered(right),
      allRight: right.length,
    },
  ]);
  return {
    sentences: [...newIndices.keys()].map((index) => marked[index]),
    behind: Object.fromEntries(behind),
  };
}

export function belongsTo({ length }: Pick<MarkedEntity, "length">, group: string): boolean {
  return group === all || length === group;
}

function markSentence({ id, tokens, correct, missed, wrong }: EvaluatedSentence): MarkedSentence {
  const gold = [...correct, ...missed];
  const mark = (verdict: Verdict, { nesting: _, ...entity }: CountedEntity) => ({ ...entity, verdict });
  const entities: MarkedEntity[] = [
    ...correct.map((entity) => mark("right", entity)),
    ...missed.map((entity) => mark("missed", entity)),
    ...wrong.map((entity) => mark(judgePredicted(entity, gold).verdict, entity)),
  ];
  return { id, tokens, entities: entities.sort((a, b) => a.start - b.start || b.end - a.end) };
}

/** False if the score is missing or 0/0. */
export function isDefined(score: Score | undefined, measure: Measure): boolean {
  const { gold, predicted } = score ?? { gold: 0, predicted: 0 };
  return { precision: predicted, recall: gold, f1: gold + predicted }[measure] > 0;
}

const perPage = 10;

export function behindOf({ runs }: PackedScores, { run, group }: Bar): Behind | undefined {
  return runs[run]?.behind?.[group];
}

/** The listed sentences behind the chosen bar, as indices into the run's list. */
export function listedSentences(data: PackedScores, { chosen, listed }: State): readonly number[] {
  const behind = chosen && behindOf(data, chosen);
  if (!behind) return [];
  return listed === "wrong" ? behind.wrong : [...behind.wrong, ...behind.right];
}

/** The sentences of the current page; `first` is the position of the first in the whole list. */
export function currentPage(
  data: PackedScores,
  state: State,
): { readonly first: number; readonly sentences: readonly MarkedSentence[] } {
  const first = state.page * perPage;
  const indices = listedSentences(data, state).slice(first, first + perPage);
  const sentences = state.chosen ? data.runs[state.chosen.run].sentences : [];
  return { first, sentences: indices.map((index) => sentences[index]) };
}

export function pageCount(data: PackedScores, state: State): number {
  return Math.max(1, Math.ceil(listedSentences(data, state).length / perPage));
}

export function ofLength(group: string): string {
  return group === all ? "of any length" : `of length ${group}`;
}
