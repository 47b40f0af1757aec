// `npm run engine`: gets the native engine.
import { constants } from "node:os";
import { parseArgs } from "node:util";
import { InputError, PnrError, show } from "../../base/errors";
import { reason } from "../../base/files";
import { endCommands } from "./command";
import { clearOwnWork, type InstallOptions, installEngine } from "./install";
import { Stages } from "./stages";

const help = `Usage: npm run engine -- [options]

Gets the native engine: the C++ binding of @tensorflow/tfjs-node-gpu. The package's own script fetches the published
binary where the machine can use that; else the binding is built against the TensorFlow that pip installs (Python with
venv, a C++ compiler and make; 250 MB to fetch, 2 GB of disk). With an NVIDIA driver it is one for CUDA. The result lies
in .cache/engine (or the environment's PNR_ENGINE_FOLDER), survives "npm ci", and is proved by a computation. What is
there already is not made again.

Options:
  --force               make everything anew
  --device cuda|cpu     do not go by whether there is an NVIDIA driver
  --from published|pip  only this way
  --python PATH         the Python to use (default: python3)
  --tensorflow VERSION  the TensorFlow that pip installs, e.g. 2.21.0 (default: its newest)
  --help                print this help
`;

function oneOf<T extends string>(
  option: string,
  value: string | undefined,
  choices: readonly T[],
): T | undefined {
  const found = choices.find((choice) => choice === value);
  if (value !== undefined && found === undefined) {
    throw new InputError(`${option} ${show(value)} is unknown; use ${choices.join(" or ")}`);
  }
  return found;
}

function readOptions(): InstallOptions | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({
    options: { force: flag, device: text, from: text, python: text, tensorflow: text, help: flag },
  });
  if (values.help) return undefined;
  return {
    force: values.force,
    device: oneOf("--device", values.device, ["cuda", "cpu"]),
    from: oneOf("--from", values.from, ["published", "pip"]),
    python: values.python,
    tensorflow: values.tensorflow,
  };
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) {
    process.stdout.write(help);
    return;
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      endCommands();
      clearOwnWork();
      process.stderr.write("\nengine: interrupted; nothing half-made is left, start it again to go on\n");
      process.exit(128 + constants.signals[signal]);
    });
  }
  process.stdout.write(`${await installEngine(options, new Stages())}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`engine: ${reason(error)}\n`);
  process.exitCode = error instanceof PnrError ? error.exitCode : 2;
});
