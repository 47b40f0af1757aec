import { constants } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { InputError } from "../../base/errors";
import { addExamples, oneOf } from "../shared/options";
import { note, printText } from "../shared/output";

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
    .summary("provide a library for the engine blas, or install the engine tensorflow")
    .description(
      "Without --tensorflow, looks for a BLAS library for the engine blas. If the machine has none, pip downloads numpy's wheel " +
        "(17 MB), and only its OpenBLAS is kept. The engine also needs the package koffi.\n\n" +
        "With --tensorflow, installs the engine tensorflow: the C++ binding of @tensorflow/tfjs-node-gpu. The package's script " +
        "downloads the published binary if the machine can use it. Otherwise, the binding is built with the TensorFlow that pip " +
        "installs. A build needs Linux, a C++ compiler and make, 250 MB of download and 2 GB of disk; with an NVIDIA driver, CUDA " +
        "is included and it needs 3 GB and 12 GB.\n\n" +
        "After a trial, the result goes into the caches that pnr doctor prints, or into the folder in PNR_ENGINE_FOLDER. " +
        "An engine that works is not installed again. To resume an interrupted command, repeat it.",
    )
    .option(
      "--tensorflow [version]",
      "install TensorFlow; the version applies if pip installs it, such as 2.21.0 (default: the newest)",
      versionNumber,
    )
    .option("--force", "install again, or download a library although one exists")
    .option(
      "--device <name>",
      "device for TensorFlow: cuda or cpu (default: cuda with an NVIDIA driver)",
      oneOf(["cuda", "cpu"]),
    )
    .option("--from <name>", "how to install TensorFlow: published or pip", oneOf(["published", "pip"]))
    .option("--python <path>", "Python to use pip from (default: python3)")
    .action(run);
  addExamples(
    engine,
    ["a BLAS library for this machine, then a run on it", "pnr engine && pnr train --preset sample"],
    [
      "TensorFlow for this machine, then a run on it",
      "pnr engine --tensorflow && pnr train --preset sample --engine tensorflow",
    ],
  );
}

/** Validates a version, which becomes part of a path and of pip's arguments. */
function versionNumber(text: string): string {
  if (/^\d[\w.]*$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a version, such as 2.21.0.");
}

async function run({ tensorflow, device, from, ...options }: EngineOptions): Promise<void> {
  for (const [name, value] of Object.entries({ device, from })) {
    if (value !== undefined && tensorflow === undefined)
      throw new InputError(`--${name} is for TensorFlow: add --tensorflow, or omit it`);
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      note("\npnr: interrupted; the same command resumes");
      process.exit(128 + constants.signals[signal]);
    });
  }
  if (tensorflow === undefined) {
    const { installBlas } = await import("../../engine/install/install-blas.js");
    printText(await installBlas(options));
  } else {
    const { installTensorFlow } = await import("../../engine/install/install-tensorflow.js");
    const version = tensorflow === true ? undefined : tensorflow;
    printText(await installTensorFlow({ ...options, device, from, version }));
  }
}
