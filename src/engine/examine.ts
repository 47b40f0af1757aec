import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EngineName, engineNames } from "./backends";
import { runInChild } from "./child";

/** Milliseconds; enough for a busy machine. */
const measurementTimeout = 120_000;

export interface EngineExamination {
  readonly name: EngineName;
  readonly available: boolean;
  /** A description of the engine, or the reason why it cannot run. */
  readonly reason: string;
  /** What the user can do about it; empty if it can run. */
  readonly remedy: string;
}

/** The library of the engine `blas` and its speed. */
export interface BlasExamination {
  /** The library's file. */
  readonly path: string;
  /** "OpenBLAS"; version and core type are empty if the library does not report them. */
  readonly name: string;
  readonly version: string;
  readonly core: string;
  /** A matrix product [rows, depth] × [depth, columns] as [rows, depth, columns]. */
  readonly product: readonly [number, number, number];
  /** Billions of operations per second in this product, with our kernel and with the library, each on all threads. */
  readonly gigaflops: { readonly wasm: number; readonly blas: number };
}

/** Measures the engine `blas` in a child process for about a second. @throws ChildFailure if it cannot run here */
export async function examineBlas(): Promise<BlasExamination> {
  return JSON.parse(
    await runInChild(join(__dirname, "blas/measure-blas.js"), [], { timeout: measurementTimeout }),
  );
}

/** Tries every engine in a child process, so that the engine of this process stays as it is. */
export function examineEngines(): Promise<EngineExamination[]> {
  return Promise.all(engineNames.map(examine));
}

async function examine(name: EngineName): Promise<EngineExamination> {
  try {
    const trial = await promisify(execFile)(process.execPath, [join(__dirname, "try-engine.js"), name]);
    return { name, ...JSON.parse(trial.stdout) };
  } catch (error) {
    // TensorFlow's libraries can crash the process that loads them.
    const { installCommand } = await import("./tensorflow/binding.js");
    const { signal, code } = error as { signal?: string; code?: number };
    return {
      name,
      available: false,
      reason: `loading it crashed its process with ${signal ?? `exit code ${code}`}`,
      remedy: `build it for this machine with "${installCommand}", or use another engine`,
    };
  }
}
