import { createHash } from "node:crypto";
import { type Sentence, type SplitName, splitNames } from "./types";

/** Hashing a big split takes longer than reading it, so it is done once. */
const known = new WeakMap<readonly Sentence[], string>();

/** SHA-256 of sentences, the same however they are stored. They must not be changed afterwards. */
export function contentHash(sentences: readonly Sentence[]): string {
  return known.get(sentences) ?? rememberHash(sentences, computedHash(sentences));
}

/** Notes a hash that is known from where the sentences were stored. */
export function rememberHash(sentences: readonly Sentence[], hash: string): string {
  known.set(sentences, hash);
  return hash;
}

function computedHash(sentences: readonly Sentence[]): string {
  const hash = createHash("sha256");
  for (const { tokens, pos, entities, previous, next, id } of sentences) {
    // lists instead of objects, whose keys might stand in another order
    const spans = entities.map(({ start, end, type }) => [start, end, type]);
    hash.update(JSON.stringify([tokens, pos, spans, previous, next, id]));
  }
  return hash.digest("hex");
}

/** SHA-256 of a whole corpus, out of its splits' hashes. */
export function corpusHash(splits: Readonly<Record<SplitName, readonly Sentence[]>>): string {
  return createHash("sha256")
    .update(splitNames.map((split) => contentHash(splits[split])).join("\n"))
    .digest("hex");
}
