import type { Random } from "../engine/random";
import type { Sentence, Sentences } from "./types";

export function isInMemory(sentences: Sentences): sentences is readonly Sentence[] {
  return Array.isArray(sentences);
}

/** Number of tokens of each sentence. */
export function tokenCountsOf(sentences: Sentences): Int32Array {
  if (sentences.tokenCounts) return sentences.tokenCounts;
  const counts = new Int32Array(sentences.length);
  let index = 0;
  for (const { tokens } of sentences) counts[index++] = tokens.length;
  return counts;
}

/**
 * Selects sentences by their number of tokens, in order, and at most `limit` of them.
 * @param random draws which ones; without it, the first are selected
 */
export function selectSentences(
  sentences: Sentences,
  accepts: (tokens: number) => boolean,
  limit: number = Number.POSITIVE_INFINITY,
  random?: Random,
): Sentences {
  const counts = tokenCountsOf(sentences);
  const candidates = Int32Array.from(counts.keys()).filter((index) => accepts(counts[index]));
  if (candidates.length > limit) random?.shuffle(candidates);
  const indices = candidates.slice(0, limit).sort();
  if (indices.length === sentences.length) return sentences;
  if (isInMemory(sentences)) return Array.from(indices, (index) => sentences[index]);
  return new Selection(sentences, indices, counts);
}

export function joinSentences(first: Sentences, second: readonly Sentence[]): Sentences {
  if (isInMemory(first)) return [...first, ...second];
  return second.length ? new Joined(first, second) : first;
}

class Selection implements Sentences {
  readonly length: number;
  readonly tokenCounts: Int32Array;

  constructor(
    private readonly all: Sentences,
    private readonly indices: Int32Array,
    counts: Int32Array,
  ) {
    this.length = indices.length;
    this.tokenCounts = indices.map((index) => counts[index]);
  }

  at(index: number): Sentence | undefined {
    return index >= 0 && index < this.length ? this.all.at(this.indices[index]) : undefined;
  }

  *[Symbol.iterator](): Generator<Sentence> {
    let [index, next] = [0, 0];
    // reads in the order on disk
    for (const sentence of this.all) {
      if (next === this.length) return;
      if (this.indices[next] !== index++) continue;
      next++;
      yield sentence;
    }
  }
}

class Joined implements Sentences {
  readonly length: number;
  readonly tokenCounts: Int32Array;

  constructor(
    private readonly first: Sentences,
    private readonly second: readonly Sentence[],
  ) {
    this.length = first.length + second.length;
    this.tokenCounts = new Int32Array(this.length);
    this.tokenCounts.set(tokenCountsOf(first));
    this.tokenCounts.set(tokenCountsOf(second), first.length);
  }

  at(index: number): Sentence | undefined {
    if (!(index >= 0)) return undefined;
    return index < this.first.length ? this.first.at(index) : this.second[index - this.first.length];
  }

  *[Symbol.iterator](): Generator<Sentence> {
    yield* this.first;
    yield* this.second;
  }
}

/**
 * Groups sentences into documents, in order. Two consecutive sentences belong to one document if each is the other's context or
 * both have the same id. Any other sentence begins a new document.
 */
export function documentsOf(sentences: readonly Sentence[]): Sentence[][] {
  const documents: Sentence[][] = [];
  for (const [index, sentence] of sentences.entries()) {
    const before = sentences[index - 1];
    if (before && (areNeighbors(before, sentence) || (sentence.id !== "" && sentence.id === before.id)))
      documents[documents.length - 1].push(sentence);
    else documents.push([sentence]);
  }
  return documents;
}

/** The index of each sentence's document; `undefined` if the corpus does not show which sentences belong together. */
export function documentIndices(sentences: readonly Sentence[]): number[] | undefined {
  const documents = documentsOf(sentences);
  if (documents.length === sentences.length) return undefined;
  return documents.flatMap((document, index) => document.map(() => index));
}

/** Whether each sentence is the other's context. */
export function areNeighbors(before: Sentence, after: Sentence): boolean {
  return (
    before.next.length > 0 &&
    sameTokens(before.next, after.tokens) &&
    sameTokens(after.previous, before.tokens)
  );
}

export function sameTokens(a: readonly string[], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((token, index) => token === b[index]);
}

/** Whether each sentence has the words of one of `others`. */
export function seenFlags(sentences: readonly Sentence[], others: Iterable<Sentence>): boolean[] {
  const keys = sentences.map(({ tokens }) => tokens.join("\n"));
  const sought = new Set(keys);
  const texts = new Set<string>();
  for (const { tokens } of others) {
    const key = tokens.join("\n");
    if (sought.has(key)) texts.add(key);
  }
  return keys.map((key) => texts.has(key));
}
