import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { cacheFolder } from "../../src/base/caches";
import { PnrError } from "../../src/base/errors";
import { writeAtomic } from "../../src/base/files";
import { runCommand } from "../../src/engine/install/command";
import { type Installation, install, runStage } from "../../src/engine/install/installation";
import { findPython, runPip } from "../../src/engine/install/pip";

/** A program with its first arguments. */
export type Invocation = readonly [string, ...string[]];

/** Seconds without output or a new file after which pip is ended. Without an index, the command fails within a minute. */
const patience = 30;

const wayOut =
  "or install JupyterLab 4 yourself (https://jupyter.org/install), or run the notebooks without it: npm run notebooks";

/**
 * The command that starts JupyterLab or Jupyter Notebook: an installed one, else one that pip installs into the cache, once.
 * @param python path or name of the Python that pip runs on; by default python3 or python
 * @throws PnrError of one line if it cannot be installed
 * @throws InputError if another process is installing it, or the cache cannot be written
 */
export async function findJupyter(kind: "lab" | "notebook", python?: string): Promise<Invocation> {
  const candidates: Invocation[] = [["jupyter", kind]];
  if (existsSync(completeMark())) candidates.push([cachedJupyter(), kind]);
  const working = candidates.find(
    ([program, ...args]) => spawnSync(program, [...args, "--version"], { stdio: "ignore" }).status === 0,
  );
  if (working) return working;
  await installJupyter(python ?? findPythonName());
  return [cachedJupyter(), kind];
}

/** Path of the Jupyter in the cache, which need not exist. @internal */
export function cachedJupyter(): string {
  return programIn(environmentFolder(), "jupyter");
}

const jupyterFolder = (): string => resolve(cacheFolder("jupyter"));
const environmentFolder = (): string => join(jupyterFolder(), "environment");

/** A file that exists once the environment is complete. */
const completeMark = (): string => join(environmentFolder(), "pnr-complete");

function programIn(environment: string, name: string): string {
  return process.platform === "win32"
    ? join(environment, "Scripts", `${name}.exe`)
    : join(environment, "bin", name);
}

function findPythonName(): string {
  const name = ["python3", "python"].find((name) => spawnSync(name, ["--version"]).status === 0);
  if (!name)
    throw new PnrError(`no Jupyter, and no Python to install one: name one with --python, ${wayOut}`);
  return name;
}

async function installJupyter(python: string): Promise<void> {
  const environment = environmentFolder();
  await install(jupyterFolder(), "JupyterLab", async (installation) => {
    installation.progress.print(`Installing JupyterLab in ${environment}, once`);
    try {
      await createEnvironment(python, environment, installation);
      await runStage(installation.progress, "Installing packages by pip (200 MB)", (note) =>
        runPip(findPython(programIn(environment, "python")), ["install", "notebook>=7,<8"], {
          ...installation,
          scratch: environment,
          requirement: "jupyterlab>=4,<5",
          patience,
          note,
        }),
      );
      writeAtomic(completeMark(), "");
    } catch (error) {
      rmSync(environment, { recursive: true, force: true });
      if (!(error instanceof PnrError)) throw error;
      throw new PnrError(`${error.message}; ${wayOut}`, { cause: error });
    }
  });
}

async function createEnvironment(
  python: string,
  environment: string,
  { log, progress }: Installation,
): Promise<void> {
  const { status, output } = await runStage(progress, "Creating a Python environment", (note) =>
    runCommand(python, ["-m", "venv", "--clear", environment], { log, fills: environment, note, patience }),
  );
  if (status === 0) return;
  const last = output.trim().split("\n").at(-1);
  throw new PnrError(`${python} cannot create an environment: ${last} (Debian: apt install python3-venv)`);
}
