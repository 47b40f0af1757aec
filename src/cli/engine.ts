import { constants } from "node:os";
import type { Command } from "commander";
import { addExamples, oneOf } from "./options";
import { printText } from "./output";

interface EngineOptions {
  readonly force?: true;
  readonly device?: "cuda" | "cpu";
  readonly from?: "published" | "pip";
  readonly python?: string;
  readonly tensorflow?: string;
}

export function addEngine(program: Command): void {
  const engine = program
    .command("engine")
    .summary("get the native engine, TensorFlow's C++ library: fetched, or built here")
    .description(
      "Gets the native engine: the C++ binding of @tensorflow/tfjs-node-gpu. The package's own script fetches the published " +
        "binary where the machine can use that; else the binding is built against the TensorFlow that pip installs (Python with " +
        "venv, a C++ compiler and make; 250 MB to fetch, 2 GB of disk). With an NVIDIA driver it is one for CUDA. The result lies " +
        "in .cache/engine beside node_modules (or the environment's PNR_ENGINE_FOLDER), outlives a new installation of the " +
        "packages, and is proved by a computation. What is there already is not made again.",
    )
    .option("--force", "make everything anew")
    .option(
      "--device <name>",
      "cuda or cpu: do not go by whether there is an NVIDIA driver",
      oneOf(["cuda", "cpu"]),
    )
    .option("--from <name>", "published or pip: only this way", oneOf(["published", "pip"]))
    .option("--python <path>", "the Python to use (default: python3)")
    .option("--tensorflow <version>", "the TensorFlow that pip installs, e.g. 2.21.0 (default: its newest)")
    .action(install);
  addExamples(engine, [
    "TensorFlow's library for this machine, then a run on it",
    "pnr engine && pnr train --preset sample --engine native",
  ]);
}

async function install(options: EngineOptions): Promise<void> {
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
