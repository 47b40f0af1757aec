import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Corpus, corpusOf, type Entity, type Sentence } from "../../src/corpus";
import { Random } from "../../src/engine";

/** A sentence of random words. A capitalized word is an entity, in half of all sentences also together with the next word. */
function sentence(random: Random, id: string): Sentence {
  const length = 3 + random.below(6);
  const tokens = Array.from({ length }, () => `${"abcde"[random.below(5)]}${"xyz"[random.below(3)]}`);
  const entities: Entity[] = [];
  const start = random.below(length - 1);
  tokens[start] = tokens[start].toUpperCase();
  entities.push({ start, end: start + 1, type: "name" });
  if (random.uniform() < 0.5) entities.push({ start, end: start + 2, type: "group" });
  return { tokens, pos: tokens.map(() => "X"), entities, previous: [], next: [], id };
}

/** A small corpus that a model can learn in a few epochs. The seed determines it. */
export function tinyCorpus(seed: number, train = 24, dev = 8, test = 8): Corpus {
  const random = new Random(seed);
  const split = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => sentence(random, `${name}-${i}`));
  return corpusOf("tiny", {
    train: split("train", train),
    dev: split("dev", dev),
    test: split("test", test),
  });
}

/** Writes a {@link tinyCorpus} as a corpus folder. */
export function writeCorpus(folder: string, seed: number): void {
  mkdirSync(folder, { recursive: true });
  for (const [split, sentences] of Object.entries(tinyCorpus(seed).splits))
    writeFileSync(join(folder, `${split}.json`), JSON.stringify(sentences));
}
