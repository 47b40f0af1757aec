import type { Sentence, Sentences } from "./types";

export function inMemory(sentences: Sentences): sentences is readonly Sentence[] {
  return Array.isArray(sentences);
}

/** How many tokens each sentence has. */
export function tokenCountsOf(sentences: Sentences): Int32Array {
  if (sentences.tokenCounts) return sentences.tokenCounts;
  const counts = new Int32Array(sentences.length);
  let at = 0;
  for (const { tokens } of sentences) counts[at++] = tokens.length;
  return counts;
}

/** Some of the sentences, in their order. @param wanted by a sentence's number of tokens. @param limit the first so many */
export function selectSentences(
  sentences: Sentences,
  wanted: (tokens: number) => boolean,
  limit: number = Number.POSITIVE_INFINITY,
): Sentences {
  if (inMemory(sentences)) return sentences.filter(({ tokens }) => wanted(tokens.length)).slice(0, limit);
  const counts = tokenCountsOf(sentences);
  const places = Int32Array.from(counts.keys())
    .filter((at) => wanted(counts[at]))
    .slice(0, limit);
  return places.length === sentences.length ? sentences : new Selection(sentences, places, counts);
}

/** Sentences of one and then those of the other. */
export function joinSentences(first: Sentences, second: readonly Sentence[]): Sentences {
  if (inMemory(first)) return [...first, ...second];
  return second.length ? new Joined(first, second) : first;
}

class Selection implements Sentences {
  readonly length: number;
  readonly tokenCounts: Int32Array;

  constructor(
    private readonly all: Sentences,
    private readonly places: Int32Array,
    counts: Int32Array,
  ) {
    this.length = places.length;
    this.tokenCounts = places.map((place) => counts[place]);
  }

  at(index: number): Sentence | undefined {
    return index >= 0 && index < this.length ? this.all.at(this.places[index]) : undefined;
  }

  *[Symbol.iterator](): Generator<Sentence> {
    let [place, next] = [0, 0];
    // in the order in which they lie on disk
    for (const sentence of this.all) {
      if (next === this.length) return;
      if (this.places[next] !== place++) continue;
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
