import { InputError } from "../../base/errors";
import { EngineFailure } from "../engine-failure";
import { loadKoffi } from "./bind";
import { candidates } from "./blas-paths";
import type { BlasLibrary } from "./library";
import { tryLibrary } from "./library-trial";

const remedy =
  'fetch OpenBLAS with "npx pnr engine", or install it (Debian: apt install libopenblas0-pthread)';

/**
 * The BLAS to use: the one that the environment variable PNR_BLAS names (a path, or "none" to use no BLAS), else the one of
 * {@link searchBlas}.
 *
 * @throws EngineFailure if koffi or a BLAS is missing
 * @throws InputError if PNR_BLAS names a file that is not a usable BLAS
 */
export async function findBlas(): Promise<BlasLibrary> {
  const path = process.env.PNR_BLAS;
  if (path === "none") throw new EngineFailure("PNR_BLAS=none switches it off", "unset PNR_BLAS");
  // Without koffi, a trial of a library would fail, and its outcome would be cached.
  loadKoffi();
  if (path) {
    const trial = await tryLibrary(path);
    if ("library" in trial) return trial.library;
    throw new InputError(
      `PNR_BLAS is ${path}: ${trial.reason}; set it to the path of a BLAS library, or unset it`,
    );
  }
  const { library, refused } = await searchBlas();
  if (library) return library;
  throw new EngineFailure(["no usable BLAS is installed", ...refused].join("; "), remedy);
}

/**
 * The first of the machine's libraries that computes correctly: Accelerate, a library on the loader's path, the one in an
 * installed numpy, or the one that `pnr engine` has fetched. Needs koffi.
 *
 * @returns the library, if there is one, and why the libraries before it were refused
 */
export async function searchBlas(): Promise<{
  readonly library?: BlasLibrary;
  readonly refused: readonly string[];
}> {
  const refused: string[] = [];
  for (const path of candidates()) {
    const trial = await tryLibrary(path);
    if ("library" in trial) return { library: trial.library, refused };
    refused.push(trial.reason);
  }
  return { refused };
}
