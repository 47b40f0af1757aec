import type { Sentence } from "../types";

/** A sentence as a file has it, with its document's number; undefined where the file does not tell documents apart. */
export interface Placed extends Omit<Sentence, "previous" | "next"> {
  readonly document: number | undefined;
}

/** Gives each sentence its neighbours in the same document. Holds three sentences at a time. */
export async function* withContexts(sentences: AsyncIterable<Placed>): AsyncGenerator<Sentence> {
  let before: Placed | undefined;
  let current: Placed | undefined;
  for await (const after of sentences) {
    if (current) yield inContext(before, current, after);
    before = current;
    current = after;
  }
  if (current) yield inContext(before, current, undefined);
}

function inContext(before: Placed | undefined, sentence: Placed, after: Placed | undefined): Sentence {
  const { document, tokens, pos, entities, id } = sentence;
  const neighbour = (other: Placed | undefined): readonly string[] =>
    document !== undefined && other?.document === document ? other.tokens : [];
  return { tokens, pos, entities, previous: neighbour(before), next: neighbour(after), id };
}
