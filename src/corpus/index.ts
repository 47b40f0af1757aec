export { sentencesFromArrow, sentencesToArrow } from "./arrow";
export { boundBatches, makeBatches, paddingWaste } from "./batches";
export { type EncodedBatch, type EncodedForms, type EncodeOptions, encodeBatch } from "./encode";
export type { ReadOptions } from "./formats/options";
export { corpusOf, type LoadOptions, loadCorpus } from "./load";
export { type PartitionOptions, partition } from "./partition";
export type { ContextRule, ContextSentence, EncodedPieces } from "./pieces";
export {
  type CorpusProfile,
  corpusProfile,
  type Frequency,
  type SplitProfile,
  splitProfile,
} from "./profile";
export { type LengthGroup, lengthGroup, lengthGroups, nestedFlags } from "./spans";
export { corpusStatistics, type SplitStatistics, splitStatistics } from "./statistics";
export {
  type Corpus,
  type Entity,
  type ScoredEntity,
  type Sentence,
  type SplitName,
  splitNames,
} from "./types";
export { buildVocabularies, type Vocabularies, Vocabulary, type VocabularyOptions } from "./vocabulary";
export { WordPiece } from "./word-piece";
