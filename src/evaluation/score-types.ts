/** A group with fewer gold entities in the scored sentences does not count as evidence, because its scores are mostly chance. */
export const fewestGold = 30;

/** Counts and scores of one group of entities. Scores are in percent, 0 where undefined (0/0). */
export interface Score {
  readonly gold: number;
  readonly predicted: number;
  readonly correct: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** A value for all entities and for each group of them. */
export interface Grouped<T> {
  readonly overall: T;
  /** Keys "1", "2", "3", "4", "≥5": entity length in tokens, as the paper's Table 5. */
  readonly byLength: Readonly<Record<string, T>>;
  readonly byType: Readonly<Record<string, T>>;
  /**
   * "nested": the entity overlaps another one of the same side, gold or predicted. "flat": all others. A correct prediction
   * counts with its gold entity.
   */
  readonly byNesting: Readonly<Record<"flat" | "nested", T>>;
}

/** Scores by exact match of start, end and type, micro-averaged. */
export interface Scores extends Grouped<Score> {
  readonly sentences: number;
}

/** An interval of a score, in percent. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Intervals of a group's scores; null if the score is undefined (0/0). */
export interface ScoreInterval {
  readonly precision: Interval | null;
  readonly recall: Interval | null;
  readonly f1: Interval | null;
}

/** Bootstrap intervals and their settings. */
export interface ScoreIntervals extends Grouped<ScoreInterval> {
  /** Nominal coverage of the intervals, e.g. 0.95. */
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
}
