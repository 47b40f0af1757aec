// Generates sentences for corpora larger than memory.
import type { Entity, Sentence } from "../../src/corpus";
import { Random } from "../../src/engine";

const syllables = ["ka", "lo", "mi", "ne", "pu", "ra", "so", "ti", "ve", "zu"];
const words = 20_000;
const types = ["name", "place", "thing"];

/** The word for a number: at least four syllables. */
function wordOf(number: number): string {
  let text = "";
  for (let rest = number + 1000; rest > 0; rest = Math.floor(rest / 10)) text += syllables[rest % 10];
  return text;
}

/** Sentences of 15 to 34 words with nested entities, until they have `bytes` bytes of text. Every call yields the same ones. */
export function* manySentences(bytes: number): Generator<Sentence> {
  const random = new Random(11);
  const vocabulary = Array.from({ length: words }, (_, number) => wordOf(number));
  for (let [number, size] = [0, 0]; size < bytes; number++) {
    const length = 15 + random.below(20);
    const tokens: string[] = [];
    // The product of two draws prefers the first words, like a natural language.
    for (let token = 0; token < length; token++)
      tokens.push(vocabulary[Math.floor(words * random.uniform() * random.uniform())]);
    const entities: Entity[] = [];
    for (let start = random.below(5); start < length - 3; start += 4 + random.below(9)) {
      entities.push({ start, end: start + 2, type: types[random.below(types.length)] });
      if (random.uniform() < 0.3) entities.push({ start, end: start + 1, type: types[0] });
    }
    size += tokens.reduce((sum, token) => sum + token.length, 0);
    yield { tokens, pos: tokens.map(() => "X"), entities, previous: [], next: [], id: String(number) };
  }
}
