export { type BootstrapOptions, bootstrapScores } from "./bootstrap";
export { type CountTable, countTable } from "./counts";
export {
  type EvaluatedSentence,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  evaluateSentences,
} from "./evaluate";
export { type CountedEntity, outcomesOf, type SentenceOutcome } from "./outcomes";
export { scoreEntities, scoresOf } from "./scores";
export { type SpuriousLength, spuriousGroup, spuriousLengths } from "./spurious-length";
export { approachRows, entropyRows, headRows, type TraceRow } from "./traces";
export type { Grouped, Interval, Score, ScoreInterval, ScoreIntervals, Scores } from "./types";
