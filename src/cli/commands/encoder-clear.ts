import type { Command } from "commander";
import { showBytes } from "../../base/progress";
import { addExamples } from "../shared/options";
import { printText } from "../shared/output";

export function addEncoderClear(encoder: Command): void {
  const command = encoder
    .command("clear")
    .summary("remove the cached outputs of frozen BERTs")
    .description(
      "Removes the cached outputs of frozen BERTs. Runs compute missing outputs again, with the same results. Encoders stay in " +
        "the cache.",
    )
    .action(run);
  addExamples(command, ["free disk space", "pnr encoder clear"]);
}

async function run(): Promise<void> {
  const { clearOutputs, outputsFolder } = await import("../../bert/index.js");
  const folder = outputsFolder();
  printText(`removed ${showBytes(clearOutputs(folder))} from ${folder}`);
}
