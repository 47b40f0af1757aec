import type { Command } from "commander";
import { loadKernel } from "../shared/load-kernel";
import { addExamples } from "../shared/options";
import { printText } from "../shared/output";

export function addKernelInstall(parent: Command): void {
  const install = parent
    .command("install")
    .summary("register the kernel with VS Code and this user's other Jupyter installations")
    .description(
      "Writes the kernel specification to the user's data folder of Jupyter, with the absolute paths of Node and of this " +
        "installation. Run it again after you move one of them.",
    )
    .action(run);
  addExamples(install, ["then choose the kernel TypeScript (PnR) in VS Code", "pnr kernel install"]);
}

async function run(): Promise<void> {
  const { registerKernel } = await loadKernel();
  printText(`The kernel "TypeScript (PnR)" is registered in ${registerKernel()}`);
}
