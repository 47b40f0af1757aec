import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PnrError } from "../../src/base/errors";

/** What pip installs; Notebook 7 stands on the same server. */
const packages: readonly string[] = ["jupyterlab>=4,<5", "notebook>=7,<8"];

/** A program with its first arguments. */
export type Invocation = readonly [string, ...string[]];

/**
 * The command that starts JupyterLab (or Notebook): an installed one, else one that pip makes in `cache`, once.
 * @param say is told what takes long
 * @throws PnrError that says how to get one, when there is none and none can be made
 */
export function findJupyter(
  kind: "lab" | "notebook",
  cache: string,
  say: (line: string) => void,
): Invocation {
  const cached = join(cache, process.platform === "win32" ? "Scripts/jupyter.exe" : "bin/jupyter");
  const installed = [
    ["jupyter", kind],
    [cached, kind],
  ] as const;
  return installed.find(answers) ?? makeJupyter(kind, cache, cached, say);
}

function answers([program, ...start]: Invocation): boolean {
  return spawnSync(program, [...start, "--version"], { stdio: "ignore" }).status === 0;
}

function makeJupyter(
  kind: "lab" | "notebook",
  cache: string,
  cached: string,
  say: (line: string) => void,
): Invocation {
  const python = ["python3", "python"].find((name) => spawnSync(name, ["--version"]).status === 0);
  if (!python) throw new PnrError(`no Jupyter and no Python to make one with; ${wayOut}`);
  say(`Making JupyterLab in ${cache} (pip, once; some minutes) …`);
  if (!existsSync(cached)) step(cache, python, ["-m", "venv", "--clear", cache]);
  const ownPython = cached.replace(/jupyter(\.exe)?$/, "python$1");
  const quiet = process.stderr.isTTY ? [] : ["--quiet"];
  step(cache, ownPython, ["-m", "pip", "install", ...quiet, "--disable-pip-version-check", ...packages]);
  return [cached, kind];
}

const wayOut =
  "install JupyterLab 4 (https://jupyter.org/install), or run the notebooks without it: npm run notebooks";

function step(cache: string, program: string, options: readonly string[]): void {
  // what pip says of its progress goes to whoever watches, and never among what this program puts out
  const { status, stderr, error } = spawnSync(program, options, {
    encoding: "utf8",
    stdio: ["ignore", 2, "pipe"],
  });
  if (status === 0) return;
  rmSync(cache, { recursive: true, force: true }); // half a Jupyter would be taken for a whole one
  const last = (stderr ?? "").trim().split("\n").at(-1);
  const hint = /venv/.test(options.join(" ")) ? " (Debian: apt install python3-venv)" : "";
  throw new PnrError(`no Jupyter, and none can be made: ${error?.message ?? last}${hint}; ${wayOut}`);
}
