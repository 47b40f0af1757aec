// npm run lab: opens JupyterLab on the notebooks, with the kernel that they run on.
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { PnrError } from "../../src/base/errors";
import { findJupyter } from "./jupyter";
import { kernelPath, registerKernel } from "./kernelspec";

const root = resolve(__dirname, "../../..");

interface Options {
  readonly register?: true;
  readonly classic?: true;
}

const command = new Command("npm run lab --")
  .description(
    "Opens JupyterLab on the project's notebooks. Takes the JupyterLab that is installed, else makes one in .cache/jupyter " +
      "with pip. All other arguments go to Jupyter, e.g. --no-browser or --port 9000.",
  )
  .option("--classic", "open Jupyter Notebook (classic or 7) instead of JupyterLab")
  .option(
    "--register",
    "only make the kernel known to VS Code and to every other Jupyter of this user, and say where",
  )
  .allowUnknownOption()
  .argument("[arguments...]", "arguments for Jupyter");

async function open(given: readonly string[], kind: "lab" | "notebook"): Promise<number> {
  const jupyter = findJupyter(kind, join(root, ".cache/jupyter"), (line) => console.error(line));
  const [program, ...start] = jupyter;
  const options = given.some((option) => /^--(ip|ServerApp\.ip|NotebookApp\.ip)\b/.test(option))
    ? []
    : ["--ip=127.0.0.1"];
  const asRoot = process.getuid?.() === 0 ? ["--allow-root"] : []; // in containers, where Jupyter else refuses
  const child = spawn(program, [...start, ...options, ...asRoot, ...given], {
    cwd: join(root, "notebooks"),
    stdio: "inherit",
    env: { ...process.env, JUPYTER_PATH: kernelPath(root) },
  });
  // Jupyter asks at the first Ctrl-C and leaves at the second; this program only waits
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

async function main(): Promise<void> {
  command.parse();
  const { register, classic } = command.opts<Options>();
  try {
    if (register) console.log(`The kernel is registered in ${registerKernel(root)}`);
    else process.exitCode = await open(command.args, classic ? "notebook" : "lab");
  } catch (error) {
    if (!(error instanceof PnrError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

void main();
