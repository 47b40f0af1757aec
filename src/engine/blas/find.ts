import { InputError } from "../../base/errors";
import { EngineFailure } from "../failure";
import { loadKoffi } from "./bind";
import type { BlasLibrary } from "./library";
import { candidates } from "./places";
import { proveLibrary } from "./proof";

/** How to get a BLAS. */
const remedy = "install OpenBLAS (Debian: apt install libopenblas0-pthread) or numpy (pip install numpy)";

/**
 * The first BLAS that computes correctly here: the environment's PNR_BLAS (a path, or "none" to use no BLAS), else
 * Accelerate, one that the system's loader finds, or the one in an installed numpy.
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
  const refused: string[] = [];
  for (const path of candidates()) {
    const proof = await proveLibrary(path);
    if ("library" in proof) return proof.library;
    refused.push(proof.reason);
  }
  throw new EngineFailure(["no usable BLAS is installed", ...refused].join("; "), remedy);
}
