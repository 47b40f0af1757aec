import { CorpusError, type CorpusLocation, show } from "../base/errors";
import type { Entity, Sentence } from "./types";

/** @throws CorpusError if tokens are missing, tags and tokens differ in number, or a span is empty or outside the sentence */
export function checkSentence(sentence: Sentence, location: CorpusLocation): void {
  const { tokens, pos, entities } = sentence;
  if (tokens.length === 0) {
    throw new CorpusError({ ...location, field: "tokens" }, "must hold at least one token, not []");
  }
  if (pos.length !== tokens.length) {
    throw new CorpusError(
      { ...location, field: "pos" },
      `has ${pos.length} tags for ${tokens.length} tokens; give one for each token or omit pos`,
    );
  }
  for (const [index, entity] of entities.entries()) {
    const problem = spanProblem(entity, tokens.length);
    if (problem !== undefined) {
      throw new CorpusError(
        { ...location, field: `entities[${index}]` },
        `${problem}: ${show({ start: entity.start, end: entity.end, type: entity.type })}`,
      );
    }
  }
}

/**
 * For formats that store UTF-8, which replaces lone surrogates by U+FFFD, so that two types could become one.
 * @throws CorpusError for a lone surrogate anywhere in a sentence
 */
export function assertWellFormed(sentence: Sentence, location: CorpusLocation): void {
  const { tokens, pos, entities, previous, next, id } = sentence;
  const types = entities.map(({ type }) => type);
  for (const [field, texts] of Object.entries({ tokens, pos, types, previous, next, id: [id] })) {
    const index = texts.findIndex((text) => /\p{Cs}/u.test(text));
    if (index >= 0)
      throw new CorpusError(
        { ...location, field: `${field}[${index}]` },
        `${show(texts[index])} has half a character (a lone surrogate), which only JSON can store; correct it, or write --to json or jsonl`,
      );
  }
}

function spanProblem({ start, end }: Entity, tokens: number): string | undefined {
  if (start >= end) return `start ${start} must be less than end ${end} (end is exclusive)`;
  if (start < 0) return `start ${start} must not be negative`;
  if (end > tokens) return `end ${end} lies outside the sentence of ${tokens} tokens (end is exclusive)`;
  return undefined;
}
