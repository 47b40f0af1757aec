import { type Entity, type Sentence, withoutRepeats } from "../types";
import type { Reading } from "./reading";

/** A sentence in a file, with the number of its document; undefined if the file does not distinguish documents. */
export interface DocumentSentence extends Omit<Sentence, "previous" | "next"> {
  readonly document: number | undefined;
}

/** Adds the neighbors in the same document to each sentence. Holds three sentences at a time. */
export async function* withContexts(sentences: AsyncIterable<DocumentSentence>): AsyncGenerator<Sentence> {
  let before: DocumentSentence | undefined;
  let current: DocumentSentence | undefined;
  for await (const after of sentences) {
    if (current) yield inContext(before, current, after);
    before = current;
    current = after;
  }
  if (current) yield inContext(before, current, undefined);
}

function inContext(
  before: DocumentSentence | undefined,
  { document, ...sentence }: DocumentSentence,
  after: DocumentSentence | undefined,
): Sentence {
  const tokensOf = (other: DocumentSentence | undefined): readonly string[] =>
    document !== undefined && other?.document === document ? other.tokens : [];
  return { ...sentence, previous: tokensOf(before), next: tokensOf(after) };
}

export function unknownPos(tokens: readonly string[]): string[] {
  return tokens.map(() => "X");
}

/** Each entity once; counts repeats as a repair. */
export function distinctEntities(
  entities: readonly Entity[],
  where: string,
  reading: Reading,
): readonly Entity[] {
  const distinct = withoutRepeats(entities);
  reading.countRepair("entities given twice, kept once", where, entities.length - distinct.length);
  return distinct;
}
