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
import { parseJson } from "../base/json";
import { parseWith } from "../base/schema";
import { type Config, parseStoredConfig } from "../config/config";
import type { TrainingCorpus } from "../corpus";
import { occupiedFile } from "./occupation";
import { epochSchema, trainingResultSchema } from "./report-schema";
import type { EpochReport, TrainingResult } from "./types";

/** The files of a run, all written atomically. */
export const runFiles = {
  /** What was asked for: config and corpus. */
  run: "run.json",
  /** One JSON line an epoch. */
  log: "log.jsonl",
  /** The best epoch's model. */
  best: "best.json",
  /** The model of the last step that was saved, with everything needed to go on. */
  last: "last.json",
  /** The one saved before, should the last one be damaged; until the run is complete. */
  previous: "previous.json",
  /** Written when the run is complete. */
  result: "result.json",
} as const;

/** What decides a run's numbers. */
export interface RunIdentity {
  readonly config: Config;
  readonly corpus: { readonly name: string; readonly hash: string };
  /**
   * Identities of the engines that computed the steps, in order: more than one where the engine changed with
   * `allowEngineChange`. Empty for runs of versions that did not record it.
   */
  readonly engines: readonly string[];
}

const runSchema = z.strictObject({
  config: z.unknown(),
  corpus: z.strictObject({ name: z.string(), hash: z.string() }),
  engines: z.array(z.string()).default([]),
});

/** The folder of a run that nobody named one for. */
export function directoryOf(config: Config, { name, hash }: TrainingCorpus): string {
  const identity = sha256Of(Buffer.from(JSON.stringify([config, hash])));
  return join("runs", `${name.replace(/[^\p{L}\p{N}._-]+/gu, "-")}-${identity.slice(0, 8)}`);
}

/**
 * Whether the run was begun in the folder.
 * @throws InputError when the folder holds another run or anything else
 */
export function isBegun(directory: string, config: Config, { hash }: TrainingCorpus): boolean {
  if (directory === "")
    throw new InputError("the folder of the run is an empty text; name one, or leave it out");
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new InputError(
      `${directory}: is not a folder, so a run cannot be written into it; choose another name`,
    );
  if (!existsSync(join(directory, runFiles.run))) {
    // a run that was killed while it wrote its first file has begun nothing
    if (
      existsSync(directory) &&
      readdirSync(directory).some((name) => !isUnfinished(name) && !name.startsWith(occupiedFile))
    ) {
      throw new InputError(`${directory}: is not empty and holds no run; choose another folder`);
    }
    return false;
  }
  const other = readRun(directory);
  const difference =
    other.corpus.hash === hash
      ? firstDifference(config, other.config)
      : `corpus ${other.corpus.name} of other content`;
  if (difference) {
    throw new InputError(
      `${directory}: holds a run with another setting (${difference}); choose another folder`,
    );
  }
  return true;
}

/** What a killed process has left of a file of its run. */
function isUnfinished(name: string): boolean {
  const file = unfinished(name);
  return file !== undefined && isOurs(file);
}

function isOurs(name: string): boolean {
  return (
    Object.values<string>(runFiles).includes(name) || /^(?:best|last)-[0-9a-f]{12}\.safetensors$/.test(name)
  );
}

/** Removes from a run's folder what a killed process has left unfinished, so that it does not fill the disk. */
export function tidyRun(directory: string): void {
  removeUnfinished(directory, isOurs);
}

export function writeRun(directory: string, { config, corpus: { name, hash }, engines }: RunIdentity): void {
  const run = { config, corpus: { name, hash }, engines };
  writeAtomic(join(directory, runFiles.run), `${JSON.stringify(run, null, 2)}\n`);
}

/** @throws InputError when the folder holds no run */
export function readRun(directory: string): RunIdentity {
  const path = join(directory, runFiles.run);
  const { config, ...run } = parseWith(runSchema, readJson(path), path);
  return { config: parseStoredConfig(config, path), ...run };
}

/** The finished run's result, or undefined while it is not complete. @throws InputError when the file is damaged */
export function readResult(directory: string): TrainingResult | undefined {
  const path = join(directory, runFiles.result);
  return existsSync(path) ? parseWith(trainingResultSchema, readJson(path), path) : undefined;
}

/** A report a finished epoch. @throws InputError when the folder holds no log, or it is damaged */
export function readTraining(directory: string): EpochReport[] {
  const path = join(directory, runFiles.log);
  const lines = decodeText(readBytes(path), path).trim().split("\n").filter(Boolean);
  return lines.map((line, at) => {
    const place = `${path}: line ${at + 1}`;
    try {
      return parseWith(epochSchema, parseJson(line), place);
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(`${place} is not valid JSON`, { cause: error });
    }
  });
}

export function writeTraining(directory: string, epochs: readonly EpochReport[]): void {
  writeAtomic(join(directory, runFiles.log), epochs.map((report) => `${JSON.stringify(report)}\n`).join(""));
}

/** `model.layers 2, here 3`, or undefined when the two are equal. */
function firstDifference(ours: unknown, theirs: unknown, path = ""): string | undefined {
  const record = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!record(ours) || !record(theirs)) {
    return JSON.stringify(ours) === JSON.stringify(theirs)
      ? undefined
      : `${path} ${show(theirs)}, here ${show(ours)}`;
  }
  const [a, b] = [ours as Record<string, unknown>, theirs as Record<string, unknown>];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference(a[key], b[key], path ? `${path}.${key}` : key);
    if (found) return found;
  }
  return undefined;
}
