import type { Command } from "commander";
import type { LabOptions } from "../../../notebooks/kernel/index.js";
import { loadKernel } from "../shared/load-kernel";
import { addExamples } from "../shared/options";

export function addLab(program: Command): void {
  const lab = program
    .command("lab")
    .summary("open JupyterLab with the notebook kernel on the project of this folder")
    .description(
      "Opens JupyterLab on the nearest folder, at or above the current one, in which pnr is installed. A project without notebooks " +
        "gets an example. Without an installed JupyterLab, pip installs one into the caches that pnr doctor prints. All other " +
        "arguments go to Jupyter.",
    )
    .option("--classic", "open Jupyter Notebook (classic or 7) instead of JupyterLab")
    .option("--python <program>", "Python that installs a missing JupyterLab; by default python3 or python")
    .allowUnknownOption()
    .argument("[arguments...]", "arguments for Jupyter")
    .action(run);
  addExamples(
    lab,
    ["edit and run notebooks in a browser", "pnr lab"],
    ["on another port, without opening a browser", "pnr lab --no-browser --port 9000"],
  );
}

async function run(args: readonly string[], options: LabOptions): Promise<void> {
  const { openLab } = await loadKernel();
  process.exitCode = await openLab(args, options);
}
