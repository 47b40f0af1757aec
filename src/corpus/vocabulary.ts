import { InputError, show } from "../base/errors";
import type { PieceVocabulary } from "./piece-vocabulary";
import type { Sentence } from "./types";

/** Another spelling under which an unknown word is looked up. */
export type CaseForm = "lower" | "capitalized" | "upper";

export const caseForms: readonly CaseForm[] = ["lower", "capitalized", "upper"];

const spellings: Readonly<Record<CaseForm, (word: string) => string>> = {
  lower: (word) => word.toLowerCase(),
  capitalized: (word) => {
    // by code point: a letter outside the basic plane is two code units
    const [first = ""] = word;
    return first.toUpperCase() + word.slice(first.length).toLowerCase();
  },
  upper: (word) => word.toUpperCase(),
};

export function applyCaseForm(word: string, form: CaseForm): string {
  return spellings[form](word);
}

/** The first word of a sentence is usually known in lower case. */
const standardFallback: readonly CaseForm[] = ["lower"];

/** Maps strings to indices. Index 0 is the unknown item. Padding also uses 0, because lengths and masks mark padding. */
export class Vocabulary {
  private readonly indices: ReadonlyMap<string, number>;

  private constructor(
    private readonly items: readonly string[],
    private readonly fallback: readonly CaseForm[],
  ) {
    this.indices = new Map(items.map((item, row) => [item, row + 1]));
  }

  /** All items that occur at least `minimum` times, most frequent first; ties in code-unit order. */
  static count(items: Iterable<string>, minimum: number): Vocabulary {
    const counts = new Counts();
    for (const item of items) counts.add(item);
    return Vocabulary.fromCounts(counts, minimum);
  }

  /** Like {@link count}, for items that are already counted. @param fallback see {@link from} */
  static fromCounts(
    counts: Iterable<readonly [item: string, count: number]>,
    minimum: number,
    fallback: readonly CaseForm[] = standardFallback,
  ): Vocabulary {
    const frequent = [...counts].filter(([, count]) => count >= minimum);
    frequent.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    return new Vocabulary(
      frequent.map(([item]) => item),
      fallback,
    );
  }

  /**
   * The vocabulary that {@link toJSON} wrote.
   * @param fallback spellings under which {@link index} looks up an unknown item, in this order
   * @throws InputError if an item is listed twice
   */
  static from(items: readonly string[], fallback: readonly CaseForm[] = standardFallback): Vocabulary {
    const vocabulary = new Vocabulary([...items], fallback);
    if (vocabulary.indices.size < items.length) {
      // the map keeps the last of equal keys
      const repeated = items.find((item, row) => vocabulary.indices.get(item) !== row + 1);
      throw new InputError(`vocabulary: lists ${show(repeated)} twice; each item must be listed once`);
    }
    return vocabulary;
  }

  /** Rows of an embedding table: all items and the unknown item. */
  get size(): number {
    return this.items.length + 1;
  }

  /** The item's index, or that of the first fallback spelling that has one, or 0. */
  index(item: string): number {
    const exact = this.indices.get(item);
    if (exact !== undefined) return exact;
    for (const form of this.fallback) {
      const index = this.indices.get(applyCaseForm(item, form));
      if (index !== undefined) return index;
    }
    return 0;
  }

  /** Whether exactly this spelling is listed. */
  has(item: string): boolean {
    return this.indices.has(item);
  }

  /** The items in order of their indices, starting at index 1. */
  toJSON(): readonly string[] {
    return this.items;
  }
}

/** The vocabularies of the encoder's embeddings. */
export interface Vocabularies {
  readonly words: Vocabulary;
  /** Unicode characters (code points). */
  readonly characters: Vocabulary;
  readonly pos: Vocabulary;
  /** Only for models with BERT. */
  readonly pieces?: PieceVocabulary;
}

/** How often an item must occur in train to get an index. */
export interface VocabularyOptions {
  /** Default 2: words that occur once train the embedding of the unknown word. */
  readonly minimumWordCount?: number;
  /** Default 1. */
  readonly minimumCharacterCount?: number;
  /** Default 1. */
  readonly minimumPosCount?: number;
  /** Spellings under which an unknown word is looked up. Default: lower case. */
  readonly wordFallback?: readonly CaseForm[];
}

class Counts {
  // mutable objects save a second map access per count
  private readonly counts = new Map<string, { count: number }>();

  add(item: string, times = 1): void {
    const entry = this.counts.get(item);
    if (entry) entry.count += times;
    else this.counts.set(item, { count: times });
  }

  *[Symbol.iterator](): Generator<readonly [item: string, count: number]> {
    for (const [item, { count }] of this.counts) yield [item, count];
  }
}

/** Builds the vocabularies in one pass over the train sentences, without holding them. */
export function buildVocabularies(
  sentences: Iterable<Sentence>,
  {
    minimumWordCount = 2,
    minimumCharacterCount = 1,
    minimumPosCount = 1,
    wordFallback,
  }: VocabularyOptions = {},
): Vocabularies {
  const [words, characters, tags] = [new Counts(), new Counts(), new Counts()];
  for (const { tokens, pos } of sentences) {
    for (const token of tokens) words.add(token);
    for (const tag of pos) tags.add(tag);
  }
  // strings iterate by code point
  for (const [word, count] of words) for (const character of word) characters.add(character, count);
  return {
    words: Vocabulary.fromCounts(words, minimumWordCount, wordFallback),
    characters: Vocabulary.fromCounts(characters, minimumCharacterCount),
    pos: Vocabulary.fromCounts(tags, minimumPosCount),
  };
}
