import { InputError } from "../../base/errors";
import { EngineFailure } from "../failure";
import { loadKoffi } from "./bind";
import type { BlasLibrary } from "./library";
import { candidates } from "./places";
import { proveLibrary } from "./proof";

/** How to get a BLAS. */
const remedy =
  'fetch OpenBLAS with "npx pnr engine", or install it (Debian: apt install libopenblas0-pthread)';

/**
 * The first BLAS that computes correctly here: the environment's PNR_BLAS (a path, or "none" to use no BLAS), else
 * the first of {@link searchBlas}.
 *
 * @throws EngineFailure when koffi or a BLAS is missing
 * @throws InputError when PNR_BLAS names a file that is no BLAS
 */
export async function findBlas(): Promise<BlasLibrary> {
  const wanted = process.env.PNR_BLAS;
  if (wanted === "none") throw new EngineFailure("PNR_BLAS=none switches it off", "unset PNR_BLAS");
  // Its absence says nothing about a library, and must not be cached as if it did.
  loadKoffi();
  if (wanted) {
    const proof = await proveLibrary(wanted);
    if ("library" in proof) return proof.library;
    throw new InputError(`PNR_BLAS is ${wanted}: ${proof.reason}; name a BLAS, or unset it`);
  }
  const { library, refused } = await searchBlas();
  if (library) return library;
  throw new EngineFailure(["no usable BLAS is installed", ...refused].join("; "), remedy);
}

/**
 * The first of the machine's libraries that computes correctly: Accelerate, one that the system's loader finds, the one in an
 * installed numpy, or the one that `pnr engine` has fetched. Needs koffi.
 *
 * @returns the library, if there is one, and why those before it were refused
 */
export async function searchBlas(): Promise<{
  readonly library?: BlasLibrary;
  readonly refused: readonly string[];
}> {
  const refused: string[] = [];
  for (const path of candidates()) {
    const proof = await proveLibrary(path);
    if ("library" in proof) return { library: proof.library, refused };
    refused.push(proof.reason);
  }
  return { refused };
}
