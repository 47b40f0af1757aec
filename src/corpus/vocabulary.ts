import { InputError, show } from "../base/errors";
import type { Sentence } from "./types";
import type { WordPiece } from "./word-piece";

/**
 * Numbers for strings. Index 0 stands for everything unknown; padding takes index 0 too, because lengths and masks, never
 * an index, tell what is padding.
 */
export class Vocabulary {
  private readonly indices: ReadonlyMap<string, number>;

  private constructor(private readonly items: readonly string[]) {
    this.indices = new Map(items.map((item, at) => [item, at + 1]));
  }

  /** All items that occur at least `minimum` times, the most frequent first, equally frequent ones in code-unit order. */
  static count(items: Iterable<string>, minimum: number): Vocabulary {
    const counts = new Map<string, number>();
    for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
    const kept = [...counts].filter(([, count]) => count >= minimum);
    kept.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    return new Vocabulary(kept.map(([item]) => item));
  }

  /**
   * The vocabulary that {@link toJSON} wrote.
   * @throws InputError when an item is listed twice.
   */
  static from(items: readonly string[]): Vocabulary {
    const vocabulary = new Vocabulary([...items]);
    if (vocabulary.indices.size < items.length) {
      const twice = items.find((item, at) => items.indexOf(item) < at);
      throw new InputError(`vocabulary: lists ${show(twice)} twice; each item must be listed once`);
    }
    return vocabulary;
  }

  /** Rows that an embedding table needs: all items and the unknown one. */
  get size(): number {
    return this.items.length + 1;
  }

  /** The item's index; where it has none that of its lower case; else 0. */
  index(item: string): number {
    return this.indices.get(item) ?? this.indices.get(item.toLowerCase()) ?? 0;
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
}

/** Builds the vocabularies from the train sentences. */
export function buildVocabularies(
  sentences: readonly Sentence[],
  { minimumWordCount = 2, minimumCharacterCount = 1, minimumPosCount = 1 }: VocabularyOptions = {},
): Vocabularies {
  const tokens = sentences.flatMap((sentence) => sentence.tokens);
  return {
    words: Vocabulary.count(tokens, minimumWordCount),
    // a string is iterated by code point
    characters: Vocabulary.count(tokens.join(""), minimumCharacterCount),
    pos: Vocabulary.count(
      sentences.flatMap((sentence) => sentence.pos),
      minimumPosCount,
    ),
  };
}
