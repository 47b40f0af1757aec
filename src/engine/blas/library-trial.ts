import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { release } from "node:os";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { writeAtomic } from "../../base/files";
import { ChildFailure, runInChild } from "../child";
import { processor } from "../machine";
import { accelerate, trialFolder } from "./blas-paths";
import { type BlasLibrary, kernelChoices } from "./library";

/** The outcome of a trial: a library that computes correctly, or why it cannot be used. */
export type Trial = { readonly library: BlasLibrary } | { readonly reason: string };

/** Milliseconds. A trial takes about one second, and many seconds on a busy machine. */
const timeout = 120_000;

const schema: z.ZodType<Trial> = z.union([
  z.strictObject({
    library: z.strictObject({
      path: z.string(),
      name: z.string(),
      version: z.string(),
      core: z.string(),
      symbol: z.string(),
      integerBits: z.union([z.literal(32), z.literal(64)]),
      setThreads: z.string().optional(),
    }),
  }),
  z.strictObject({ reason: z.string() }),
]);

/** Computes with a library in a child process, which a broken library may crash. Outcomes are cached. */
export async function tryLibrary(path: string): Promise<Trial> {
  const file = cacheFile(path);
  const cached = file && read(file);
  if (cached) return cached;
  const { trial, lasting } = await run(path);
  if (file && lasting) write(file, trial);
  return trial;
}

/** Increased when trials become stricter. Cached outcomes of other versions do not count. */
const trialVersion = 1;

/** The cache file for the current state of a library; undefined for a bare name, which the loader may resolve differently later. */
function cacheFile(path: string): string | undefined {
  const state = libraryState(path);
  if (state === undefined) return undefined;
  const choices = kernelChoices.map((name) => process.env[name] ?? "");
  const key = JSON.stringify([trialVersion, path, state, processor, process.versions.node, ...choices]);
  return join(trialFolder(), `${createHash("sha256").update(key).digest("hex").slice(0, 16)}.json`);
}

/** Text that differs if the library has changed. */
function libraryState(path: string): string | undefined {
  if (path === accelerate) return release();
  if (!isAbsolute(path)) return undefined;
  const state = statSync(path, { throwIfNoEntry: false });
  return state && `${state.size} ${state.mtimeMs}`;
}

function read(file: string): Trial | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

function write(file: string, trial: Trial): void {
  try {
    mkdirSync(trialFolder(), { recursive: true });
    writeAtomic(file, `${JSON.stringify(trial)}\n`);
  } catch {
    // Without a cache, the next start repeats the trial.
  }
}

async function run(path: string): Promise<{ readonly trial: Trial; readonly lasting: boolean }> {
  try {
    const library = await runInChild(join(__dirname, "try-library.js"), [path], { timeout });
    return { trial: { library: JSON.parse(library) }, lasting: true };
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error;
    return { trial: { reason: error.message }, lasting: error.lasting };
  }
}
