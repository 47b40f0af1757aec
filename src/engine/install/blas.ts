import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InputError, PnrError } from "../../base/errors";
import { makeFolder, writeAtomic } from "../../base/files";
import { loadKoffi } from "../blas/bind";
import { searchBlas } from "../blas/find";
import { type BlasLibrary, describeBlas } from "../blas/library";
import { fetchedFolder } from "../blas/places";
import { proveLibrary } from "../blas/proof";
import { EngineFailure } from "../failure";
import { engineFolder } from "../folder";
import { type Installation, install } from "./install";
import { findPython, runPip } from "./pip";
import { runStage } from "./stage";
import { readOpenBlas, type WheelLibrary } from "./wheel";

export interface BlasOptions {
  /** Fetches the library also if the machine has one. */
  readonly force?: boolean;
  /** Path or name of the Python whose pip fetches the library. */
  readonly python?: string;
}

/** Seconds without a byte after which pip is ended. */
const patience = 60;

const otherWay = "or install OpenBLAS (Debian: apt install libopenblas0-pthread)";

/**
 * Gives the engine blas a library, unless the machine has one: pip downloads numpy's wheel, and its OpenBLAS is kept. A killed
 * installation leaves either no library or one that is proved before its first use.
 *
 * @returns one line that says which library the engine uses
 * @throws PnrError of one line when koffi is missing, or the library cannot be fetched or does not compute correctly
 * @throws InputError when another process installs an engine, or the library cannot be written
 */
export async function installBlas({ force, python = "python3" }: BlasOptions): Promise<string> {
  try {
    loadKoffi();
  } catch (error) {
    if (error instanceof EngineFailure) throw new PnrError(`${error.reason}: ${error.remedy}`);
    throw error;
  }
  const { library } = force ? {} : await searchBlas();
  if (library) return `the engine blas has a library already: ${describe(library)}`;
  return install(engineFolder(), "an engine", async (installation) => {
    try {
      const fetched = await keep(readOpenBlas(await downloadNumpy(python, installation)), installation);
      const { library: first } = await searchBlas();
      const unused = first && first.path !== fetched.path;
      return (
        `the engine blas has fetched ${describe(fetched)}` +
        (unused ? `; it prefers ${describe(first)} unless the environment's PNR_BLAS names the new file` : "")
      );
    } catch (error) {
      // An InputError names its own way out.
      if (error instanceof InputError || !(error instanceof PnrError)) throw error;
      throw new PnrError(`${error.message}; ${otherWay}`, { cause: error });
    }
  });
}

async function downloadNumpy(program: string, installation: Installation): Promise<Uint8Array> {
  const python = findPython(program);
  const folder = join(installation.scratch, "wheels");
  mkdirSync(folder);
  await runStage(installation.progress, "Fetching numpy's wheel by pip (17 MB)", (note) =>
    runPip(python, ["download", "--no-deps", "--dest", folder], {
      ...installation,
      requirement: "numpy",
      patience,
      note,
    }),
  );
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new PnrError("pip has fetched no wheel of numpy");
  return readFileSync(join(folder, wheel));
}

/** Puts the libraries in their place, OpenBLAS last, so that it is never there without the others. */
async function keep(libraries: readonly WheelLibrary[], { progress }: Installation): Promise<BlasLibrary> {
  const folder = fetchedFolder();
  makeFolder(folder);
  for (const { name, bytes } of libraries) writeAtomic(join(folder, name), bytes);
  const names = libraries.map(({ name }) => name);
  const path = realpathSync(join(folder, names.at(-1) as string));
  const proof = await runStage(progress, "Proving it by a computation", () => proveLibrary(path));
  const works = "library" in proof;
  for (const name of readdirSync(folder)) {
    if (names.includes(name) !== works) rmSync(join(folder, name), { force: true });
  }
  if (!works) throw new PnrError(`numpy's OpenBLAS cannot be used here: ${proof.reason}`);
  return proof.library;
}

const describe = (library: BlasLibrary): string => `${describeBlas(library)} (${library.path})`;
