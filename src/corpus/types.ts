/** A mention: tokens `start … end - 1` (0-based, `end` exclusive) of the sentence it stands in, with its type. */
export interface Entity {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

/** A predicted mention with the probability the model gives it (type probability × span probability). */
export interface ScoredEntity extends Entity {
  readonly probability: number;
}

export interface Sentence {
  readonly tokens: readonly string[];
  /** Part-of-speech tag of each token; as many as tokens. */
  readonly pos: readonly string[];
  /** Gold entities; they may nest, cross and repeat a span with another type. */
  readonly entities: readonly Entity[];
  /** Sentence before this one in its document (context for BERT), empty when there is none. */
  readonly previous: readonly string[];
  /** Sentence after this one in its document (context for BERT), empty when there is none. */
  readonly next: readonly string[];
  /** Where the sentence comes from, as the corpus names it. */
  readonly id: string;
}

export type SplitName = "train" | "dev" | "test";

export const splitNames: readonly SplitName[] = ["train", "dev", "test"];

/**
 * How the reader of a raw text cut it into tokens, a sentence a line: by words (`src/corpus/formats/words.ts`), or at white
 * space.
 */
export type Tokenizer = "words" | "space";

export interface Corpus {
  readonly name: string;
  /** Absent where the corpus came in tokens. */
  readonly tokenizer?: Tokenizer;
  /** Entity types of all splits, sorted; a type's index here is its class index in the model. */
  readonly types: readonly string[];
  /** A split that the corpus does not have is empty. */
  readonly splits: Readonly<Record<SplitName, readonly Sentence[]>>;
  /** SHA-256 of the content: the same sentences have the same hash, however they were stored. */
  readonly hash: string;
}

/** Sentences in a fixed order, in memory or on disk; a list of them is such. */
export interface Sentences extends Iterable<Sentence> {
  readonly length: number;
  at(index: number): Sentence | undefined;
  /** Tokens of each sentence, where these are known without reading them all. */
  readonly tokenCounts?: Int32Array;
}

/** A {@link Corpus}, or one whose sentences to learn from do not fit into memory. */
export interface TrainingCorpus extends Omit<Corpus, "splits"> {
  readonly splits: Readonly<Record<"train", Sentences> & Record<"dev" | "test", readonly Sentence[]>>;
}

/** Gold entities are a set: the same one given twice is kept once. */
export function withoutRepeats(entities: readonly Entity[]): readonly Entity[] {
  const distinct = new Map(
    entities.map((entity) => [`${entity.start} ${entity.end} ${entity.type}`, entity]),
  );
  return distinct.size === entities.length ? entities : [...distinct.values()];
}
