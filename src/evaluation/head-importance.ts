import { mean } from "../base/sum";
import type { Sentence } from "../corpus/types";
import type { EntityDetector } from "../detector/entity-detector";
import type { PredictOptions } from "../detector/predictor";
import type { HeadIndex, RegressorIntervention } from "../model/regressor";
import { compare, type RunComparison } from "./compare";
import { assertKnownTypes, evaluatedSentences, type ScoringRules } from "./evaluate";
import type { BootstrapOptions } from "./resample";

/** The contributions of the heads and layers of a trained model. */
export interface HeadImportance {
  /** Compares the whole model (run 0) with each change: pair i compares it with run i + 1. */
  readonly comparison: RunComparison;
  /** `[layers][heads]`: the pair in which that head is left out. */
  readonly heads: readonly (readonly number[])[];
  /** `[layers][heads]`: the pair in which only that head's prior is left out; absent for a model without priors. */
  readonly priors?: readonly (readonly number[])[];
  /** `[layers]`: the pair for predictions that are read after that many layers, from 0. */
  readonly exits: readonly number[];
}

export interface ImportanceOptions
  extends BootstrapOptions,
    ScoringRules,
    Pick<PredictOptions, "batchSize" | "signal"> {}

/**
 * Scores a model without each head, without each head's prior, and with fewer layers, each compared with the whole model on the
 * same sentences. The model is not trained again: the parts that are left out were present in training.
 * @throws InputError if the model does not know the type of a gold entity
 */
export async function headImportance(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  options: ImportanceOptions = {},
): Promise<HeadImportance> {
  assertKnownTypes(detector.description.types, sentences);
  const { layers, heads, spatial } = detector.description.model;
  const changes: { readonly name: string; readonly intervention: RegressorIntervention }[] = [];
  const add = (name: string, intervention: RegressorIntervention): number =>
    changes.push({ name, intervention }) - 1;
  const grid = (pair: (index: HeadIndex) => number): number[][] =>
    Array.from({ length: layers }, (_, layer) =>
      Array.from({ length: heads }, (__, head) => pair([layer + 1, head + 1])),
    );
  const headPairs = grid(([layer, head]) =>
    add(`without layer ${layer}, head ${head}`, { heads: [[layer, head]] }),
  );
  const priorPairs = spatial
    ? grid(([layer, head]) =>
        add(`without the prior of layer ${layer}, head ${head}`, { prior: [[layer, head]] }),
      )
    : undefined;
  const exits = Array.from({ length: layers }, (_, count) =>
    add(count === 0 ? "the proposer alone" : `after layer ${count}`, { layers: count }),
  );
  const interventions = [{}, ...changes.map(({ intervention }) => intervention)];
  const predictions = await detector.predictEach(sentences, interventions, options);
  const names = ["whole model", ...changes.map(({ name }) => name)];
  const runs = predictions.map((predicted, index) => ({
    name: names[index],
    sentences: evaluatedSentences(sentences, predicted, options),
  }));
  return {
    comparison: compare(runs, { ...options, pairs: "first" }),
    heads: headPairs,
    ...(priorPairs && { priors: priorPairs }),
    exits,
  };
}

/** The heads of several models at the same rank; a row for `showTable`. */
export type RankedImportance = {
  /** 1 for the head whose absence costs most. */
  readonly rank: number;
  /** F1 that its absence costs, in points: mean, lowest and highest over the models. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
};

/**
 * The costs of all heads by rank, over models with the same number of heads, such as seeds of one setting. Heads with the same
 * index in different seeds do not correspond to each other, so only ranks can be compared.
 * @param part the absence of heads, or of their priors alone
 * @throws RangeError if the models differ in their number of heads or have no priors
 */
export function rankImportance(
  models: readonly HeadImportance[],
  part: "heads" | "priors" = "heads",
): RankedImportance[] {
  const costs = models.map((model) => {
    const pairs = model[part];
    if (!pairs) throw new RangeError("priors: a model has no spatial prior");
    const cost = (pair: number): number => -model.comparison.pairs[pair].differences.overall.f1.value;
    return pairs
      .flat()
      .map(cost)
      .sort((one, other) => other - one);
  });
  if (new Set(costs.map(({ length }) => length)).size > 1)
    throw new RangeError("models: they differ in their number of heads");
  return (costs[0] ?? []).map((_, index) => {
    const values = costs.map((ofModel) => ofModel[index]);
    return { rank: index + 1, mean: mean(values), low: Math.min(...values), high: Math.max(...values) };
  });
}
