import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EngineName, engineNames } from "./backends";
import { runInChild } from "./child";
import { installCommand } from "./tensorflow/places";

/** Milliseconds, on a crowded machine. */
const longestMeasurement = 120_000;

export interface EngineExamination {
  readonly name: EngineName;
  readonly available: boolean;
  /** What it would run, or why it cannot. */
  readonly reason: string;
  /** What to do about it; empty when it can run. */
  readonly remedy: string;
}

/** The library of the engine `blas`, and what it brings. */
export interface BlasExamination {
  /** The library's file. */
  readonly path: string;
  /** "OpenBLAS"; version and core type are empty where the library does not say. */
  readonly name: string;
  readonly version: string;
  readonly core: string;
  /** A matrix product [rows, depth] × [depth, columns] as [rows, depth, columns]. */
  readonly product: readonly [number, number, number];
  /** Billions of operations a second in this product, by our own kernel and by the library, each on all threads. */
  readonly gigaflops: { readonly wasm: number; readonly blas: number };
}

/** Measures the engine `blas` in a child process for about a second. @throws ChildFailure when it cannot run here */
export async function examineBlas(): Promise<BlasExamination> {
  return JSON.parse(
    await runInChild(join(__dirname, "blas/measure.js"), [], { timeout: longestMeasurement }),
  );
}

/** Which engines run here, tried in processes of their own: the engine of this one is not disturbed. */
export function examineEngines(): Promise<EngineExamination[]> {
  return Promise.all(engineNames.map(examine));
}

async function examine(name: EngineName): Promise<EngineExamination> {
  try {
    const trial = await promisify(execFile)(process.execPath, [join(__dirname, "trial.js"), name]);
    return { name, ...JSON.parse(trial.stdout) };
  } catch (error) {
    // TensorFlow's libraries can end the process that loads them.
    const { signal, code } = error as { signal?: string; code?: number };
    return {
      name,
      available: false,
      reason: `loading it ended its process with ${signal ?? `exit code ${code}`}`,
      remedy: `build it for this machine with "${installCommand}", or use another engine`,
    };
  }
}
