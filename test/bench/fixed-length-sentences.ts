import type { Sentence } from "../../src/corpus";

/**
 * Joins sentences of a corpus into sentences of exactly `length` tokens, with all entities that fit.
 * @param source sentences, not all empty
 */
export function sentencesOfLength(source: readonly Sentence[], length: number, count: number): Sentence[] {
  let next = 0;
  return Array.from({ length: count }, (_, number) => {
    const tokens: string[] = [];
    const pos: string[] = [];
    const entities: Sentence["entities"][number][] = [];
    while (tokens.length < length) {
      const sentence = source[next++ % source.length];
      const offset = tokens.length;
      tokens.push(...sentence.tokens);
      pos.push(...sentence.pos);
      for (const { start, end, type } of sentence.entities) {
        if (offset + end <= length) entities.push({ start: offset + start, end: offset + end, type });
      }
    }
    return {
      tokens: tokens.slice(0, length),
      pos: pos.slice(0, length),
      entities,
      previous: [],
      next: [],
      id: `${length} tokens, ${number + 1}`,
    };
  });
}
