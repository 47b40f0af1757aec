export { sentencesFromArrow, sentencesToArrow } from "./arrow";
export {
  type Batches,
  type Batching,
  batchesOf,
  batchings,
  boundBatches,
  makeBatches,
} from "./batches";
export { type CorpusCheck, checkCorpus } from "./check/check-corpus";
export type { Finding } from "./check/findings";
export { type CutOff, CutOffCount, describeCutOff } from "./cut-off";
export { type OpenCorpus, openCorpus } from "./disk/open-corpus";
export { StoredSentences } from "./disk/stored-sentences";
export { writeBlocks } from "./disk/write-blocks";
export { type EncodedBatch, type EncodedForms, type EncodeOptions, encodeBatch } from "./encode";
export { Reading, type Remark } from "./formats/reading";
export {
  formatNames,
  type ReadOptions,
  readSentences,
  type WriteOptions,
  writeSentences,
  writtenFormats,
} from "./formats/registry";
export { corpusOf, type LoadOptions, loadCorpus } from "./load";
export { type PartitionOptions, partition } from "./partition";
export type { PieceVocabulary, StoredPieces } from "./piece-vocabulary";
export { type ContextRule, type ContextSentence, type EncodedPieces, encodePieces } from "./pieces";
export {
  type CorpusProfile,
  corpusProfile,
  type Frequency,
  type SplitProfile,
  splitProfile,
} from "./profile";
export { sampleCorpus } from "./sample";
export {
  documentIndices,
  documentsOf,
  isInMemory,
  joinSentences,
  seenFlags,
  selectSentences,
  tokenCountsOf,
} from "./sentences";
export { type LengthGroup, lengthGroup, lengthGroups, nestedFlags } from "./spans";
export { corpusStatistics, type SplitStatistics, splitStatistics } from "./statistics";
export {
  longestSentence,
  type TextOptions,
  TextReader,
  type TextRules,
  type TextSentence,
} from "./text/text-reader";
export {
  parseTokenizerFile,
  pieceCount,
  pieceVocabulary,
  tokenizerFileSchema,
  tokenizerModel,
} from "./tokenizer-file";
export {
  type Agreement,
  type Corpus,
  type Entity,
  type ScoredEntity,
  type Sentence,
  type Sentences,
  type SplitName,
  splitNames,
  type Tokenizer,
  type TrainingCorpus,
} from "./types";
export { readVectors, type VectorFile, vectorDimension } from "./vectors/read-vectors";
export {
  firstWords,
  type Spelling,
  selectVectors,
  VectorIndex,
  vectorVocabulary,
  type WordVectors,
} from "./vectors/select-vectors";
export { cachedVectors, type SelectOptions } from "./vectors/vector-cache";
export {
  type CorpusCoverage,
  type Coverage,
  coveredShare,
  type SpellingCounts,
  vectorCoverage,
} from "./vectors/vector-coverage";
export { type VectorStatistics, vectorStatistics } from "./vectors/vector-statistics";
export {
  buildVocabularies,
  type CaseForm,
  caseForms,
  type Vocabularies,
  Vocabulary,
  type VocabularyOptions,
} from "./vocabulary";
export { areLowercase, WordPiece } from "./word-piece";
export { readPieces, readWordPiece } from "./word-piece-file";
export { plainRules, type WordRules } from "./word-rules";
