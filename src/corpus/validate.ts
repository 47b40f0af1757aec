import { CorpusError, type CorpusPlace, show } from "../base/errors";
import type { Entity, Sentence } from "./types";

/**
 * Checks what the types alone cannot say about a sentence.
 * @throws CorpusError for a tag list of another length than the tokens and for spans that are empty or leave the sentence.
 */
export function checkSentence(sentence: Sentence, place: CorpusPlace): void {
  const { tokens, pos, entities } = sentence;
  if (tokens.length === 0) {
    throw new CorpusError({ ...place, field: "tokens" }, "must hold at least one token, not []");
  }
  if (pos.length !== tokens.length) {
    throw new CorpusError(
      { ...place, field: "pos" },
      `has ${pos.length} tags for ${tokens.length} tokens; give one for each token or leave pos out`,
    );
  }
  for (const [at, entity] of entities.entries()) {
    const problem = spanProblem(entity, tokens.length);
    if (problem !== undefined) {
      throw new CorpusError(
        { ...place, field: `entities[${at}]` },
        `${problem}: ${show({ start: entity.start, end: entity.end, type: entity.type })}`,
      );
    }
  }
}

function spanProblem({ start, end }: Entity, tokens: number): string | undefined {
  if (start >= end) return `start ${start} must be less than end ${end} (end is exclusive)`;
  if (start < 0) return `start ${start} must not be negative`;
  if (end > tokens) return `end ${end} lies outside the sentence of ${tokens} tokens (end is exclusive)`;
  return undefined;
}
