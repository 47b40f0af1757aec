export { sentencesFromArrow, sentencesToArrow } from "./arrow";
export {
  type Batches,
  type Batching,
  batchesOf,
  batchings,
  boundBatches,
  makeBatches,
  paddingWaste,
} from "./batches";
export { type CaseForm, caseForms } from "./case-forms";
export { type Checked, checkCorpus } from "./check/check";
export type { Finding } from "./check/finding";
export { type CutOff, CutOffCount, cutOffText } from "./cut-off";
export { type OpenCorpus, openCorpus } from "./disk/open";
export { StoredSentences } from "./disk/stored-sentences";
export { writeBlocks } from "./disk/write";
export { type EncodedBatch, type EncodedForms, type EncodeOptions, encodeBatch } from "./encode";
export { readSentences } from "./formats/read";
export { Reading, type Remark } from "./formats/reading";
export { formatNames, type ReadOptions, type WriteOptions, writtenFormats } from "./formats/registry";
export { writeSentences } from "./formats/write";
export { corpusOf, type LoadOptions, loadCorpus } from "./load";
export { type PartitionOptions, partition } from "./partition";
export { type ContextRule, type ContextSentence, type EncodedPieces, encodePieces } from "./pieces";
export {
  type CorpusProfile,
  corpusProfile,
  type Frequency,
  type SplitProfile,
  splitProfile,
} from "./profile";
export { sampleCorpus } from "./sample";
export { inMemory, joinSentences, selectSentences, tokenCountsOf } from "./sentences";
export { type LengthGroup, lengthGroup, lengthGroups, nestedFlags } from "./spans";
export { corpusStatistics, type SplitStatistics, splitStatistics } from "./statistics";
export * from "./text";
export {
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
export * from "./vectors";
export { buildVocabularies, type Vocabularies, Vocabulary, type VocabularyOptions } from "./vocabulary";
export { areLowercase, readPieces, WordPiece } from "./word-piece";
export { plainRules, type WordRules } from "./word-rules";
