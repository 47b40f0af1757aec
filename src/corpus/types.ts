/** A mention: tokens `start … end - 1` of its sentence (0-based, `end` exclusive), and its type. */
export interface Entity {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

/** A predicted mention with its probability (type probability × span probability). */
export interface ScoredEntity extends Entity {
  readonly probability: number;
}

/** Number of members of an ensemble that predict an entity. */
export interface Agreement {
  readonly votes: number;
  readonly members: number;
}

export interface Sentence {
  readonly tokens: readonly string[];
  /** Part-of-speech tag of each token. */
  readonly pos: readonly string[];
  /** Gold entities. They may nest, cross, and have the same span with different types. */
  readonly entities: readonly Entity[];
  /** The previous sentence in the document (context for BERT); empty for the first one. */
  readonly previous: readonly string[];
  /** The next sentence in the document (context for BERT); empty for the last one. */
  readonly next: readonly string[];
  /** The source of the sentence, as the corpus names it. */
  readonly id: string;
}

export type SplitName = "train" | "dev" | "test";

export const splitNames: readonly SplitName[] = ["train", "dev", "test"];

/** How a raw text with one sentence per line was tokenized: into words (`src/corpus/formats/tokenize.ts`), or at white space. */
export type Tokenizer = "words" | "space";

export interface Corpus {
  readonly name: string;
  /** Missing if the corpus gives tokens. */
  readonly tokenizer?: Tokenizer;
  /** Entity types of all splits, sorted. A type's index is its class index in the model. */
  readonly types: readonly string[];
  /** Missing splits are empty. */
  readonly splits: Readonly<Record<SplitName, readonly Sentence[]>>;
  /** SHA-256 of the content, independent of how it is stored. */
  readonly hash: string;
}

/** Sentences in a fixed order, in memory (such as an array) or on disk. */
export interface Sentences extends Iterable<Sentence> {
  readonly length: number;
  at(index: number): Sentence | undefined;
  /** Number of tokens of each sentence, if known without reading all sentences. */
  readonly tokenCounts?: Int32Array;
}

/** A {@link Corpus}, or one whose train split does not fit in memory. */
export interface TrainingCorpus extends Omit<Corpus, "splits"> {
  readonly splits: Readonly<Record<"train", Sentences> & Record<"dev" | "test", readonly Sentence[]>>;
}

/** Removes repeated entities: gold entities are a set. */
export function withoutRepeats(entities: readonly Entity[]): readonly Entity[] {
  const distinct = new Map(
    entities.map((entity) => [`${entity.start} ${entity.end} ${entity.type}`, entity]),
  );
  return distinct.size === entities.length ? entities : [...distinct.values()];
}
