/** Counts and scores of one group of entities. Scores are in percent, 0 where undefined (0/0). */
export interface Score {
  readonly gold: number;
  readonly predicted: number;
  readonly correct: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** What `evaluate` reports: exact match of (start, end, type), micro-averaged. */
export interface Scores {
  readonly overall: Score;
  /** Keys "1", "2", "3", "4", "≥5": entity length in tokens, as the paper's Table 5. */
  readonly byLength: Readonly<Record<string, Score>>;
  readonly byType: Readonly<Record<string, Score>>;
  /**
   * "nested": the entity contains, lies in or crosses another of its own side, gold or predicted; a correct prediction goes
   * with its gold entity. "flat": all others.
   */
  readonly byNesting: Readonly<Record<"flat" | "nested", Score>>;
  readonly sentences: number;
}
