import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { mean, sum } from "../base/sum";
import type { Corpus } from "../corpus";
import { trainingSentences } from "../training";
import { countText } from "./analysis/format";
import type { Grid } from "./grid";
import { withoutSeed } from "./overview";
import { readRunResult } from "./run/run-result";
import { readSpec, runFolder, runIdsIn, stateOf } from "./run/run-state";
import type { RunSpec } from "./spec";
import type { StepTime } from "./step-time";

/** The expected cost of the runs of a grid that are not complete. */
export interface Estimate {
  readonly cells: number;
  readonly runs: number;
  readonly done: number;
  /** Training sentences over all epochs of these runs. */
  readonly sentences: number;
  /** The expected time on each engine. */
  readonly times: readonly EngineTime[];
  /** Bytes of their results; null if unknown. */
  readonly disk: number | null;
  /** Further bytes during each run; null if unknown. */
  readonly working: number | null;
}

export interface EngineTime {
  readonly engine: string;
  /** Duration of all these runs, one after the other. */
  readonly seconds: number;
  /** The source of the estimate: "12 complete runs", "a few steps measured here". */
  readonly from: string;
  /** Whether it was measured on all threads of this machine, rather than in complete runs. */
  readonly measured: boolean;
}

/**
 * Estimates the runs of a grid that are not complete: on each engine from the complete runs of the store, else on the grid's engine by
 * a measurement. A setting without complete runs takes the mean of the others on that engine.
 * @param measure measures a setting's step time on this machine; called once per corpus, and only without complete runs
 */
export async function estimate(
  grid: Grid,
  store: string,
  measure?: (spec: RunSpec, corpus: Corpus) => Promise<StepTime>,
): Promise<Estimate> {
  const remaining = [...grid.runs]
    .filter(([id]) => stateOf(runFolder(store, id)).kind !== "done")
    .map(([, spec]) => ({ spec, sentences: sentencesOf(spec, grid) }));
  const complete = completeRuns(store, new Set([...grid.runs.values()].map(({ scale }) => scale)));
  const times = [...new Set(complete.map((run) => run.engine))].map((engine) => {
    const onEngine = complete.filter((run) => run.engine === engine);
    const seconds = remaining.map(({ spec, sentences }) => sentences * secondsPerSentence(spec, onEngine));
    return {
      engine,
      seconds: sum(seconds),
      from: countText(onEngine.length, "complete run"),
      measured: false,
    };
  });
  let parameters = complete.map((run) => run.parameters);
  const engine = remaining[0]?.spec.engine;
  if (measure && engine && !times.some((time) => time.engine === engine)) {
    const measured = new Map<string, StepTime>();
    for (const { spec } of remaining) {
      if (measured.has(spec.corpus.name)) continue;
      measured.set(spec.corpus.name, await measure(spec, grid.corpora.get(spec.corpus.name)!));
    }
    const seconds = remaining.map(
      ({ spec, sentences }) =>
        (sentences + evaluationShare * evaluated(spec, grid)) /
        measured.get(spec.corpus.name)!.sentencesPerSecond,
    );
    times.push({ engine, seconds: sum(seconds), from: "a few steps measured here", measured: true });
    parameters = [...measured.values()].map((step) => step.parameters);
  }
  const bytes = complete.map((run) => run.bytes);
  const size = parameters.length ? 4 * mean(parameters) : null;
  return {
    cells: grid.cells.length,
    runs: grid.runs.size,
    done: grid.runs.size - remaining.length,
    sentences: sum(remaining.map(({ sentences }) => sentences)),
    times,
    disk: bytes.length ? remaining.length * mean(bytes) : size && remaining.length * size,
    // Parameters and both moments, twice while one checkpoint replaces the other.
    working: size && 6 * size,
  };
}

/** Cost of predicting a sentence as a share of training on it: one of three passes. */
const evaluationShare = 1 / 3;

function sentencesOf({ config, corpus }: RunSpec, grid: Grid): number {
  return trainingSentences(grid.corpora.get(corpus.name)!, config.training).length * config.training.epochs;
}

function evaluated({ config: { training }, corpus }: RunSpec, grid: Grid): number {
  const { dev, test } = grid.corpora.get(corpus.name)!.splits;
  const devSentences =
    training.trainOn === "train" ? Math.min(dev.length, training.limitDev ?? dev.length) : 0;
  return devSentences * training.epochs + 2 * test.length;
}

interface CompleteRun {
  readonly setting: string;
  readonly engine: string;
  /** Per training sentence, with its share of the evaluations. */
  readonly secondsPerSentence: number;
  readonly parameters: number;
  readonly bytes: number;
}

function completeRuns(store: string, ofScales: ReadonlySet<string>): CompleteRun[] {
  return runIdsIn(store).flatMap((id) => {
    const folder = runFolder(store, id);
    const result = readRunResult(folder);
    const { config, corpus, engine, scale } = readSpec(folder);
    if (!result || !ofScales.has(scale)) return [];
    return [
      {
        setting: settingOf(config, corpus.hash),
        engine,
        secondsPerSentence: result.seconds / (result.sentences * result.epochs.length),
        parameters: result.parameters,
        bytes: bytesOf(folder),
      },
    ];
  });
}

function secondsPerSentence({ config, corpus }: RunSpec, runs: readonly CompleteRun[]): number {
  const ofSetting = runs.filter(({ setting }) => setting === settingOf(config, corpus.hash));
  return mean((ofSetting.length ? ofSetting : runs).map((run) => run.secondsPerSentence));
}

function settingOf(config: RunSpec["config"], corpus: string): string {
  return `${withoutSeed(config)} ${corpus}`;
}

function bytesOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return sum(files.map(({ parentPath, name }) => statSync(join(parentPath, name)).size));
}
