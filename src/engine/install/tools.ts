// What a build needs of the machine: each missing part is a line that says how to get it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PnrError } from "../../base/errors";
import { packageFolder } from "../tensorflow/places";

export interface BuildTools {
  /** The Python that node-gyp runs on. */
  readonly python: string;
  readonly compiler: string;
  readonly nodeGyp: string;
  readonly nodePreGyp: string;
  /** The option that names the running Node's headers; undefined if they must be fetched. */
  readonly nodeHeaders: readonly string[] | undefined;
}

/** @throws PnrError naming the first that is missing, and the way out */
export function findBuildTools(python: string): BuildTools {
  return {
    python,
    compiler: compiler(),
    nodeGyp: nodeGyp(),
    nodePreGyp: createRequire(join(packageFolder() as string, "package.json")).resolve(
      "@mapbox/node-pre-gyp/bin/node-pre-gyp",
    ),
    nodeHeaders: nodeHeaders(),
  };
}

const runs = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore", timeout: 60_000 }).status === 0;

function compiler(): string {
  const compilers = [process.env.CXX ?? "", "g++", "clang++"].filter((name) => name !== "");
  const found = compilers.find(runs);
  const hint = "install a compiler for C++ and make (Debian: apt install g++ make)";
  if (found === undefined)
    throw new PnrError(`a C++ compiler is needed, and ${compilers.join(", ")} do not run: ${hint}`);
  if (!runs("make")) throw new PnrError(`make is needed and does not run: ${hint}`);
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
function nodeHeaders(): readonly string[] | undefined {
  const [major] = process.versions.node.split(".");
  const prefix = prefixes().find((prefix) => {
    const version = join(prefix, "include/node/node_version.h");
    return (
      existsSync(version) &&
      existsSync(join(prefix, "include/node/common.gypi")) &&
      new RegExp(`NODE_MAJOR_VERSION ${major}\\b`).test(readFileSync(version, "utf8"))
    );
  });
  return prefix === undefined ? undefined : [`--nodedir=${prefix}`];
}
