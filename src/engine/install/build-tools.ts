import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PnrError } from "../../base/errors";
import { packageFolder } from "../tensorflow/binding";

export interface BuildTools {
  /** The Python for node-gyp. */
  readonly python: string;
  readonly compiler: string;
  readonly nodeGyp: string;
  readonly nodePreGyp: string;
  /** The option that names the headers of the current Node; undefined if they must be fetched. */
  readonly nodeHeaders: readonly string[] | undefined;
}

/** Finds the tools for a build of the binding. @throws PnrError that names the first missing tool and how to install it */
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
  const compiler = compilers.find(runs);
  const hint = "install a C++ compiler and make (Debian: apt install g++ make)";
  if (compiler === undefined)
    throw new PnrError(`a C++ compiler is needed, and ${compilers.join(", ")} do not run: ${hint}`);
  if (!runs("make")) throw new PnrError(`make is needed and does not run: ${hint}`);
  return compiler;
}

const prefixes = (): string[] => {
  const executable = dirname(dirname(realpathSync(process.execPath)));
  return [executable, dirname(dirname(process.execPath)), "/usr"];
};

function nodeGyp(): string {
  const candidates = [
    process.env.npm_config_node_gyp ?? "",
    ...prefixes().flatMap((prefix) => [
      join(prefix, "lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js"),
      join(prefix, "share/nodejs/node-gyp/bin/node-gyp.js"),
    ]),
  ];
  const path = candidates.find((candidate) => candidate !== "" && existsSync(candidate));
  if (path === undefined) {
    throw new PnrError(
      'node-gyp, which is part of npm, is needed and missing: start this with "npx pnr engine --tensorflow"',
    );
  }
  return path;
}

/** Any version with the same major number will do: the binding uses only the stable part. */
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
