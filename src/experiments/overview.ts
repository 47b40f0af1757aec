import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors";
import type { Config } from "../training";
import { corpusNamed, type ExperimentCorpus } from "./corpora";
import { configOf, type Grid } from "./grid";
import type { Plan, Setting } from "./plans";
import { scoringText } from "./results";
import { scoresUnder } from "./results/rescore";
import { type Scoring, usualScoring } from "./results/types";
import { readRunResult, readSentenceResults } from "./run/result";
import { type RunState, readSpec, runFolder, stateOf } from "./run/state";
import { type Scale, scales } from "./scales";
import { canonical, type RunSpec, runId } from "./spec";

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
  return idsIn(store).map((id) => {
    const folder = join(store, id);
    const f1 = f1Of(folder, scoring);
    const run = { id, spec: readSpec(folder), state: stateOf(folder) };
    return f1 === undefined ? run : { ...run, f1 };
  });
}

/** The ids of a store's runs, sorted. */
function idsIn(store: string): string[] {
  if (!existsSync(store)) return [];
  return readdirSync(store)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .sort();
}

/** A run has scored itself by the usual rules; the lengths of false predictions change no score over all of them. */
function f1Of(folder: string, scoring: Scoring): number | undefined {
  const scored = readRunResult(folder)?.scores.overall.f1;
  const alike = { ...scoring, spuriousLength: usualScoring.spuriousLength };
  if (scored === undefined || scoringText(alike) === scoringText(usualScoring)) return scored;
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

/** What there is of every setting of plans; settings of which there is nothing are left out. */
export function overview(
  runs: readonly KnownRun[],
  plans: readonly Plan[],
  change?: (config: Config) => Config,
): Overview[] {
  const placeOf = ({ spec }: KnownRun): string => [spec.scale, spec.corpus.name, spec.engine].join("\n");
  const places = [...new Set(runs.map(placeOf))].map((place) => {
    const [scale, corpus, engine] = place.split("\n");
    return {
      scale: scales.find(({ name }) => name === scale),
      corpus: corpusNamed(corpus),
      engine,
      runs: runs.filter((run) => placeOf(run) === place),
    };
  });
  return plans.flatMap((plan) =>
    places.flatMap(({ scale, corpus, engine, runs: own }) => {
      if (!scale || !plan.corpora.includes(corpus.standsFor)) return [];
      return plan.settings.flatMap((setting) => {
        const wanted = withoutSeed(configOf({ scale, corpus, setting, seed: 0, change }));
        const found = own.filter(({ spec }) => withoutSeed(spec.config) === wanted);
        return found.length ? [{ plan, setting, corpus, scale, engine, runs: found }] : [];
      });
    }),
  );
}

/** How many of a grid's runs are complete in a store on each other engine, by its identity. */
export function doneOnOtherEngines({ runs }: Grid, store: string): Map<string, number> {
  const counts = new Map<string, number>();
  const [planned] = runs.values();
  if (!planned) return counts;
  for (const id of idsIn(store)) {
    const folder = runFolder(store, id);
    if (runs.has(id) || stateOf(folder).kind !== "done") continue;
    const spec = specIn(folder);
    if (!spec || !runs.has(runId({ ...spec, engine: planned.engine }))) continue;
    counts.set(spec.engine, (counts.get(spec.engine) ?? 0) + 1);
  }
  return counts;
}

/** A damaged spec of another run must not stop a sweep. */
function specIn(folder: string): RunSpec | undefined {
  try {
    return readSpec(folder);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** A config's text but for its seed: equal for the runs of a setting. */
export function withoutSeed(config: Config): string {
  return canonical({ ...config, training: { ...config.training, seed: 0 } });
}
