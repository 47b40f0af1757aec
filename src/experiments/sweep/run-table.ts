import { availableParallelism } from "node:os";
import { join } from "node:path";
import { alignedTable } from "../../base/aligned-table";
import { InputError, PnrError, show } from "../../base/errors";
import { nearest } from "../../base/schema";
import { selfShowing } from "../../base/self-showing";
import { type EngineInfo, type EngineName, startEngine } from "../../engine";
import { applyOverrides } from "../../training";
import { type AblationSettings, ablationPlan } from "../ablation";
import { type Analysis, analyze } from "../analysis/analyze";
import { cellRows } from "../analysis/table-rows";
import { lengthScores, sweepResults } from "../analysis/views";
import { estimate } from "../estimate";
import { type Grid, gridOf, runLabels } from "../grid";
import { type Plan, type PlanName, plansNamed } from "../plans";
import { missingPretrained } from "../pretrained-files";
import { usualScoring } from "../results/run-record";
import { runsOfStore } from "../results/store";
import { sweepFiles } from "../run/run-files";
import { type RunState, runFolder } from "../run/run-state";
import { type Scale, type ScaleName, scales } from "../scales";
import { stepTime } from "../step-time";
import { drive } from "./drive";
import { type SweepBegin, type SweepObserver, withSweepHost } from "./host";
import { prepareJobs } from "./jobs";
import { LocalExecutor } from "./local-executor";
import { SweepProgress } from "./sweep-progress";

/** Options of a sweep. The defaults are those of `pnr sweep`, so both use the same runs. */
export interface SweepOptions extends SweepObserver {
  /** A corpus or several, by name. Default: those of the scale. */
  readonly corpus?: string | readonly string[];
  /** Size of models and corpora. Default "sample"; with "minutes", a table is complete while you watch. */
  readonly scale?: ScaleName;
  /** A number of seeds, from 1 on, or the seeds. Default 3. */
  readonly seeds?: number | readonly number[];
  /** Runs at a time; they share the hardware threads. Default: one per thread. */
  readonly workers?: number;
  /** Changes of every config, as `key=value`. */
  readonly set?: readonly string[];
  /** Folder of the runs. Default "sweeps". */
  readonly store?: string;
  readonly engine?: EngineName | "auto";
  /** Stops after the current steps. */
  readonly signal?: AbortSignal;
}

/**
 * Computes the missing runs of a table or figure of the paper, and analyzes all of them. Runs that the store has are not computed
 * again, and other runs of the store do not count. An interrupted or killed sweep resumes with the same call. In a notebook, it shows
 * its progress, and interrupting the cell stops it after the current steps.
 * @returns the analysis, for the same functions and widgets as that of stored results; as the last value of a cell it shows the table
 * @throws InputError for an unknown plan, scale or corpus, or a table without runs
 * @throws PnrError if runs fail; the others are complete, and the same call retries the failed ones
 * @throws the signal's reason when it aborts
 */
export function runTable(name: PlanName, options: SweepOptions = {}): Promise<Analysis> {
  const [plan] = plansNamed([name]);
  if (plan.settings.length) return runPlan(plan, options);
  throw new InputError(`${plan.title} needs no training: corpusProfile(corpus) computes it`);
}

export interface AblationOptions extends SweepOptions {
  /** The changes of each setting, by its label. The others are compared with the first one. */
  readonly settings: AblationSettings;
  /** Default "Your own ablation". */
  readonly title?: string;
}

/**
 * Trains your own settings on the same seeds and compares them, as {@link runTable} does with the paper's:
 * `await ablate({ settings: { "full model": {}, "one layer": { model: { layers: 1 } } }, seeds: 3 })`.
 * @throws InputError for a setting that no config takes, naming its label, path and value; and as `runTable`
 */
export async function ablate({ settings, title, ...options }: AblationOptions): Promise<Analysis> {
  return runPlan(ablationPlan(settings, "settings", title), options);
}

async function runPlan(plan: Plan, options: SweepOptions): Promise<Analysis> {
  const observed = withSweepHost(options);
  let problem: unknown;
  try {
    return await sweep(plan, observed);
  } catch (error) {
    problem = error;
    throw error;
  } finally {
    await observed.onEnd?.(problem);
  }
}

async function sweep(plan: Plan, options: SweepOptions): Promise<Analysis> {
  const { store = "sweeps", set = [], signal = new AbortController().signal } = options;
  const scale = scaleNamed(options.scale ?? "sample");
  const workers = wholeNumber("workers", options.workers ?? availableParallelism());
  const seeds = seedsOf(options.seeds ?? 3);
  const { corpus = scale.corpora } = options;
  const corpora = typeof corpus === "string" ? [corpus] : corpus;
  const change = (config: Parameters<typeof applyOverrides>[0]) => applyOverrides(config, set);
  const engine = await startEngine(options.engine);
  const grid = await gridOf({ plans: [plan], scale, engine: engine.identity, seeds, corpora, change });
  if (!grid.runs.size) throw new InputError(`${plan.title}: ${grid.leftOut.join("; ")}`);
  const missing = missingPretrained([...grid.runs.values()].map(({ config }) => config));
  if (missing.length) throw new InputError(missing.join("; "));
  options.onBegin?.(await beginOf(plan, grid, store, workers, engine));
  signal.throwIfAborted();
  const progress = new SweepProgress(runLabels(grid));
  const states = await drive({
    jobs: prepareJobs(grid, store),
    executor: new LocalExecutor(workers),
    signal,
    onLook: (now) => options.onProgress?.(progress.look(now)),
  });
  signal.throwIfAborted();
  requireDone(grid, states, store);
  const runs = runsOfStore(store, usualScoring, [...grid.runs.keys()]);
  const names = [...grid.corpora.keys()];
  const results = { runs, scoring: usualScoring, notes: [] };
  return showingTable(plan.name)(
    analyze(results, { plans: [plan], scale: scale.name, corpora: names, change }),
  );
}

async function beginOf(
  plan: Plan,
  grid: Grid,
  store: string,
  workers: number,
  engine: EngineInfo,
): Promise<SweepBegin> {
  const { runs, done, times } = await estimate(grid, store, (spec, corpus) =>
    stepTime(spec.config, corpus, engine, join(store, "step-times.json")),
  );
  const time = times.find((one) => one.engine === engine.identity);
  // A measurement here has all threads, a run its share of them.
  const atOnce = time?.measured ? 1 : Math.min(workers, runs - done);
  return {
    title: plan.title,
    runs,
    done,
    workers,
    seconds: time && runs > done ? time.seconds / atOnce : 0,
    from: time?.from ?? "",
    remarks: [...grid.leftOut, ...grid.remarks],
  };
}

/** @throws PnrError with the message of the first failed run */
function requireDone(grid: Grid, states: ReadonlyMap<string, RunState>, store: string): void {
  const failed = [...states].flatMap(([id, state]) => (state.kind === "failed" ? [{ id, state }] : []));
  if (!failed.length) return;
  const [{ id, state }] = failed;
  const { label } = runLabels(grid).find((run) => run.id === id)!;
  const log = join(runFolder(store, id), sweepFiles.log);
  throw new PnrError(
    `${failed.length} of ${states.size} runs failed, and the same call retries them; the first is ${label}: ${state.failure.message} (${log})`,
  );
}

/** Makes an analysis of a plan show its table or figure. */
const showingTable = (plan: PlanName): ((analysis: Analysis) => Analysis) =>
  selfShowing<Analysis>((analysis) => ({
    ...(plan === "table5"
      ? { kind: "lengths", content: () => lengthScores(analysis, plan) }
      : { kind: "sweep", content: () => sweepResults(analysis, plan) }),
    text: () => {
      const rows = cellRows(analysis, plan);
      return alignedTable([Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))], 1);
    },
  }));

function scaleNamed(name: string): Scale {
  const scale = scales.find((one) => one.name === name);
  const names = scales.map((one) => one.name);
  if (!scale) throw new InputError(`scale: there is no scale ${show(name)}${nearest(name, names)}`);
  return scale;
}

function seedsOf(seeds: number | readonly number[]): number[] {
  if (typeof seeds === "number")
    return Array.from({ length: wholeNumber("seeds", seeds) }, (_, index) => index + 1);
  if (!seeds.length)
    throw new InputError("seeds: the list is empty; give a number of seeds, or at least one seed");
  return [...new Set(seeds.map((seed) => wholeNumber("seeds", seed, 0)))];
}

function wholeNumber(name: string, value: number, least = 1): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new InputError(`${name}: ${show(value)} must be a whole number, ${least} or more`);
}
