// Small models and sentences for tests of the model.
import type { BertConfig } from "../../src/bert";
import { paperConfig } from "../../src/config/config";
import type { ModelConfig } from "../../src/config/model-config";
import {
  type ContextRule,
  type ContextSentence,
  type EncodedBatch,
  encodeBatch,
  plainRules,
  type Sentence,
  type Vocabularies,
  Vocabulary,
  WordPiece,
} from "../../src/corpus";
import { contextOf } from "../../src/corpus/pieces";
import type { Target } from "../../src/criterion/loss";
import { Random } from "../../src/engine/random";
import type { VocabularySizes } from "../../src/model/encoder";
import { Network } from "../../src/model/network";
import type { Proposals } from "../../src/model/proposer";
import { Parameters } from "../../src/nn/parameters";
import { assertNear, scramble } from "./numbers";
import type { IndexedSentence } from "./reference-encoder";
import { range } from "./reference-math";
import type { ReferenceProposals } from "./reference-proposer";

export const smallModel: ModelConfig = {
  ...paperConfig.model,
  embedding: { characters: 2, words: 4, pos: 2 },
  hidden: 8,
  heads: 2,
  layers: 2,
  feedForward: 12,
  dropout: 0,
};

export const smallBert: BertConfig = {
  ...plainRules,
  from: null,
  family: "bert",
  layers: 2,
  hidden: 6,
  embeddingWidth: null,
  heads: 2,
  intermediate: 5,
  positions: 64,
  normEpsilon: 1e-12,
  dropout: 0,
  output: "lastFour",
  frozen: false,
  adapter: null,
  vocabulary: null,
  context: { training: 9, evaluation: 9 },
};

const context: ContextRule = { words: 9, positions: smallBert.positions, rule: "paper" };

/** The rows of the paper's Table 6, and the other variant of the gate. */
export const ablations: Readonly<Record<string, Partial<ModelConfig>>> = {
  full: {},
  "without backward block": { backward: false },
  "without spatial modulation": { spatial: false },
  "feed-forward instead of the gate": { update: "feedForward" },
  "residual instead of the gate": { update: "residual" },
  "without category embedding": { category: false },
  "without locations iteration": { locationIteration: false },
  "without logarithms iteration": { logitIteration: false },
};

export const types = 3;

export const vocabularies: Vocabularies = {
  characters: Vocabulary.from([..."abcd"]),
  words: Vocabulary.from(["a", "bc", "dad", "cab", "b"]),
  pos: Vocabulary.from(["X", "Y"]),
};

export const wordPiece: WordPiece = new WordPiece([
  "[PAD]",
  "[UNK]",
  "[CLS]",
  "[SEP]",
  ..."abcd",
  ...[..."abcd", "bc"].map((piece) => `##${piece}`),
  "da",
]);

export const vocabularySizes: VocabularySizes = {
  characters: vocabularies.characters.size,
  words: vocabularies.words.size,
  pos: vocabularies.pos.size,
  pieces: wordPiece.size,
};

export function makeNetwork(config: ModelConfig, seed: number): Network {
  const random = new Random(seed);
  const network = new Network(config, types, vocabularySizes, new Parameters(random));
  scramble(network.parameters, random);
  return network;
}

export type Tokens = Pick<Sentence, "pos"> & ContextSentence;

export function makeSentence(random: Random, length: number): Tokens {
  // "e" and "Z" are unknown
  const tokens = makeTokens(random, length);
  const pos = range(0, length).map(() => "XYZ"[random.below(3)]);
  // A separate generator, so that later draws do not depend on the neighbors.
  const other = new Random(random.state[0]);
  return {
    tokens,
    pos,
    previous: makeTokens(other, other.below(4)),
    next: makeTokens(other, other.below(4)),
  };
}

const makeTokens = (random: Random, length: number): string[] =>
  range(0, length).map(() =>
    range(0, 1 + random.below(4))
      .map(() => "abcde"[random.below(5)])
      .join(""),
  );

export const toBatch = (...sentences: readonly Tokens[]): EncodedBatch =>
  encodeBatch(sentences, { ...vocabularies, pieces: wordPiece }, { context });

export function indexed(sentence: Tokens): IndexedSentence {
  const { tokens, pos } = sentence;
  const { previous, next } = contextOf(sentence, context);
  const outside = (words: readonly string[]) =>
    words.flatMap((word) => wordPiece.encode(word)).map((id) => ({ id, token: undefined }));
  return {
    pieces: [
      { id: wordPiece.special("[CLS]"), token: undefined },
      ...outside(previous),
      ...tokens.flatMap((word, token) => wordPiece.encode(word).map((id) => ({ id, token }))),
      ...outside(next),
      { id: wordPiece.special("[SEP]"), token: undefined },
    ],
    words: tokens.map((token) => vocabularies.words.index(token)),
    pos: pos.map((tag) => vocabularies.pos.index(tag)),
    characters: tokens.map((token) => [...token].map((c) => vocabularies.characters.index(c))),
  };
}

/** At most `count` different entities of a sentence. */
export function makeTargets(random: Random, length: number, count: number): Target[] {
  const targets = new Map<string, Target>();
  for (let i = 0; i < count; i++) {
    const [a, b] = [random.below(length), random.below(length)];
    const target = { start: Math.min(a, b), end: Math.max(a, b), type: random.below(types) };
    targets.set(JSON.stringify(target), target);
  }
  return [...targets.values()];
}

export function assertProposals(
  actual: Proposals,
  expected: ReferenceProposals,
  tolerance: number,
  what: string,
): void {
  assertNear(actual.queries, expected.queries, tolerance, `${what}: queries`);
  assertNear(actual.locations, expected.locations, tolerance, `${what}: locations`);
  assertNear(actual.logits, expected.logits, tolerance, `${what}: logits`);
}
