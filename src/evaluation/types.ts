/** Counts and scores of one group of entities. Scores are in percent, 0 where undefined (0/0). */
export interface Score {
  readonly gold: number;
  readonly predicted: number;
  readonly correct: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Something about all entities and about each group of them. */
export interface Grouped<T> {
  readonly overall: T;
  /** Keys "1", "2", "3", "4", "≥5": entity length in tokens, as the paper's Table 5. */
  readonly byLength: Readonly<Record<string, T>>;
  readonly byType: Readonly<Record<string, T>>;
  /**
   * "nested": the entity contains, lies in or crosses another of its own side, gold or predicted; a correct prediction goes
   * with its gold entity. "flat": all others.
   */
  readonly byNesting: Readonly<Record<"flat" | "nested", T>>;
}

/** What `evaluate` reports: exact match of (start, end, type), micro-averaged. */
export interface Scores extends Grouped<Score> {
  readonly sentences: number;
}

/** In percent. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Intervals of a group's scores; null where the score is undefined (0/0). */
export interface ScoreInterval {
  readonly precision: Interval | null;
  readonly recall: Interval | null;
  readonly f1: Interval | null;
}

/** Bootstrap intervals, and how they were drawn. */
export interface ScoreIntervals extends Grouped<ScoreInterval> {
  /** Probability that an interval is meant to hold, e.g. 0.95. */
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
}
