import { createHash, type Hash } from "node:crypto";
import { type Sentence, type SplitName, splitNames } from "./types";

/** Hashing a big split takes longer than reading it, so it is done once. */
const known = new WeakMap<object, string>();

/** SHA-256 of sentences, the same however they are stored. They must not be changed afterwards. */
export function contentHash(sentences: Iterable<Sentence>): string {
  return known.get(sentences) ?? rememberHash(sentences, computedHash(sentences));
}

/** Notes a hash that is known from where the sentences were stored. */
export function rememberHash(sentences: Iterable<Sentence>, hash: string): string {
  known.set(sentences, hash);
  return hash;
}

/** Whether a file's word for its hash can be one. */
export function isContentHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** The hash of sentences that come one by one. */
export class ContentHash {
  private readonly hash: Hash = createHash("sha256");

  add({ tokens, pos, entities, previous, next, id }: Sentence): void {
    // lists instead of objects, whose keys might stand in another order
    const spans = entities.map(({ start, end, type }) => [start, end, type]);
    this.hash.update(JSON.stringify([tokens, pos, spans, previous, next, id]));
  }

  digest(): string {
    return this.hash.digest("hex");
  }
}

function computedHash(sentences: Iterable<Sentence>): string {
  const hash = new ContentHash();
  for (const sentence of sentences) hash.add(sentence);
  return hash.digest();
}

/** SHA-256 of a whole corpus, out of its splits' hashes. */
export function corpusHash(splits: Readonly<Record<SplitName, Iterable<Sentence>>>): string {
  return createHash("sha256")
    .update(splitNames.map((split) => contentHash(splits[split])).join("\n"))
    .digest("hex");
}
