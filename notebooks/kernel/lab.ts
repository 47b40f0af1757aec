// npm run lab: opens JupyterLab on the notebooks, with our kernel.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../../src/base/caches";
import { PnrError } from "../../src/base/errors";
import { findJupyter } from "./jupyter-install";
import { kernelPath, registerKernel } from "./kernelspec";

interface Options {
  readonly register?: true;
  readonly classic?: true;
  readonly python?: string;
}

const command = new Command("npm run lab --")
  .description(
    "Opens JupyterLab on the project's notebooks. Without an installed JupyterLab, pip installs one into the cache (.cache/jupyter, " +
      "or jupyter in PNR_CACHE). All other arguments go to Jupyter, e.g. --no-browser or --port 9000.",
  )
  .option("--classic", "open Jupyter Notebook (classic or 7) instead of JupyterLab")
  .option("--python <program>", "Python to install JupyterLab with; by default python3 or python")
  .option("--register", "only register the kernel for VS Code and every other Jupyter of this user")
  .allowUnknownOption()
  .argument("[arguments...]", "arguments for Jupyter");

/** @returns the exit code of Jupyter */
async function open(args: readonly string[], { classic, python }: Options): Promise<number> {
  const [program, ...start] = await findJupyter(classic ? "notebook" : "lab", python);
  const hasAddress = args.some((option) => /^--(ip|ServerApp\.ip|NotebookApp\.ip)\b/.test(option));
  const isRoot = process.getuid?.() === 0; // in containers; Jupyter refuses otherwise
  const defaults = [...(hasAddress ? [] : ["--ip=127.0.0.1"]), ...(isRoot ? ["--allow-root"] : [])];
  const child = spawn(program, [...start, ...defaults, ...args], {
    cwd: join(packageRoot, "notebooks"),
    stdio: "inherit",
    env: { ...process.env, JUPYTER_PATH: kernelPath(packageRoot) },
  });
  // Jupyter asks at the first Ctrl-C and ends at the second.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

async function main(): Promise<void> {
  command.parse();
  const options = command.opts<Options>();
  try {
    if (options.register) console.log(`The kernel is registered in ${registerKernel(packageRoot)}`);
    else process.exitCode = await open(command.args, options);
  } catch (error) {
    if (!(error instanceof PnrError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

void main();
