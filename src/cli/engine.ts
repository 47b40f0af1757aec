import { constants } from "node:os";
import type { Command } from "commander";
import { InputError } from "../base/errors";
import { addExamples, oneOf } from "./options";
import { printText } from "./output";

interface EngineOptions {
  /** The version to install, or true for the newest. */
  readonly tensorflow?: string | true;
  readonly force?: true;
  readonly device?: "cuda" | "cpu";
  readonly from?: "published" | "pip";
  readonly python?: string;
}

export function addEngine(program: Command): void {
  const engine = program
    .command("engine")
    .summary("install the engine tensorflow: fetched, or built here")
    .description(
      "With --tensorflow, installs the engine tensorflow: the C++ binding of @tensorflow/tfjs-node-gpu. The package's own script " +
        "fetches the published binary where the machine can use it; else the binding is built against the TensorFlow that pip " +
        "installs (Python with venv, a C++ compiler and make; 250 MB to fetch, 2 GB of disk). With an NVIDIA driver it is one for " +
        "CUDA. The result lies in .cache/engine next to node_modules (or in the folder that PNR_ENGINE_FOLDER names), so npm ci does " +
        "not delete it. It is used only after it has computed correctly. An engine that works is not installed again.",
    )
    .option(
      "--tensorflow [version]",
      "install TensorFlow, of this version where pip installs it, e.g. 2.21.0 (default: pip's newest)",
    )
    .option("--force", "install everything again")
    .option(
      "--device <name>",
      "cuda or cpu: do not go by whether there is an NVIDIA driver",
      oneOf(["cuda", "cpu"]),
    )
    .option("--from <name>", "published or pip: only this way", oneOf(["published", "pip"]))
    .option("--python <path>", "the Python to use (default: python3)")
    .action(install);
  addExamples(engine, [
    "TensorFlow for this machine, then a run on it",
    "pnr engine --tensorflow && pnr train --preset sample --engine tensorflow",
  ]);
}

async function install({ tensorflow, ...options }: EngineOptions): Promise<void> {
  if (tensorflow === undefined) throw new InputError("no engine is named: give --tensorflow to install it");
  await installTensorFlow({ ...options, tensorflow: tensorflow === true ? undefined : tensorflow });
}

async function installTensorFlow(
  options: Omit<EngineOptions, "tensorflow"> & { readonly tensorflow?: string },
): Promise<void> {
  const { endCommands } = await import("../engine/install/command.js");
  const { clearOwnWork, installEngine } = await import("../engine/install/install.js");
  const { Stages } = await import("../engine/install/stages.js");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      endCommands();
      clearOwnWork();
      process.stderr.write("\npnr: interrupted; nothing half-made is left, start it again to go on\n");
      process.exit(128 + constants.signals[signal]);
    });
  }
  printText(await installEngine(options, new Stages()));
}
