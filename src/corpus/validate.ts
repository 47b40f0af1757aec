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

/**
 * For formats that hold text as UTF-8, in which half a character becomes U+FFFD, so that two types could become one.
 * @throws CorpusError for a lone surrogate anywhere in a sentence
 */
export function requireWellFormed(sentence: Sentence, place: CorpusPlace): void {
  const { tokens, pos, entities, previous, next, id } = sentence;
  const types = entities.map(({ type }) => type);
  for (const [field, texts] of Object.entries({ tokens, pos, types, previous, next, id: [id] })) {
    const at = texts.findIndex((text) => /\p{Cs}/u.test(text));
    if (at >= 0)
      throw new CorpusError(
        { ...place, field: `${field}[${at}]` },
        `${show(texts[at])} has half a character (a lone surrogate), which only JSON holds; correct it, or write --to json or jsonl`,
      );
  }
}

function spanProblem({ start, end }: Entity, tokens: number): string | undefined {
  if (start >= end) return `start ${start} must be less than end ${end} (end is exclusive)`;
  if (start < 0) return `start ${start} must not be negative`;
  if (end > tokens) return `end ${end} lies outside the sentence of ${tokens} tokens (end is exclusive)`;
  return undefined;
}
