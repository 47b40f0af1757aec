import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Entity, lengthGroups } from "../../src/corpus";
import { Random } from "../../src/engine";
import { scoreEntities } from "../../src/evaluation";
import {
  configOf,
  corpusNamed,
  type PlanName,
  plansNamed,
  prepareRun,
  type RunResult,
  type RunSpec,
  resultsVersion,
  runFolder,
  runId,
  type ScaleName,
  scales,
} from "../../src/experiments";
import type { Approach } from "../../src/experiments/run/measures";
import { distinctEntities, type SentenceResult, storedResults } from "../../src/experiments/run/predictions";

export interface FakeRun {
  readonly plan: PlanName;
  readonly setting: string;
  readonly seed: number;
  readonly corpus?: string;
  readonly scale?: ScaleName;
  readonly engine?: RunSpec["engine"];
  /** Default "test". */
  readonly split?: RunResult["split"];
  /** Share of the gold entities that are predicted, and of the predictions that are correct. */
  readonly skill?: number | ((tokens: number) => number);
  /** Further changes of the config. */
  readonly change?: (config: RunSpec["config"]) => RunSpec["config"];
  /** Mean entropy of attention. */
  readonly entropy?: number;
  /** F1 on dev after the first epoch; default that of the scores. */
  readonly firstF1?: number;
  /** Share of proposals of at most two tokens, as proposed. */
  readonly shortShare?: number;
  /** Scored sentences. Default 60, with about 15 entities of each length. */
  readonly sentences?: number;
  /** Changes the predictions of a sentence. */
  readonly predict?: (sentence: SentenceResult) => SentenceResult;
}

const types = ["gene", "group"];

/** Sentences with entities of lengths 1 to 6; the same for every run. */
function goldSentences(count: number): Entity[][] {
  const random = new Random(7);
  return Array.from({ length: count }, () =>
    Array.from({ length: random.below(4) }, (_, at) => {
      const start = 8 * at + random.below(2);
      return { start, end: start + 1 + random.below(6), type: types[random.below(2)] };
    }),
  );
}

/** Predictions with the given skill: each gold entity with this probability, else the same entity a token longer. */
export function fakeSentences(skill: FakeRun["skill"], seed: number, count = 60): SentenceResult[] {
  const random = new Random(seed);
  const chance = (tokens: number): number => (typeof skill === "function" ? skill(tokens) : (skill ?? 1));
  return goldSentences(count).map((gold) => ({
    tokens: 40,
    gold,
    accepted: gold.map(({ start, end, type }, proposal) => {
      const right = random.uniform() < chance(end - start);
      return { start, end: right ? end : end + 1, type, probability: 0.75, proposal };
    }),
  }));
}

/** Layers bring locations nearer, and the proposer alone locates the longer entities less often. */
function fakeApproach(group: number, layers: number, seed: number): Approach {
  const states = Array.from({ length: layers + 1 }, (_, state) => state);
  return {
    found: 40,
    distances: states.map((state) => 0.5 / (1 + state) + seed / 500),
    exact: states.map((state) => 1 - group / 10 - 0.2 / (1 + state) + seed / 500),
  };
}

/** Writes a complete run without training it, and returns its id. */
export function writeFakeRun(store: string, fake: FakeRun): string {
  const { corpus = "sample", scale = "sample", engine = "wasm", skill = 0.8, entropy = 0.4 } = fake;
  const { firstF1, shortShare = 0.8, predict = (sentence) => sentence } = fake;
  const setting = plansNamed([fake.plan])[0].settings.find(({ label }) => label === fake.setting)!;
  const config = configOf({
    scale: scales.find(({ name }) => name === scale)!,
    corpus: corpusNamed(corpus),
    setting,
    seed: fake.seed,
    change: fake.change,
  });
  const spec: RunSpec = {
    resultsVersion,
    config,
    corpus: { hash: "c".repeat(64), name: corpus, folder: "elsewhere" },
    engine,
    scale,
  };
  const id = runId(spec);
  // What a fake run predicts does not change with the results version.
  const noise = Number.parseInt(runId({ ...spec, resultsVersion: 1 }).slice(0, 6), 16);
  const sentences = fakeSentences(skill, 1000 * fake.seed + noise, fake.sentences).map(predict);
  const scores = scoreEntities(
    sentences.map(({ gold }) => gold),
    sentences.map(({ accepted }) => distinctEntities(accepted)),
  );
  const layers = config.model.layers;
  const result: RunResult = {
    format: 1,
    split: fake.split ?? "test",
    scores,
    epochs: Array.from({ length: config.training.epochs }, (_, at) => ({
      epoch: at + 1,
      loss: 10 / (at + 1),
      seconds: 5,
      sentencesPerSecond: 100,
      dev:
        at === 0 && firstF1 !== undefined
          ? { ...scores, overall: { ...scores.overall, f1: firstF1 } }
          : scores,
      best: true,
    })),
    bestEpoch: config.training.epochs,
    seconds: 30,
    sentences: 500,
    parameters: 1000,
    measures: {
      sentences: 60,
      entropy: new Array(layers).fill(entropy),
      contentEntropy: new Array(layers).fill(0.9),
      spanLengths: new Array(layers + 1).fill(1 + config.model.kernels.length / 4 + fake.seed / 100),
      shortShares: new Array(layers + 1).fill(shortShare + fake.seed / 1000),
      moves: new Array(layers).fill(0.5),
      approach: Object.fromEntries(
        lengthGroups.map((group, at) => [group, fakeApproach(at, layers, fake.seed)]),
      ),
    },
    cases: [0, 1, 2].map((sentence) => ({
      sentence,
      gold: sentences[sentence].gold,
      predicted: sentences[sentence].accepted.map((entity) => ({
        ...entity,
        path: Array.from({ length: layers + 1 }, (_, at) => [entity.start + at / 8, entity.end - 1]),
      })),
    })),
    provenance: {
      version: "0.1.0",
      commit: null,
      node: "v20",
      platform: "linux x64",
      processor: "a processor",
      engine: `${engine} (somewhere)`,
      host: "a machine",
      completed: "2026-01-02T03:04:05.000Z",
      attempts: 1,
    },
  };
  prepareRun(store, spec);
  const folder = runFolder(store, id);
  mkdirSync(join(folder, "training"), { recursive: true });
  writeFileSync(join(folder, "predictions.json"), storedResults(sentences, types));
  writeFileSync(join(folder, "result.json"), JSON.stringify(result));
  return id;
}

/** Writes a run for every setting of a plan and seed. @param skill of a setting, by its label */
export function writeFakeTable(
  store: string,
  plan: PlanName,
  seeds: readonly number[],
  skill: (setting: string) => NonNullable<FakeRun["skill"]>,
  more: Partial<FakeRun> = {},
): void {
  for (const { label } of plansNamed([plan])[0].settings)
    for (const seed of seeds)
      writeFakeRun(store, { plan, setting: label, seed, skill: skill(label), ...more });
}
