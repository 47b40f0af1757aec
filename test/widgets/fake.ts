import type { Entity } from "../../src/corpus/types";
import type { LayerTrace, ProposalState, Trace, TracedEntity } from "../../src/detector/trace-types";
import { Random } from "../../src/engine/random";
import type { Score, Scores } from "../../src/evaluation/score-types";
import type { EpochReport } from "../../src/training/training-reports";

export interface FakeOptions {
  readonly tokens: readonly string[];
  readonly gold: readonly Entity[];
  /** Predictions by span and type; each gets the proposal of its last token. */
  readonly predicted: readonly Entity[];
  readonly layers?: number;
  readonly heads?: number;
  readonly seed?: number;
  /** Width of a head. */
  readonly width?: number;
  /** False for a model without a prior. */
  readonly prior?: boolean;
}

const types = ["dish", "person", "place"];

/** A random trace with the properties of a real one: rows sum to 1, priors are Gaussian, proposals approach their spans. */
export function fakeTrace(options: FakeOptions): Trace {
  const { tokens, gold, predicted, layers = 3, heads = 4, width = 16, seed = 1, prior = true } = options;
  const random = new Random(seed);
  const traced: TracedEntity[] = predicted.map((entity) => ({
    ...entity,
    proposal: entity.end - 1,
    probability: 0.5 + random.uniform() / 2,
  }));
  const states = Array.from({ length: layers + 1 }, (_, layer) =>
    state(tokens, traced, layers - layer, random),
  );
  return {
    tokens,
    types,
    prior: prior ? "on" : "none",
    gold,
    predicted: traced,
    states,
    layers: states
      .slice(0, -1)
      .map((before) => layer(before, tokens.length, { heads, width, prior }, random)),
    head: {
      center: states[layers].locations,
      precision: Float32Array.from({ length: tokens.length * 4 }, (_, i) => (i % 3 ? 0 : 1)),
      probabilities: states[layers].probabilities,
      spans: new Float32Array(tokens.length ** 3),
    },
  };
}

function state(
  tokens: readonly string[],
  traced: readonly TracedEntity[],
  remaining: number,
  random: Random,
): ProposalState {
  const locations = tokens.flatMap((_, token) => {
    const target = traced.find(({ proposal }) => proposal === token) ?? { start: token, end: token + 1 };
    return [
      target.start + random.normal() * 0.3 * remaining,
      target.end - 1 + random.normal() * 0.3 * remaining,
    ];
  });
  const scores = tokens.map(() => softmax(Array.from({ length: types.length + 1 }, () => random.normal())));
  return { locations: Float32Array.from(locations), probabilities: Float32Array.from(scores.flat()) };
}

function layer(
  before: ProposalState,
  length: number,
  { heads, width, prior }: Required<Pick<FakeOptions, "heads" | "width" | "prior">>,
  random: Random,
): LayerTrace {
  const vectors = () => Float32Array.from({ length: heads * length * width }, () => random.normal());
  const [queries, keys] = [vectors(), vectors()];
  const product = (head: number, i: number, j: number): number => {
    let sum = 0;
    for (let d = 0; d < width; d++)
      sum += queries[(head * length + i) * width + d] * keys[(head * length + j) * width + d];
    return sum / Math.sqrt(width);
  };
  const parts = { content: [], logPrior: [], weights: [], center: [], precision: [] } as Record<
    string,
    number[]
  >;
  const starts = before.locations;
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < length; i++) {
      const center = [starts[2 * i] + random.normal() * 0.5, starts[2 * i + 1] + random.normal() * 0.5];
      const [p, q, r, s] = [
        0.7 + random.uniform(),
        random.normal() * 0.2,
        random.normal() * 0.2,
        0.7 + random.uniform(),
      ];
      const theta = [p * p + q * q, p * r + q * s, p * r + q * s, r * r + s * s];
      const content = Array.from({ length }, (_, j) => product(head, i, j));
      const logPrior = Array.from({ length }, (_, j) => {
        const [x, y] = [starts[2 * j] - center[0], starts[2 * j + 1] - center[1]];
        return prior ? -(theta[0] * x * x + 2 * theta[1] * x * y + theta[3] * y * y) : 0;
      });
      parts.content.push(...content);
      parts.logPrior.push(...logPrior);
      parts.weights.push(...softmax(content.map((score, j) => score + logPrior[j])));
      parts.center.push(...center);
      parts.precision.push(...theta);
    }
  }
  const shares = Array.from({ length: length * heads }, () => [1 / heads, 1 / heads]).flat();
  const { content, logPrior, weights, center, precision } = parts;
  return {
    heads,
    queries,
    keys,
    content: Float32Array.from(content),
    logPrior: Float32Array.from(logPrior),
    weights: Float32Array.from(weights),
    center: Float32Array.from(center),
    precision: Float32Array.from(precision),
    headWeights: Float32Array.from(shares),
  };
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

export function fakeScore(gold: number, predicted: number, correct: number): Score {
  const precision = predicted ? (100 * correct) / predicted : 0;
  const recall = gold ? (100 * correct) / gold : 0;
  const f1 = correct ? (2 * precision * recall) / (precision + recall) : 0;
  return { gold, predicted, correct, precision, recall, f1 };
}

export function fakeScores(shift: number): Scores {
  const overall = fakeScore(100, 90, 60 + shift);
  const byLength = {
    "1": fakeScore(50, 45, 32 + shift),
    "2": fakeScore(25, 24, 15 + shift),
    "3": fakeScore(12, 11, 7),
    "4": fakeScore(8, 6, 4),
    "≥5": fakeScore(5, 4, 2),
  };
  return { overall, byLength, byType: {}, byNesting: { flat: overall, nested: overall }, sentences: 40 };
}

export function fakeReports(epochs: number): EpochReport[] {
  return Array.from({ length: epochs }, (_, place) => ({
    epoch: place + 1,
    loss: 6 / (place + 1),
    seconds: 3.25,
    sentencesPerSecond: 40,
    dev: fakeScores(2 * Math.min(place, epochs - 2)),
    best: place < epochs - 1,
  }));
}

/** An invented sentence with nested, crossing and missed entities. */
export const kitchen: FakeOptions = {
  tokens:
    "Grandmother Ada Moss of Little Harbor Village serves her famous rhubarb and ginger crumble with clotted cream every Sunday .".split(
      " ",
    ),
  gold: [
    { start: 0, end: 7, type: "person" },
    { start: 1, end: 3, type: "person" },
    { start: 4, end: 7, type: "place" },
    { start: 10, end: 14, type: "dish" },
    { start: 12, end: 14, type: "dish" },
    { start: 10, end: 17, type: "dish" },
  ],
  predicted: [
    { start: 1, end: 3, type: "person" },
    { start: 4, end: 7, type: "place" },
    { start: 10, end: 14, type: "dish" },
    { start: 15, end: 17, type: "dish" },
    { start: 4, end: 6, type: "person" },
  ],
};

export interface FakeSides {
  readonly tokens: readonly string[];
  readonly entities: readonly Entity[];
  readonly predicted: readonly (Entity & { readonly probability: number })[];
}

/** Sentences with gold entities, most of which are predicted, some of them with another span or type. */
export function fakeSides(count: number, seed: number): FakeSides[] {
  const random = new Random(seed);
  const words = ["rye", "plum", "Ada", "小", "bread", "Harbor"];
  return Array.from({ length: count }, () => {
    const tokens = Array.from({ length: 5 + random.below(12) }, () => words[random.below(words.length)]);
    const entity = (): Entity => {
      const start = random.below(tokens.length);
      const end = Math.min(tokens.length, start + 1 + random.below(6));
      return { start, end, type: types[random.below(types.length)] };
    };
    const entities = Array.from({ length: random.below(5) }, entity);
    const sample = entities.filter(() => random.below(4));
    const predicted = sample.map((one) => {
      const change = random.below(6);
      const changed = change === 0 ? { ...one, type: entity().type } : one;
      const shifted = change === 1 ? { ...changed, end: Math.min(tokens.length, one.end + 1) } : changed;
      return { ...shifted, probability: 0.5 + random.uniform() / 2 };
    });
    const extra = random.below(3) ? [] : [{ ...entity(), probability: random.uniform() }];
    return { tokens, entities, predicted: [...predicted, ...extra] };
  });
}
