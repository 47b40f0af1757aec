import { InputError } from "../base/errors";
import { bertVocabulary } from "../bert";
import type { Config } from "../config/config";
import {
  buildVocabularies,
  type CorpusCoverage,
  cachedVectors,
  type SelectOptions,
  type Sentence,
  splitNames,
  type TrainingCorpus,
  type Vocabularies,
  vectorCoverage,
  vectorDimension,
  vectorVocabulary,
  type WordVectors,
} from "../corpus";

/** The vocabularies of a run and, for a model with word vectors, the vectors. */
export interface Lexicon {
  readonly vocabularies: Vocabularies;
  readonly vectors?: WordVectors;
}

/** The word vectors that a run started from, and how much of the corpus they cover. */
export interface WordVectorsReport {
  readonly file: string;
  readonly sha256: string;
  /** Words in the file, and numbers per vector. */
  readonly rows: number;
  readonly dimension: number;
  /** Words of the file that were skipped: those that are not UTF-8, and repeated ones. */
  readonly unreadable: number;
  readonly repeated: number;
  readonly coverage: CorpusCoverage;
}

/** @throws InputError if BERT's vocabulary file is missing or damaged */
export function vocabulariesOf({ model, training }: Config, sentences: Iterable<Sentence>): Vocabularies {
  const { minimumWordCount } = training;
  const vocabularies = buildVocabularies(sentences, { minimumWordCount, wordFallback: model.wordFallback });
  return model.bert
    ? { ...vocabularies, pieces: bertVocabulary(model.bert, sentences, minimumWordCount) }
    : vocabularies;
}

/**
 * Builds the vocabularies and reads the vectors of all words of the corpus. These include the words of dev and test, as in the
 * released code, so that evaluation has the same vectors as with the whole file. Labels are not used.
 * @param sentences the training sentences
 * @throws InputError if the vector file is damaged, or not the one that the config names
 */
export async function lexiconOf(
  config: Config,
  sentences: Iterable<Sentence>,
  corpus: TrainingCorpus,
  options: SelectOptions,
): Promise<Lexicon> {
  const vocabularies = vocabulariesOf(config, sentences);
  const { wordVectors } = config.model;
  if (!wordVectors) return { vocabularies };
  const { file, sha256, fallback } = wordVectors;
  await checkWidth(file, config.model.embedding.words);
  const vectors = await cachedVectors(file, wordsOf(corpus), fallback, options);
  if (sha256 !== null && vectors.source.sha256 !== sha256) {
    throw new InputError(
      `${file}: its SHA-256 is ${vectors.source.sha256}, not ${sha256} (model.wordVectors.sha256); name the right file, or set the key to null`,
    );
  }
  const words = vectorVocabulary(vectors, fallback, vocabularies.words);
  return { vocabularies: { ...vocabularies, words }, vectors };
}

/** All words of a corpus. */
export function wordsOf({ splits }: TrainingCorpus): Set<string> {
  const words = new Set<string>();
  for (const split of splitNames) {
    for (const { tokens } of splits[split]) for (const token of tokens) words.add(token);
  }
  return words;
}

/** Reads only the beginning of the file, because reading all of it may take minutes. */
async function checkWidth(file: string, width: number): Promise<void> {
  const dimension = await vectorDimension(file);
  if (dimension === width) return;
  throw new InputError(
    `${file}: has vectors of ${dimension} numbers, model.embedding.words is ${width}; set it to ${dimension}`,
  );
}

export function vectorsReport(
  { model }: Config,
  corpus: TrainingCorpus,
  vectors: WordVectors,
): WordVectorsReport {
  const { file, sha256, rows, dimension, unreadable, repeated } = vectors.source;
  const coverage = vectorCoverage(vectors, model.wordVectors!.fallback, corpus);
  return { file, sha256, rows, dimension, unreadable, repeated, coverage };
}
