import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError, show } from "../base/errors";
import {
  decodeText,
  readBytes,
  readJson,
  removeUnfinished,
  sha256Of,
  unfinished,
  writeAtomic,
} from "../base/files";
import { isRecord, parseJson } from "../base/json";
import { takeLock } from "../base/lock";
import { parseWith } from "../base/schema";
import type { Config } from "../config/config";
import { parseStoredConfig } from "../config/parse-config";
import type { TrainingCorpus } from "../corpus";
import { type InitRecord, initRecordSchema } from "./init-record";
import { epochSchema, trainingResultSchema } from "./report-schema";
import { showingResult } from "./show-result";
import type { EpochReport, TrainingResult } from "./training-reports";

/** The files of a run, all written atomically. */
export const runFiles = {
  /** Config, corpus and engines. */
  run: "run.json",
  /** One line of JSON per epoch. */
  log: "log.jsonl",
  /** The best epoch's model. */
  best: "best.json",
  /** The last checkpoint. */
  last: "last.json",
  /** The checkpoint before it, in case the last one is damaged. Removed when the run is complete. */
  previous: "previous.json",
  /** Written when the run is complete. */
  result: "result.json",
} as const;

/** A process that trains into the folder holds this lock. */
const lockFile = "running.json";

/** Everything that decides the numbers of a run. */
export interface RunIdentity {
  readonly config: Config;
  readonly corpus: { readonly name: string; readonly hash: string };
  /**
   * Identities of the engines that computed the steps, in order: more than one where the engine changed with
   * `allowEngineChange`. Empty for runs of versions that did not record it.
   */
  readonly engines: readonly string[];
  /** The model that the run starts from; absent if it starts from random weights. */
  readonly init?: InitRecord;
}

const runSchema = z.strictObject({
  config: z.unknown(),
  corpus: z.strictObject({ name: z.string(), hash: z.string() }),
  engines: z.array(z.string()).default([]),
  init: initRecordSchema.optional(),
});

/** The default folder of a run. */
export function directoryOf(config: Config, { name, hash }: TrainingCorpus): string {
  const identity = sha256Of(Buffer.from(JSON.stringify([config, hash])));
  return join("runs", `${name.replace(/[^\p{L}\p{N}._-]+/gu, "-")}-${identity.slice(0, 8)}`);
}

/**
 * Whether the folder holds the beginning of the run.
 * @throws InputError if the folder holds another run or anything else
 */
export function isBegun(
  directory: string,
  config: Config,
  { hash }: TrainingCorpus,
  init?: InitRecord,
): boolean {
  if (directory === "")
    throw new InputError("the folder of the run is an empty string; name a folder, or omit the option");
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new InputError(
      `${directory}: is not a folder, so a run cannot be written to it; choose another name`,
    );
  if (!existsSync(join(directory, runFiles.run))) {
    // A run that was killed while it wrote its first file has not begun.
    if (
      existsSync(directory) &&
      readdirSync(directory).some((name) => !isUnfinished(name) && !name.startsWith(lockFile))
    ) {
      throw new InputError(`${directory}: is not empty and holds no run; choose another folder`);
    }
    return false;
  }
  const other = readRun(directory);
  const difference =
    other.corpus.hash === hash
      ? (initDifference(init, other.init) ?? firstDifference(config, withInitOf(config, other.config)))
      : `the content of corpus ${other.corpus.name} differs`;
  if (difference) {
    throw new InputError(
      `${directory}: holds a run with another setting (${difference}); choose another folder`,
    );
  }
  return true;
}

function initDifference(ours: InitRecord | undefined, theirs: InitRecord | undefined): string | undefined {
  if (ours?.sha256 === theirs?.sha256) return undefined;
  return theirs
    ? `it started from the model ${theirs.model}, as it was then`
    : "it started from random weights";
}

/** The config with the path of another one's initial model. A model may have several paths, so they are not compared. */
export function withInitOf({ training: { init } }: Config, config: Config): Config {
  return { ...config, training: { ...config.training, init } };
}

/** Whether a killed process left the file half-written. */
function isUnfinished(name: string): boolean {
  const file = unfinished(name);
  return file !== undefined && isRunFile(file);
}

function isRunFile(name: string): boolean {
  return (
    Object.values<string>(runFiles).includes(name) || /^(?:best|last)-[0-9a-f]{12}\.safetensors$/.test(name)
  );
}

/** Removes the files that a killed process left half-written. */
export function tidyRun(directory: string): void {
  removeUnfinished(directory, isRunFile);
}

/**
 * Locks a run's folder, so that two trainings never save into it at the same time.
 * @returns releases the lock
 * @throws InputError if another training holds the lock, or the folder cannot be written
 */
export function lockRun(directory: string): () => void {
  return takeLock(
    join(directory, lockFile),
    (holder) =>
      `${directory}: ${holder} is training into it, or was a moment ago; wait for it, stop it, or choose another folder`,
  );
}

export function writeRun(
  directory: string,
  { config, corpus: { name, hash }, engines, init }: RunIdentity,
): void {
  const run = { config, corpus: { name, hash }, engines, init };
  writeAtomic(join(directory, runFiles.run), `${JSON.stringify(run, null, 2)}\n`);
}

/** @throws InputError if the folder does not hold a run */
export function readRun(directory: string): RunIdentity {
  const path = join(directory, runFiles.run);
  if (!existsSync(path))
    throw new InputError(
      `${directory}: is not the folder of a run (no ${runFiles.run}); train one with pnr train --out`,
    );
  const { config, ...run } = parseWith(runSchema, readJson(path), path);
  return { config: parseStoredConfig(config, path), ...run };
}

/** The result of a complete run; `undefined` until then. @throws InputError if the file is damaged */
export function readResult(directory: string): TrainingResult | undefined {
  const path = join(directory, runFiles.result);
  return existsSync(path) ? showingResult(parseWith(trainingResultSchema, readJson(path), path)) : undefined;
}

/** The reports of a run's epochs. @throws InputError if the log is missing or damaged */
export function readTraining(directory: string): EpochReport[] {
  const path = join(directory, runFiles.log);
  const lines = decodeText(readBytes(path), path).trim().split("\n").filter(Boolean);
  return lines.map((line, index) => {
    const source = `${path}: line ${index + 1}`;
    try {
      return parseWith(epochSchema, parseJson(line), source);
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(`${source} is not valid JSON`, { cause: error });
    }
  });
}

export function writeTraining(directory: string, epochs: readonly EpochReport[]): void {
  writeAtomic(join(directory, runFiles.log), epochs.map((report) => `${JSON.stringify(report)}\n`).join(""));
}

/** "model.layers 2, here 3"; `undefined` if the two are equal. */
function firstDifference(ours: unknown, theirs: unknown, path = ""): string | undefined {
  if (!isRecord(ours) || !isRecord(theirs)) {
    return JSON.stringify(ours) === JSON.stringify(theirs)
      ? undefined
      : `${path} ${show(theirs)}, here ${show(ours)}`;
  }
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const difference = firstDifference(ours[key], theirs[key], path ? `${path}.${key}` : key);
    if (difference) return difference;
  }
  return undefined;
}
