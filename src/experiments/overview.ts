import { InputError } from "../base/errors";
import type { Config } from "../training";
import { corpusNamed, type ExperimentCorpus } from "./corpora";
import { configOf, type Grid } from "./grid";
import type { Plan } from "./plans";
import { scoresUnder } from "./results/rescore";
import { type Scoring, usualScoring } from "./results/run-record";
import { readRunResult, readSentenceResults } from "./run/run-result";
import { type RunState, readSpec, runFolder, runIdsIn, stateOf } from "./run/run-state";
import { type Scale, scales } from "./scales";
import type { Setting } from "./settings";
import { canonical, type RunSpec, runId } from "./spec";

/** A run of a store, complete or not. */
export interface KnownRun {
  readonly id: string;
  readonly spec: RunSpec;
  readonly state: RunState;
  /** F1 in percent; only of complete runs. */
  readonly f1?: number;
}

/**
 * The runs of a store, sorted by id.
 * @param scoring of their F1. Default: the usual rules
 * @throws InputError if a spec or a result is damaged
 */
export function runsIn(store: string, scoring: Scoring = usualScoring): KnownRun[] {
  return runIdsIn(store).map((id) => {
    const folder = runFolder(store, id);
    const f1 = f1Of(folder, scoring);
    const run = { id, spec: readSpec(folder), state: stateOf(folder) };
    return f1 === undefined ? run : { ...run, f1 };
  });
}

/** The result has the F1 by the usual rules. The length of false predictions does not change the overall F1. */
function f1Of(folder: string, scoring: Scoring): number | undefined {
  const usualF1 = readRunResult(folder)?.scores.overall.f1;
  const isUsual = Object.entries(scoring).every(
    ([rule, value]) => rule === "spuriousLength" || value === usualScoring[rule as keyof Scoring],
  );
  if (usualF1 === undefined || isUsual) return usualF1;
  return scoresUnder(readSentenceResults(folder), scoring).overall.f1;
}

/** The runs of a setting on a corpus at a scale, on one engine. */
export interface Overview {
  readonly plan: Plan;
  readonly setting: Setting;
  readonly corpus: ExperimentCorpus;
  readonly scale: Scale;
  /** The engine's identity. */
  readonly engine: string;
  readonly runs: readonly KnownRun[];
}

/** Groups runs by the settings of plans. Settings without runs are left out. */
export function overview(
  runs: readonly KnownRun[],
  plans: readonly Plan[],
  change?: (config: Config) => Config,
): Overview[] {
  const groupOf = ({ spec }: KnownRun): string => [spec.scale, spec.corpus.name, spec.engine].join("\n");
  const groups = [...new Set(runs.map(groupOf))].map((group) => {
    const [scale, corpus, engine] = group.split("\n");
    return {
      scale: scales.find(({ name }) => name === scale),
      corpus: corpusNamed(corpus),
      engine,
      groupRuns: runs.filter((run) => groupOf(run) === group),
    };
  });
  return plans.flatMap((plan) =>
    groups.flatMap(({ scale, corpus, engine, groupRuns }) => {
      if (!scale || !plan.corpora.includes(corpus.standsFor)) return [];
      return plan.settings.flatMap((setting) => {
        const settingConfig = withoutSeed(configOf({ scale, corpus, setting, seed: 0, change }));
        const settingRuns = groupRuns.filter(({ spec }) => withoutSeed(spec.config) === settingConfig);
        return settingRuns.length ? [{ plan, setting, corpus, scale, engine, runs: settingRuns }] : [];
      });
    }),
  );
}

/** The engine's identity of each complete run of a store. */
export function completeRuns(store: string): { readonly id: string; readonly engine: string }[] {
  return runIdsIn(store).flatMap((id) => {
    const folder = runFolder(store, id);
    const spec = stateOf(folder).kind === "done" ? specIn(folder) : undefined;
    return spec ? [{ id, engine: spec.engine }] : [];
  });
}

/**
 * Number of a grid's runs that are complete on each other engine, by the engine's identity.
 * @param complete runs of any grid
 */
export function doneOnOtherEngines(
  { runs }: Grid,
  complete: readonly { readonly id: string; readonly engine: string }[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const engine of new Set(complete.map((run) => run.engine))) {
    const ids = new Set([...runs.values()].map((spec) => runId({ ...spec, engine })));
    const count = complete.filter(({ id }) => ids.has(id) && !runs.has(id)).length;
    if (count) counts.set(engine, count);
  }
  return counts;
}

/** `undefined` for a damaged spec: that of another run must not stop a sweep. */
function specIn(folder: string): RunSpec | undefined {
  try {
    return readSpec(folder);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Text of a config without its seed, equal for the runs of a setting. */
export function withoutSeed(config: Config): string {
  return canonical({ ...config, training: { ...config.training, seed: 0 } });
}
