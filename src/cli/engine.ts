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
    .summary("give the engine blas a BLAS library, or install the engine tensorflow")
    .description(
      "Without --tensorflow, looks for a BLAS library for the engine blas, and fetches one if the machine has none: pip downloads " +
        "numpy's wheel (17 MB), and only its OpenBLAS is kept. The engine also needs the package koffi.\n\n" +
        "With --tensorflow, installs the engine tensorflow: the C++ binding of @tensorflow/tfjs-node-gpu. The package's own script " +
        "fetches the published binary if the machine can use it; else the binding is built against the TensorFlow that pip " +
        "installs (this takes Linux, a C++ compiler and make, 250 MB of download and 2 GB of disk; with an NVIDIA driver, which " +
        "brings CUDA along, 3 GB and 12 GB).\n\n" +
        "Both go into the caches that pnr doctor names, or into the folder in PNR_ENGINE_FOLDER, once they have computed correctly. An " +
        "engine that works is not installed again. An interrupted command resumes when it is repeated.",
    )
    .option(
      "--tensorflow [version]",
      "install TensorFlow, of this version where pip installs it, e.g. 2.21.0 (default: pip's newest)",
      version,
    )
    .option("--force", "install again, or fetch a library although there is one")
    .option(
      "--device <name>",
      "cuda or cpu: TensorFlow for this device (default: cuda if there is an NVIDIA driver)",
      oneOf(["cuda", "cpu"]),
    )
    .option("--from <name>", "published or pip: TensorFlow in this way only", oneOf(["published", "pip"]))
    .option("--python <path>", "the Python whose pip to use (default: python3)")
    .action(install);
  addExamples(
    engine,
    ["a BLAS library for this machine, then a run on it", "pnr engine && pnr train --preset sample"],
    [
      "TensorFlow for this machine, then a run on it",
      "pnr engine --tensorflow && pnr train --preset sample --engine tensorflow",
    ],
  );
}

/** The version becomes part of a path and of pip's arguments. */
function version(text: string): string {
  if (/^\d[\w.]*$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a version, e.g. 2.21.0.");
}

async function install({ tensorflow, device, from, ...options }: EngineOptions): Promise<void> {
  for (const [name, value] of Object.entries({ device, from })) {
    if (value !== undefined && tensorflow === undefined)
      throw new InputError(`--${name} is about TensorFlow: give --tensorflow too, or leave it out`);
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      note("\npnr: interrupted; the same command resumes");
      process.exit(128 + constants.signals[signal]);
    });
  }
  if (tensorflow === undefined) {
    const { installBlas } = await import("../engine/install/blas.js");
    printText(await installBlas(options));
  } else {
    const { installTensorFlow } = await import("../engine/install/tensorflow.js");
    const wanted = tensorflow === true ? undefined : tensorflow;
    printText(await installTensorFlow({ ...options, device, from, version: wanted }));
  }
}
