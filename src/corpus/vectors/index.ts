export { cachedVectors, type SelectOptions } from "./cache";
export {
  type CorpusCoverage,
  type Coverage,
  coveredShare,
  type SpellingCounts,
  vectorCoverage,
} from "./coverage";
export { type VectorStatistics, vectorStatistics } from "./describe";
export { readVectors, type VectorFile, vectorDimension } from "./read";
export { type Spelling, selectVectors, VectorIndex, vectorVocabulary, type WordVectors } from "./select";
