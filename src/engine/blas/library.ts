import { processor } from "../processor";

/** A BLAS that computed correctly in a process of its own. */
export interface BlasLibrary {
  /** The library's file. */
  readonly path: string;
  /** "OpenBLAS", "Accelerate", "MKL" or "BLIS"; "BLAS" where the library does not say. */
  readonly name: string;
  /** "0.3.21"; empty where the library does not say. */
  readonly version: string;
  /** The kernel family that the library chose for this processor, e.g. "SkylakeX"; empty where it does not say. */
  readonly core: string;
  /** The function that multiplies, e.g. "cblas_sgemm" or "scipy_cblas_sgemm64_". */
  readonly symbol: string;
  /** Size of the integers that `symbol` takes. */
  readonly integerBits: 32 | 64;
  /** The function that sets the number of threads; undefined if the library has no such function. */
  readonly setThreads?: string;
}

/** Environment variables by which libraries choose their kernels. */
export const kernelChoices: readonly string[] = [
  "OPENBLAS_CORETYPE",
  "MKL_ENABLE_INSTRUCTIONS",
  "MKL_CBWR",
  "BLIS_ARCH_TYPE",
];

/** Everything of a library that decides how its results round, e.g. "OpenBLAS 0.3.21 SkylakeX". */
export function describeBlas({ name, version, core }: BlasLibrary): string {
  return [name, version, core || processor].filter((part) => part !== "").join(" ");
}
