import { createHash, type Hash } from "node:crypto";
import { type Sentence, type SplitName, splitNames } from "./types";

/** Hashing a large split takes longer than reading it, so each is hashed once. */
const hashes = new WeakMap<object, string>();

/** SHA-256 of sentences, independent of how they are stored. They must not change afterwards. */
export function contentHash(sentences: Iterable<Sentence>): string {
  const cached = hashes.get(sentences);
  if (cached !== undefined) return cached;
  const hash = new ContentHash();
  for (const sentence of sentences) hash.add(sentence);
  return rememberHash(sentences, hash.digest());
}

/** Remembers a hash that the file of the sentences contains. */
export function rememberHash(sentences: Iterable<Sentence>, hash: string): string {
  hashes.set(sentences, hash);
  return hash;
}

export function isContentHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

export class ContentHash {
  private readonly hash: Hash = createHash("sha256");

  add({ tokens, pos, entities, previous, next, id }: Sentence): void {
    // lists, because the order of keys in objects may vary
    const spans = entities.map(({ start, end, type }) => [start, end, type]);
    this.hash.update(JSON.stringify([tokens, pos, spans, previous, next, id]));
  }

  digest(): string {
    return this.hash.digest("hex");
  }
}

/** SHA-256 of a corpus, computed from the hashes of its splits. */
export function corpusHash(splits: Readonly<Record<SplitName, Iterable<Sentence>>>): string {
  return createHash("sha256")
    .update(splitNames.map((split) => contentHash(splits[split])).join("\n"))
    .digest("hex");
}
