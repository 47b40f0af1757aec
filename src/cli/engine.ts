import { constants } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { InputError } from "../base/errors";
import { addExamples, oneOf } from "./options";
import { note, printText } from "./output";

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
    .summary("install the engine tensorflow")
    .description(
      "With --tensorflow, installs the engine tensorflow: the C++ binding of @tensorflow/tfjs-node-gpu. The package's own script " +
        "fetches the published binary if the machine can use it; else the binding is built against the TensorFlow that pip " +
        "installs (this takes Linux, a C++ compiler and make, 250 MB of download and 2 GB of disk; with an NVIDIA driver, which " +
        "brings CUDA along, 3 GB and 12 GB).\n\n" +
        "It goes into the caches that pnr doctor names, or into the folder in PNR_ENGINE_FOLDER, once it has computed correctly. An " +
        "engine that works is not installed again. An interrupted command resumes when it is repeated.",
    )
    .option(
      "--tensorflow [version]",
      "install TensorFlow, of this version where pip installs it, e.g. 2.21.0 (default: pip's newest)",
      version,
    )
    .option("--force", "install everything again")
    .option(
      "--device <name>",
      "cuda or cpu: TensorFlow for this device (default: cuda if there is an NVIDIA driver)",
      oneOf(["cuda", "cpu"]),
    )
    .option("--from <name>", "published or pip: TensorFlow in this way only", oneOf(["published", "pip"]))
    .option("--python <path>", "the Python whose pip to use (default: python3)")
    .action(install);
  addExamples(engine, [
    "TensorFlow for this machine, then a run on it",
    "pnr engine --tensorflow && pnr train --preset sample --engine tensorflow",
  ]);
}

/** The version becomes part of a path and of pip's arguments. */
function version(text: string): string {
  if (/^\d[\w.]*$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a version, e.g. 2.21.0.");
}

async function install({ tensorflow, ...options }: EngineOptions): Promise<void> {
  if (tensorflow === undefined) throw new InputError("no engine is named: give --tensorflow to install it");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      note("\npnr: interrupted; the same command resumes");
      process.exit(128 + constants.signals[signal]);
    });
  }
  const { installTensorFlow } = await import("../engine/install/tensorflow.js");
  const wanted = tensorflow === true ? undefined : tensorflow;
  printText(await installTensorFlow({ ...options, version: wanted }));
}
