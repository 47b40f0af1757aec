import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../base/caches";
import { reason } from "../../base/files";
import { EngineFailure } from "../engine-failure";
import type { BlasLibrary } from "./library";

/** The part of koffi that we use. The package is optional, and its types need an ES module. */
interface Koffi {
  load(path: string): NativeLibrary;
  address(view: ArrayBufferView): bigint;
}

/** A loaded library. */
export interface NativeLibrary {
  /** @throws Error if the library has no function with the name in this C prototype */
  func<Function extends (...values: never[]) => unknown>(prototype: string): Function;
}

/** The constants of cblas.h. */
export const rowMajor = 101;
export const asStored = 111;
export const transposed = 112;

/**
 * `c = alpha op(a) op(b) + beta c` in place, with op(a) [m, k], op(b) [k, n] and c [m, n].
 * @param order {@link rowMajor}
 * @param transposeA {@link asStored} or {@link transposed}, like `transposeB`
 * @param a address in the process's memory, like `b` and `c`
 * @param lda elements from one row of the stored `a` to the next, like `ldb` and `ldc`
 */
export type Sgemm = (
  order: number,
  transposeA: number,
  transposeB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void;

/** @throws EngineFailure if koffi is not installed or has no build for this machine */
export function loadKoffi(): Koffi {
  try {
    return require("koffi");
  } catch (error) {
    throw new EngineFailure(
      "the optional package koffi is not installed or has no build for this machine",
      `install it with "${koffiCommand()}"`,
      { cause: error },
    );
  }
}

/** The package contains binaries for every platform, so it works without its install script. */
function koffiCommand(): string {
  const { peerDependencies } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  return `npm install --ignore-scripts koffi@${peerDependencies.koffi}`;
}

/** @throws EngineFailure if koffi is missing or the file is not a library for this machine */
export function openLibrary(path: string): NativeLibrary {
  const koffi = loadKoffi();
  try {
    return koffi.load(path);
  } catch (error) {
    throw new EngineFailure(`${path} does not load: ${reason(error)}`, "use another library", {
      cause: error,
    });
  }
}

/** The address of a view in the process. Valid for the lifetime of its memory. */
export function addressOf(view: Uint8Array | Float32Array): number {
  return Number(loadKoffi().address(view));
}

/**
 * Binds the library's matrix product in the calling thread and sets the library to one thread.
 *
 * @throws EngineFailure if the library does not load or lacks the function
 */
export function bindSgemm(library: BlasLibrary): Sgemm {
  // Accelerate reads this variable when it loads. Before macOS 15, it has no function to set the number.
  if (library.name === "Accelerate") process.env.VECLIB_MAXIMUM_THREADS ??= "1";
  const lib = openLibrary(library.path);
  if (library.setThreads !== undefined) {
    lib.func<(threads: number) => void>(
      `void ${library.setThreads}(${library.setThreads.startsWith("bli_") ? "int64_t" : "int"} threads)`,
    )(1);
  }
  const int = `int${library.integerBits}_t`;
  try {
    return lib.func<Sgemm>(
      `void ${library.symbol}(int order, int transposeA, int transposeB, ${int} m, ${int} n, ${int} k, float alpha, ` +
        `uintptr_t a, ${int} lda, uintptr_t b, ${int} ldb, float beta, uintptr_t c, ${int} ldc)`,
    );
  } catch (error) {
    throw new EngineFailure(`${library.path} has no ${library.symbol}`, "use another library", {
      cause: error,
    });
  }
}
