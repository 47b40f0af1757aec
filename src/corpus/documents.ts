import type { Sentence } from "./types";

/**
 * Sentences in their documents, in order: two neighbours are of one document when they name each other as context, or have
 * the same id. A sentence that does neither is a document of its own.
 */
export function documentsOf(sentences: readonly Sentence[]): Sentence[][] {
  const documents: Sentence[][] = [];
  for (const [at, sentence] of sentences.entries()) {
    const before = sentences[at - 1];
    if (before && (areNeighbours(before, sentence) || (sentence.id !== "" && sentence.id === before.id)))
      documents[documents.length - 1].push(sentence);
    else documents.push([sentence]);
  }
  return documents;
}

/** Whether each is the other's context. */
export function areNeighbours(before: Sentence, after: Sentence): boolean {
  return (
    before.next.length > 0 &&
    sameTokens(before.next, after.tokens) &&
    sameTokens(after.previous, before.tokens)
  );
}

export function sameTokens(one: readonly string[], other: readonly string[] = []): boolean {
  return one.length === other.length && one.every((token, at) => token === other[at]);
}
