export { type BootstrapOptions, bootstrapScores } from "./bootstrap";
export { type CountTable, countTable } from "./counts";
export {
  type EvaluatedSentence,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  evaluateSentences,
} from "./evaluate";
export { type SameTypeInner, sameTypeInners, withoutSameTypeInner } from "./inner-mentions";
export {
  type CountedEntity,
  outcomesOf,
  type SentenceOutcome,
  type SpuriousLength,
  spuriousGroup,
  spuriousLengths,
} from "./outcomes";
export type { Grouped, Interval, Score, ScoreInterval, ScoreIntervals, Scores } from "./score-types";
export { scoreEntities, scoresOf } from "./scores";
export { approachRows, entropyRows, headRows, type TraceRow } from "./trace-tables";
