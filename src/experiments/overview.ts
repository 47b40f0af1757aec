import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../training";
import { corpusNamed, type ExperimentCorpus } from "./corpora";
import { configOf } from "./grid";
import type { Plan, Setting } from "./plans";
import { scoringText } from "./results";
import { scoresUnder } from "./results/rescore";
import { type Scoring, usualScoring } from "./results/types";
import { readRunResult, readSentenceResults } from "./run/result";
import { type RunState, readSpec, stateOf } from "./run/state";
import { type Scale, scales } from "./scales";
import { canonical, type RunSpec } from "./spec";

/** A run of a store, complete or not. */
export interface KnownRun {
  readonly id: string;
  readonly spec: RunSpec;
  readonly state: RunState;
  /** Of a complete run, in percent. */
  readonly f1?: number;
}

/**
 * The runs of a store, by id.
 * @param scoring of their F1; default the usual rules
 * @throws InputError when a spec or a result is damaged
 */
export function runsIn(store: string, scoring: Scoring = usualScoring): KnownRun[] {
  if (!existsSync(store)) return [];
  const ids = readdirSync(store).filter((name) => /^[0-9a-f]{16}$/.test(name));
  return ids.sort().map((id) => {
    const folder = join(store, id);
    const f1 = f1Of(folder, scoring);
    const run = { id, spec: readSpec(folder), state: stateOf(folder) };
    return f1 === undefined ? run : { ...run, f1 };
  });
}

/** The usual rules are those that a run has scored itself by. */
function f1Of(folder: string, scoring: Scoring): number | undefined {
  const scored = readRunResult(folder)?.scores.overall.f1;
  if (scored === undefined || scoringText(scoring) === scoringText(usualScoring)) return scored;
  return scoresUnder(readSentenceResults(folder), scoring).overall.f1;
}

/** The runs of a setting on a corpus at a scale. */
export interface Overview {
  readonly plan: Plan;
  readonly setting: Setting;
  readonly corpus: ExperimentCorpus;
  readonly scale: Scale;
  readonly runs: readonly KnownRun[];
}

/** What there is of every setting of plans; settings of which there is nothing are left out. */
export function overview(
  runs: readonly KnownRun[],
  plans: readonly Plan[],
  change?: (config: Config) => Config,
): Overview[] {
  const places = [...new Set(runs.map(({ spec }) => `${spec.scale}\n${spec.corpus.name}`))].map((place) => {
    const [scale, corpus] = place.split("\n");
    const own = runs.filter(({ spec }) => spec.scale === scale && spec.corpus.name === corpus);
    return { scale: scales.find(({ name }) => name === scale), corpus: corpusNamed(corpus), runs: own };
  });
  return plans.flatMap((plan) =>
    places.flatMap(({ scale, corpus, runs: own }) => {
      if (!scale || !plan.corpora.includes(corpus.standsFor)) return [];
      return plan.settings.flatMap((setting) => {
        const wanted = withoutSeed(configOf({ scale, corpus, setting, seed: 0, change }));
        const found = own.filter(({ spec }) => withoutSeed(spec.config) === wanted);
        return found.length ? [{ plan, setting, corpus, scale, runs: found }] : [];
      });
    }),
  );
}

/** A config's text but for its seed: equal for the runs of a setting. */
export function withoutSeed(config: Config): string {
  return canonical({ ...config, training: { ...config.training, seed: 0 } });
}
