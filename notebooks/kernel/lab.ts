import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/base/caches";
import { writeAtomic } from "../../src/base/files";
import { findJupyter } from "./jupyter-install";
import { kernelPath } from "./kernelspec";
import { hasLibrary, nearestFolder } from "./project";

export interface LabOptions {
  /** Whether to open Jupyter Notebook (classic or 7) instead of JupyterLab. */
  readonly classic?: true;
  /** Path or name of the Python that installs a missing JupyterLab. */
  readonly python?: string;
}

/** The example that we write for a project without notebooks. */
const example = "pnr-example.ipynb";

/**
 * Opens JupyterLab with our kernel on the project of the current folder, and waits until it ends. So the files that notebooks
 * read and link to are within Jupyter's root.
 * @param args further arguments for Jupyter
 * @returns the exit code of Jupyter
 * @throws PnrError of one line if there is no Jupyter and none can be installed
 */
export async function openLab(args: readonly string[], { classic, python }: LabOptions): Promise<number> {
  const kind = classic ? "notebook" : "lab";
  const [program, ...start] = await findJupyter(kind, python);
  const project = nearestFolder(process.cwd(), hasLibrary) ?? process.cwd();
  const child = spawn(program, [...start, ...defaultsFor(kind, project, args), ...args], {
    cwd: project,
    stdio: "inherit",
    env: { ...process.env, JUPYTER_PATH: kernelPath() },
  });
  // Jupyter asks at the first Ctrl-C and ends at the second.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/** Our arguments for Jupyter, unless the user gives them. */
function defaultsFor(kind: "lab" | "notebook", project: string, args: readonly string[]): string[] {
  const isGiven = (pattern: RegExp): boolean => args.some((argument) => pattern.test(argument));
  const isRoot = process.getuid?.() === 0; // in containers; Jupyter refuses otherwise
  const choosesPage =
    isGiven(/^--(.*\.)?default_url\b|^--(help|version)\b/) ||
    args.some((argument) => !argument.startsWith("-") && existsSync(argument));
  return [
    ...(isGiven(/^--(ip|ServerApp\.ip|NotebookApp\.ip)\b/) ? [] : ["--ip=127.0.0.1"]),
    ...(isRoot ? ["--allow-root"] : []),
    ...(choosesPage ? [] : pageOptions(kind, firstPath(project))),
  ];
}

/** Opens a path at the start. The option has different names in Notebook 6 and 7, and each ignores the other's. */
function pageOptions(kind: "lab" | "notebook", path: string): string[] {
  if (kind === "lab") return [`--LabApp.default_url=/lab/tree/${path}`];
  const view = path.endsWith(".ipynb") ? "notebooks" : "tree";
  return ["NotebookApp", "JupyterNotebookApp"].map((app) => `--${app}.default_url=/${view}/${path}`);
}

/** The folder `notebooks`, or else the project's folder. In a project without notebooks, writes an example and returns its path. */
function firstPath(project: string): string {
  if (existsSync(join(project, "notebooks"))) return "notebooks";
  if (existsSync(join(project, example))) return example;
  if (readdirSync(project).some((name) => name.endsWith(".ipynb"))) return "";
  writeAtomic(join(project, example), readFileSync(join(packageRoot, "notebooks/kernel", example)));
  return example;
}
