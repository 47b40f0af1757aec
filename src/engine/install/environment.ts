import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { PnrError } from "../../base/errors";
import { folderSize, megabytes, runCommand } from "./command";
import type { Note } from "./stages";

export interface Environment {
  readonly python: string;
  readonly pythonVersion: string;
  /** What pip installs, e.g. "tensorflow-cpu==2.21.0". */
  readonly requirement: string;
  /** Where the finished environment lies. */
  readonly folder: string;
  /** Where it is made, beside `folder`. */
  readonly work: string;
  readonly log: string;
}

/** Where a finished environment keeps TensorFlow's libraries and `include`; undefined while it is not there. */
export function librariesOf(folder: string): string | undefined {
  const lib = join(folder, "lib");
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((python) => join(lib, python, "site-packages", "tensorflow"))
    .find((path) => existsSync(join(path, "libtensorflow_cc.so.2")));
}

/** The version that pip installed. */
export function versionOf(libraries: string): string | undefined {
  return readdirSync(dirname(libraries))
    .map((name) => name.match(/^tensorflow(?:_cpu)?-(.*)\.dist-info$/)?.[1])
    .find((version) => version !== undefined);
}

/**
 * Makes a virtual environment with TensorFlow in it, and moves it to its place when it is whole.
 * @throws PnrError with what pip misses and the way out
 */
export async function makeEnvironment(environment: Environment, note: Note): Promise<void> {
  const { python, requirement, folder, work, log } = environment;
  const downloads = join(work, "tmp");
  const made = await runCommand(python, ["-m", "venv", work], { log });
  if (made.status !== 0) throw new PnrError(`"${python} -m venv" failed: see ${log}`);
  mkdirSync(downloads);
  // TensorFlow's Python side is never run: on CPU its own wheel is enough. On CUDA the wheels that it needs bring CUDA.
  const needs = requirement.includes("[") ? [] : ["--no-deps"];
  const installed = await runCommand(
    join(work, "bin", "python"),
    ["-m", "pip", "install", "--retries", "0", "--no-input", "--only-binary", ":all:", ...needs, requirement],
    {
      log,
      // downloads go where they can be watched, and where there is room
      environment: { TMPDIR: downloads, PIP_DISABLE_PIP_VERSION_CHECK: "1" },
      watch: () => {
        const unpacked = librariesOf(work) !== undefined;
        note(unpacked ? "unpacking" : `${megabytes(folderSize(downloads))} fetched`);
      },
    },
  );
  if (installed.status !== 0) throw new PnrError(pipFailure(installed.output, environment));
  const libraries = librariesOf(work);
  if (libraries === undefined)
    throw new PnrError(`${requirement} holds no libtensorflow_cc.so.2: see ${log}`);
  // The linker looks for these names.
  symlinkSync("libtensorflow_cc.so.2", join(libraries, "libtensorflow.so"));
  symlinkSync("libtensorflow_framework.so.2", join(libraries, "libtensorflow_framework.so"));
  rmSync(downloads, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(work, folder);
}

/** What pip's output says, in a line. */
function pipFailure(
  output: string,
  {
    requirement,
    python,
    pythonVersion,
    log,
  }: Pick<Environment, "requirement" | "python" | "pythonVersion" | "log">,
): string {
  if (/No space left/.test(output)) return "the disk is full: make room and start again";
  if (
    /NewConnectionError|ConnectTimeout|ReadTimeout|Name or service not known|Temporary failure in name|ProxyError|SSLError|Connection (refused|reset)/i.test(
      output,
    )
  ) {
    return (
      `pip cannot reach a package index that has ${requirement}: check the network and "pip config list", or give ` +
      "it a folder of wheels with the environment's PIP_FIND_LINKS"
    );
  }
  if (/No matching distribution|Could not find a version/.test(output)) {
    return (
      `pip finds no ${requirement} for Python ${pythonVersion} on ${process.platform} ${process.arch}: its index lacks ` +
      'it ("pip config list"), or TensorFlow does not support this Python: name one from 3.10 to 3.13 with --python'
    );
  }
  const error = output.split("\n").findLast((line) => line.startsWith("ERROR:"));
  return `pip (of ${basename(python)} ${pythonVersion}) failed: ${error?.slice(7) ?? "no reason given"}; see ${log}`;
}
