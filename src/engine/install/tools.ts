// What a build needs of the machine: each missing part is a line that says how to get it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, statfsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PnrError } from "../../base/errors";
import { packageFolder } from "../tensorflow/places";

export interface BuildTools {
  /** The Python that makes the environment. */
  readonly python: string;
  readonly pythonVersion: string;
  readonly compiler: string;
  readonly nodeGyp: string;
  readonly nodePreGyp: string;
  /** Folder whose include/node holds the running Node's headers; undefined where they must be fetched. */
  readonly nodeHeaders: string | undefined;
}

/**
 * @param python path or name of the Python to use
 * @throws PnrError naming the first that is missing, and the way out
 */
export function findBuildTools(python: string): BuildTools {
  return {
    python,
    pythonVersion: pythonVersion(python),
    compiler: compiler(),
    nodeGyp: nodeGyp(),
    nodePreGyp: createRequire(join(packageFolder() as string, "package.json")).resolve(
      "@mapbox/node-pre-gyp/bin/node-pre-gyp",
    ),
    nodeHeaders: nodeHeaders(),
  };
}

function answer(program: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 60_000 });
  return status === 0 ? stdout.trim() : undefined;
}

function pythonVersion(python: string): string {
  const version = answer(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])");
  if (version === undefined) {
    throw new PnrError(
      `Python is needed to fetch TensorFlow, and ${python} does not run: install Python 3.10 to 3.13 ` +
        "(Debian: apt install python3 python3-venv), or name one with --python",
    );
  }
  if (answer(python, "-c", "import venv, ensurepip") === undefined) {
    throw new PnrError(
      `Python's module venv is needed, and ${python} (${version}) lacks it: install it ` +
        "(Debian: apt install python3-venv), or name another Python with --python",
    );
  }
  return version;
}

function compiler(): string {
  const compilers = [process.env.CXX ?? "", "g++", "clang++"].filter((name) => name !== "");
  const found = compilers.find((name) => answer(name, "--version") !== undefined);
  const hint = "install a compiler for C++ and make (Debian: apt install g++ make)";
  if (found === undefined)
    throw new PnrError(`a C++ compiler is needed, and ${compilers.join(", ")} do not run: ${hint}`);
  if (answer("make", "--version") === undefined)
    throw new PnrError(`make is needed and does not run: ${hint}`);
  return found;
}

const prefixes = (): string[] => {
  const executable = dirname(dirname(realpathSync(process.execPath)));
  return [executable, dirname(dirname(process.execPath)), "/usr"];
};

function nodeGyp(): string {
  const places = [
    process.env.npm_config_node_gyp ?? "",
    ...prefixes().flatMap((prefix) => [
      join(prefix, "lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js"),
      join(prefix, "share/nodejs/node-gyp/bin/node-gyp.js"),
    ]),
  ];
  const found = places.find((path) => path !== "" && existsSync(path));
  if (found === undefined) {
    throw new PnrError(
      'node-gyp is needed, which comes with npm, and is not found: start this with "npx pnr engine --tensorflow"',
    );
  }
  return found;
}

/** Headers of the same major version: what the binding uses of them is stable. */
function nodeHeaders(): string | undefined {
  const [major] = process.versions.node.split(".");
  return prefixes().find((prefix) => {
    const version = join(prefix, "include/node/node_version.h");
    return (
      existsSync(version) &&
      existsSync(join(prefix, "include/node/common.gypi")) &&
      new RegExp(`NODE_MAJOR_VERSION ${major}\\b`).test(readFileSync(version, "utf8"))
    );
  });
}

/** @throws PnrError when the folder's disk has fewer bytes left */
export function requireSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const left = bavail * bsize;
  if (left < bytes) {
    const gigabytes = (size: number): string => `${(size / 1e9).toFixed(1)} GB`;
    throw new PnrError(
      `${folder}: ${gigabytes(bytes)} of disk are needed and ${gigabytes(left)} are left: make room`,
    );
  }
}
