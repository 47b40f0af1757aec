import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Corpus } from "../../corpus";
import { trainingSentences } from "../../training";
import type { Grid } from "../grid";
import { withoutSeed } from "../overview";
import { readRunResult } from "../run/result";
import { readSpec, runFolder, stateOf } from "../run/state";
import type { RunSpec } from "../spec";
import type { StepTime } from "./step-time";

export { type StepTime, stepTime } from "./step-time";

/** What sweeping a grid would take. */
export interface Estimate {
  readonly cells: number;
  readonly runs: number;
  readonly done: number;
  /** Sentences gone through in training by the runs that are left, each as often as it has epochs. */
  readonly sentences: number;
  /** By engine. */
  readonly times: readonly EngineTime[];
  /** Bytes that the runs left will keep; null where that is not known. */
  readonly disk: number | null;
  /** Bytes beside that each run under way needs; null where that is not known. */
  readonly working: number | null;
}

export interface EngineTime {
  readonly engine: string;
  /** Of all runs left, one after the other. */
  readonly seconds: number;
  /** What it is taken from: "12 complete runs", "steps measured here". */
  readonly from: string;
}

/** What is known of a setting's speed. */
interface Pace {
  /** Seconds a sentence of training, its share of evaluations included. */
  readonly seconds: number;
  readonly engine: string;
}

/**
 * What the runs of a grid that are not complete would take, by complete runs of the store or, on the grid's engine, by a
 * measurement. Runs of a setting count for it; settings without any are taken to be as quick as the mean of the others on
 * that engine.
 * @param measure a setting's step time on this machine, asked for once a corpus and only where no complete run tells
 */
export async function estimate(
  grid: Grid,
  store: string,
  measure?: (spec: RunSpec, corpus: Corpus) => Promise<StepTime>,
): Promise<Estimate> {
  const left = [...grid.runs].filter(([id]) => stateOf(runFolder(store, id)).kind !== "done");
  const work = left.map(([, spec]) => ({ spec, sentences: sentencesOf(spec, grid) }));
  const finished = completeRuns(store, new Set([...grid.runs.values()].map(({ scale }) => scale)));
  const times = [...new Set(finished.map(({ pace }) => pace.engine))].map((engine) => {
    const own = finished.filter(({ pace }) => pace.engine === engine);
    const seconds = work.map(({ spec, sentences }) => sentences * paceOf(spec, own));
    return {
      engine,
      seconds: sum(seconds),
      from: `${own.length} complete run${own.length === 1 ? "" : "s"}`,
    };
  });
  let parameters = finished.map((run) => run.parameters);
  const engine = work[0]?.spec.engine;
  if (measure && engine && !times.some((time) => time.engine === engine)) {
    const measured = new Map<string, StepTime>();
    for (const { spec } of work) {
      if (measured.has(spec.corpus.name)) continue;
      measured.set(spec.corpus.name, await measure(spec, grid.corpora.get(spec.corpus.name)!));
    }
    const seconds = work.map(
      ({ spec, sentences }) =>
        (sentences + evaluationShare * evaluated(spec, grid)) /
        measured.get(spec.corpus.name)!.sentencesPerSecond,
    );
    times.push({ engine, seconds: sum(seconds), from: "a few steps measured here" });
    parameters = [...measured.values()].map((step) => step.parameters);
  }
  const kept = finished.map(({ bytes }) => bytes);
  const size = parameters.length ? 4 * mean(parameters) : null;
  return {
    cells: grid.cells.length,
    runs: grid.runs.size,
    done: grid.runs.size - left.length,
    sentences: sum(work.map(({ sentences }) => sentences)),
    times,
    disk: kept.length ? left.length * mean(kept) : size && left.length * size,
    // parameters and both moments, twice while the one checkpoint replaces the other
    working: size && 6 * size,
  };
}

/** What predicting a sentence costs, as a share of learning from it: a forward pass of three. */
const evaluationShare = 1 / 3;

function sentencesOf({ config, corpus }: RunSpec, grid: Grid): number {
  return trainingSentences(grid.corpora.get(corpus.name)!, config.training).length * config.training.epochs;
}

function evaluated({ config: { training }, corpus }: RunSpec, grid: Grid): number {
  const { dev, test } = grid.corpora.get(corpus.name)!.splits;
  const scored = training.trainOn === "train" ? Math.min(dev.length, training.limitDev ?? dev.length) : 0;
  return scored * training.epochs + 2 * test.length;
}

interface CompleteRun {
  readonly setting: string;
  readonly pace: Pace;
  readonly parameters: number;
  readonly bytes: number;
}

function completeRuns(store: string, wanted: ReadonlySet<string>): CompleteRun[] {
  if (!existsSync(store)) return [];
  return readdirSync(store).flatMap((name) => {
    const folder = join(store, name);
    if (!/^[0-9a-f]{16}$/.test(name)) return [];
    const result = readRunResult(folder);
    const { config, corpus, engine, scale } = readSpec(folder);
    if (!result || !wanted.has(scale)) return [];
    const seconds = result.seconds / (result.sentences * result.epochs.length);
    return [
      {
        setting: settingOf(config, corpus.hash),
        pace: { seconds, engine },
        parameters: result.parameters,
        bytes: bytesOf(folder),
      },
    ];
  });
}

function paceOf({ config, corpus }: RunSpec, runs: readonly CompleteRun[]): number {
  const own = runs.filter(({ setting }) => setting === settingOf(config, corpus.hash));
  return mean((own.length ? own : runs).map(({ pace }) => pace.seconds));
}

function settingOf(config: RunSpec["config"], corpus: string): string {
  return `${withoutSeed(config)} ${corpus}`;
}

function bytesOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return sum(files.map(({ parentPath, name }) => statSync(join(parentPath, name)).size));
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
