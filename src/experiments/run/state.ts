import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors";
import { readJson, writeAtomic } from "../../base/files";
import { parseSpec, type RunSpec, runId } from "../spec";
import { lastAttempt } from "./claim";
import { jsonText, sweepFiles, writeOnce } from "./files";

/** Where a run stands, by what its folder holds. */
export type RunState =
  | { readonly kind: "new"; readonly attempts: number }
  /** Begun, but no process is at work on it. */
  | { readonly kind: "stopped"; readonly attempts: number }
  | { readonly kind: "running"; readonly attempts: number; readonly progress?: RunProgress }
  | { readonly kind: "failed"; readonly attempts: number; readonly failure: RunFailure }
  | { readonly kind: "done" };

/** How far the attempt under way is; written about once a second. */
export interface RunProgress {
  /** "engine", "epoch 2/5", "measuring" */
  readonly phase: string;
  /** Sentences gone through, of all epochs. */
  readonly done: number;
  readonly total: number;
  readonly loss?: number;
  readonly secondsLeft?: number;
}

export interface RunFailure {
  readonly attempt: number;
  readonly message: string;
  /** Whether the way out lies with the user (an input) or with us (a fault). */
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
  const at = (file: string): string => join(folder, file);
  // in this order: a run may end in between, and a result is for ever
  const last = lastAttempt(folder);
  const failure = readIfThere(failureSchema, at(sweepFiles.failure));
  const progress = last?.live ? readIfThere(progressSchema, at(sweepFiles.progress)) : undefined;
  if (isDone(folder)) return { kind: "done" };
  if (!last) return { kind: "new", attempts: 0 };
  const attempts = last.number;
  if (last.live) return { kind: "running", attempts, progress };
  if (failure?.attempt === attempts) return { kind: "failed", attempts, failure };
  return { kind: "stopped", attempts };
}

/** By a listing: see the claims. */
function isDone(folder: string): boolean {
  try {
    return readdirSync(folder).includes(sweepFiles.result);
  } catch {
    // not begun, or not to be seen for now
    return false;
  }
}

/** The folder of a run in a store of runs. */
export function runFolder(store: string, id: string): string {
  return join(store, id);
}

/**
 * Makes a run's folder, or finds it as it should be.
 * @throws InputError when it holds another run
 */
export function prepareRun(store: string, spec: RunSpec): void {
  const id = runId(spec);
  const path = join(runFolder(store, id), sweepFiles.spec);
  if (writeOnce(path, jsonText(spec))) return;
  const there = readSpec(runFolder(store, id));
  if (there.corpus.folder !== spec.corpus.folder) writeAtomic(path, jsonText(spec));
}

/** @throws InputError when the folder holds no spec, or one that is not of its name */
export function readSpec(folder: string): RunSpec {
  const path = join(folder, sweepFiles.spec);
  const spec = parseSpec(readJson(path), path);
  if (!folder.endsWith(runId(spec)))
    throw new InputError(
      `${path}: is of the run ${runId(spec)}; the folder was renamed, or the file changed`,
    );
  return spec;
}

function readIfThere<T>(schema: z.ZodType<T>, path: string): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // not there, gone meanwhile, or nothing of ours
    return undefined;
  }
}
