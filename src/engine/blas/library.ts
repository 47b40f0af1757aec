import { processor } from "../machine";

/** A BLAS that passed its trial. */
export interface BlasLibrary {
  /** The library's file. */
  readonly path: string;
  /** "OpenBLAS", "Accelerate", "MKL" or "BLIS"; "BLAS" if the library does not report a name. */
  readonly name: string;
  /** "0.3.21"; empty if the library does not report it. */
  readonly version: string;
  /** The kernel family that the library chose for this processor, such as "SkylakeX"; empty if it does not report it. */
  readonly core: string;
  /** The matrix product, such as "cblas_sgemm" or "scipy_cblas_sgemm64_". */
  readonly symbol: string;
  /** Size of the integers in the parameters of `symbol`. */
  readonly integerBits: 32 | 64;
  /** The function that sets the number of threads; undefined if the library has no such function. */
  readonly setThreads?: string;
}

/** Environment variables that change which kernels a library chooses. */
export const kernelChoices: readonly string[] = [
  "OPENBLAS_CORETYPE",
  "MKL_ENABLE_INSTRUCTIONS",
  "MKL_CBWR",
  "BLIS_ARCH_TYPE",
];

const openBlas = /^blas (OpenBLAS \S+) (\S+)$/;

/**
 * The environment variable that makes the OpenBLAS of the engine `here` compute with the kernels of another one of its version, such as
 * "OPENBLAS_CORETYPE=Zen". Results are then the same to the last bit, on any processor that has the instructions.
 * @param there and @param here identities of engines, such as "blas OpenBLAS 0.3.21 Zen"
 * @returns `undefined` if both have the same core type, or not the same library
 */
export function kernelChoiceFor(there: string, here: string): string | undefined {
  const [, library, core] = openBlas.exec(there) ?? [];
  const [, libraryHere, coreHere] = openBlas.exec(here) ?? [];
  return library !== undefined && library === libraryHere && core !== coreHere
    ? `OPENBLAS_CORETYPE=${core}`
    : undefined;
}

/** Identifies how a library's results round, such as "OpenBLAS 0.3.21 SkylakeX". */
export function describeBlas({ name, version, core }: BlasLibrary): string {
  return [name, version, core || processor].filter((part) => part !== "").join(" ");
}
