import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors";
import { readJson, writeAtomic } from "../../base/files";
import { parseSpec, type RunSpec, runId } from "../spec";
import { lastAttempt } from "./claim";
import { jsonText, sweepFiles, writeOnce } from "./run-files";

/** The state of a run, by the content of its folder. */
export type RunState =
  | { readonly kind: "new"; readonly attempts: number }
  /** Begun, but no process is running it. */
  | { readonly kind: "stopped"; readonly attempts: number }
  | { readonly kind: "running"; readonly attempts: number; readonly progress?: RunProgress }
  | { readonly kind: "failed"; readonly attempts: number; readonly failure: RunFailure }
  | { readonly kind: "done" };

/** Progress of the current attempt, written about once a second. */
export interface RunProgress {
  /** "engine", "epoch 2/5", "measuring" */
  readonly phase: string;
  /** Training sentences processed, over all epochs. */
  readonly done: number;
  readonly total: number;
  readonly loss?: number;
  readonly secondsLeft?: number;
}

export interface RunFailure {
  readonly attempt: number;
  readonly message: string;
  /** Whether it is an error of the input, rather than of this program. */
  readonly expected: boolean;
}

const progressSchema: z.ZodType<RunProgress> = z.looseObject({
  phase: z.string(),
  done: z.number(),
  total: z.number(),
  loss: z.number().optional(),
  secondsLeft: z.number().optional(),
});

const failureSchema: z.ZodType<RunFailure> = z.looseObject({
  attempt: z.int(),
  message: z.string(),
  expected: z.boolean(),
});

export function stateOf(folder: string): RunState {
  // In this order, because a run may end in between, and only the result never changes.
  const last = lastAttempt(folder);
  const failure = readIfValid(failureSchema, join(folder, sweepFiles.failure));
  const progress = last?.live ? readIfValid(progressSchema, join(folder, sweepFiles.progress)) : undefined;
  if (isDone(folder)) return { kind: "done" };
  if (!last) return { kind: "new", attempts: 0 };
  const attempts = last.number;
  if (last.live) return { kind: "running", attempts, progress };
  if (failure?.attempt === attempts) return { kind: "failed", attempts, failure };
  return { kind: "stopped", attempts };
}

/** Lists the folder, for the same reason as claims. */
function isDone(folder: string): boolean {
  try {
    return readdirSync(folder).includes(sweepFiles.result);
  } catch {
    // Not begun, or not readable at the moment.
    return false;
  }
}

/** The folder of a run in a store. */
export function runFolder(store: string, id: string): string {
  return join(store, id);
}

/** The ids of a store's runs, sorted. Other files in the store are ignored. */
export function runIdsIn(store: string): string[] {
  if (!existsSync(store)) return [];
  return readdirSync(store)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .sort();
}

/**
 * Creates a run's folder with its spec, unless it exists.
 * @throws InputError if the folder holds another run
 */
export function prepareRun(store: string, spec: RunSpec): void {
  const id = runId(spec);
  const path = join(runFolder(store, id), sweepFiles.spec);
  if (writeOnce(path, jsonText(spec))) return;
  const existing = readSpec(runFolder(store, id));
  if (existing.corpus.folder !== spec.corpus.folder) writeAtomic(path, jsonText(spec));
}

/** @throws InputError if the spec is missing, damaged, or does not belong to the folder's name */
export function readSpec(folder: string): RunSpec {
  const path = join(folder, sweepFiles.spec);
  const spec = parseSpec(readJson(path), path);
  if (!folder.endsWith(runId(spec)))
    throw new InputError(
      `${path}: belongs to the run ${runId(spec)}; the folder was renamed, or the file changed`,
    );
  return spec;
}

function readIfValid<T>(schema: z.ZodType<T>, path: string): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // Missing, just removed, or invalid.
    return undefined;
  }
}
