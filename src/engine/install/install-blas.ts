import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InputError, PnrError } from "../../base/errors";
import { makeFolder, writeAtomic } from "../../base/files";
import { loadKoffi } from "../blas/bind";
import { fetchedFolder } from "../blas/blas-paths";
import { searchBlas } from "../blas/find";
import { type BlasLibrary, describeBlas } from "../blas/library";
import { tryLibrary } from "../blas/library-trial";
import { EngineFailure } from "../engine-failure";
import { engineFolder } from "../machine";
import { type Installation, install, runStage } from "./installation";
import { findPython, runPip } from "./pip";
import { readOpenBlas, type WheelLibrary } from "./wheel";

interface BlasOptions {
  /** Fetches a library even if the machine has one. */
  readonly force?: boolean;
  /** Path or name of the Python whose pip fetches the library. */
  readonly python?: string;
}

/** Seconds without progress after which pip is killed. */
const patience = 60;

const alternative = "or install OpenBLAS (Debian: apt install libopenblas0-pthread)";

/**
 * Fetches a library for the engine blas, unless the machine has one: pip downloads numpy's wheel, and we keep its OpenBLAS. If the
 * installation is killed, it leaves no library, or one that is tried before its first use.
 *
 * @returns one line that says which library the engine uses
 * @throws PnrError of one line if koffi is missing, or the library cannot be fetched or does not compute correctly
 * @throws InputError if another process is installing an engine, or the library cannot be written
 */
export async function installBlas({ force, python = "python3" }: BlasOptions): Promise<string> {
  try {
    loadKoffi();
  } catch (error) {
    if (error instanceof EngineFailure) throw new PnrError(`${error.reason}: ${error.remedy}`);
    throw error;
  }
  const { library } = force ? {} : await searchBlas();
  if (library) return `the engine blas already has a library: ${describe(library)}`;
  return install(engineFolder(), "an engine", async (installation) => {
    try {
      const wheel = await downloadNumpy(python, installation);
      const fetched = await storeLibraries(readOpenBlas(wheel), installation);
      const { library: first } = await searchBlas();
      const unused = first && first.path !== fetched.path;
      return (
        `the engine blas has fetched ${describe(fetched)}` +
        (unused ? `; it prefers ${describe(first)} unless the environment's PNR_BLAS names the new file` : "")
      );
    } catch (error) {
      // An InputError says what to do.
      if (error instanceof InputError || !(error instanceof PnrError)) throw error;
      throw new PnrError(`${error.message}; ${alternative}`, { cause: error });
    }
  });
}

async function downloadNumpy(program: string, installation: Installation): Promise<Uint8Array> {
  const python = findPython(program);
  const folder = join(installation.scratch, "wheels");
  mkdirSync(folder);
  await runStage(installation.progress, "Fetching numpy's wheel with pip (17 MB)", (note) =>
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

/** Writes OpenBLAS last, so that it never exists without the libraries that it needs. Removes older libraries. */
async function storeLibraries(
  libraries: readonly WheelLibrary[],
  { progress }: Installation,
): Promise<BlasLibrary> {
  const folder = fetchedFolder();
  makeFolder(folder);
  for (const { name, bytes } of libraries) writeAtomic(join(folder, name), bytes);
  const names = libraries.map(({ name }) => name);
  const path = realpathSync(join(folder, names.at(-1) as string));
  const trial = await runStage(progress, "Running a trial", () => tryLibrary(path));
  const works = "library" in trial;
  for (const name of readdirSync(folder)) {
    if (names.includes(name) !== works) rmSync(join(folder, name), { force: true });
  }
  if (!works) throw new PnrError(`numpy's OpenBLAS cannot be used here: ${trial.reason}`);
  return trial.library;
}

const describe = (library: BlasLibrary): string => `${describeBlas(library)} (${library.path})`;
