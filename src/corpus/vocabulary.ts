import { InputError, show } from "../base/errors";
import { type CaseForm, spelled } from "./case-forms";
import type { Sentence } from "./types";
import type { WordPiece } from "./word-piece";

/** A sentence's first word is most often known in small letters. */
const standardFallback: readonly CaseForm[] = ["lower"];

/**
 * Numbers for strings. Index 0 stands for everything unknown; padding takes index 0 too, because lengths and masks, never
 * an index, tell what is padding.
 */
export class Vocabulary {
  private readonly indices: ReadonlyMap<string, number>;

  private constructor(
    private readonly items: readonly string[],
    private readonly fallback: readonly CaseForm[],
  ) {
    this.indices = new Map(items.map((item, at) => [item, at + 1]));
  }

  /** All items that occur at least `minimum` times, the most frequent first, equally frequent ones in code-unit order. */
  static count(items: Iterable<string>, minimum: number): Vocabulary {
    const counts = new Counts();
    for (const item of items) counts.add(item);
    return Vocabulary.counted(counts, minimum);
  }

  /**
   * As {@link count}, of items that are counted already.
   * @param fallback as for {@link from}
   */
  static counted(
    counts: Iterable<readonly [item: string, count: number]>,
    minimum: number,
    fallback: readonly CaseForm[] = standardFallback,
  ): Vocabulary {
    const kept = [...counts].filter(([, count]) => count >= minimum);
    kept.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    return new Vocabulary(
      kept.map(([item]) => item),
      fallback,
    );
  }

  /**
   * The vocabulary that {@link toJSON} wrote.
   * @param fallback spellings under which {@link index} looks for what is not listed as it is written, in this order
   * @throws InputError when an item is listed twice.
   */
  static from(items: readonly string[], fallback: readonly CaseForm[] = standardFallback): Vocabulary {
    const vocabulary = new Vocabulary([...items], fallback);
    if (vocabulary.indices.size < items.length) {
      // a map keeps the last of equal keys
      const twice = items.find((item, at) => vocabulary.indices.get(item) !== at + 1);
      throw new InputError(`vocabulary: lists ${show(twice)} twice; each item must be listed once`);
    }
    return vocabulary;
  }

  /** Rows that an embedding table needs: all items and the unknown one. */
  get size(): number {
    return this.items.length + 1;
  }

  /** The item's index; where it has none that of its first spelling in the fallback that has one; else 0. */
  index(item: string): number {
    const own = this.indices.get(item);
    if (own !== undefined) return own;
    for (const form of this.fallback) {
      const other = this.indices.get(spelled(item, form));
      if (other !== undefined) return other;
    }
    return 0;
  }

  /** Whether the item is listed as it is written. */
  has(item: string): boolean {
    return this.indices.has(item);
  }

  /** The known items; the first one has index 1. */
  toJSON(): readonly string[] {
    return this.items;
  }
}

/** The vocabularies that the encoder's embeddings need. */
export interface Vocabularies {
  readonly words: Vocabulary;
  /** Unicode characters (code points). */
  readonly characters: Vocabulary;
  readonly pos: Vocabulary;
  /** Of a model with BERT. */
  readonly pieces?: WordPiece;
}

/** How often an item must occur in train to get an index of its own. */
export interface VocabularyOptions {
  /** Default 2: words met once train the embedding of the unknown word. */
  readonly minimumWordCount?: number;
  /** Default 1. */
  readonly minimumCharacterCount?: number;
  /** Default 1. */
  readonly minimumPosCount?: number;
  /** Spellings under which a word that is not listed is looked up. Default: in small letters. */
  readonly wordFallback?: readonly CaseForm[];
}

/** How often items occur. */
class Counts {
  // an object is looked up once, where a number would have to be put back
  private readonly counts = new Map<string, { count: number }>();

  add(item: string, times = 1): void {
    const known = this.counts.get(item);
    if (known) known.count += times;
    else this.counts.set(item, { count: times });
  }

  *[Symbol.iterator](): Generator<readonly [item: string, count: number]> {
    for (const [item, { count }] of this.counts) yield [item, count];
  }
}

/** Builds the vocabularies from the train sentences, going through them once and keeping none. */
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
  // a string is iterated by code point
  for (const [word, count] of words) for (const character of word) characters.add(character, count);
  return {
    words: Vocabulary.counted(words, minimumWordCount, wordFallback),
    characters: Vocabulary.counted(characters, minimumCharacterCount),
    pos: Vocabulary.counted(tags, minimumPosCount),
  };
}
