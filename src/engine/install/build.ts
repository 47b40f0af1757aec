import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { PnrError } from "../../base/errors";
import { bindingBelow, packageRoot, stderrName } from "../tensorflow/places";
import { runCommand } from "./command";
import { layOutPackage } from "./published";
import type { BuildTools } from "./tools";

/**
 * Fetches the running Node's headers where the machine has none.
 * @throws PnrError when that fails
 */
export async function fetchHeaders({ nodeGyp, python }: BuildTools, log: string): Promise<void> {
  const began = Date.now();
  const refuse = (): never => {
    throw new PnrError(
      `the headers of Node ${process.versions.node} are needed and cannot be fetched: take Node from its official ` +
        "archive, whose include/node holds them, or install them (Debian: apt install libnode-dev)",
    );
  };
  const { status } = await runCommand(process.execPath, [nodeGyp, "install"], {
    log,
    environment: { NODE_GYP_FORCE_PYTHON: python },
    watch: () => {
      if (Date.now() - began > 90_000) refuse();
    },
  });
  if (status !== 0) refuse();
}

/**
 * Builds the package's binding against TensorFlow's libraries and lays it out in `folder`, as the package would.
 * @param libraries TensorFlow's folder in the Python environment
 * @throws PnrError when it does not compile
 */
export async function buildBinding(
  inPackage: string,
  libraries: string,
  folder: string,
  tools: BuildTools,
  log: string,
): Promise<void> {
  // make cannot cope with spaces, which the project's path may have
  const work = mkdtempSync(join(tmpdir(), "pnr-engine-"));
  try {
    layOutPackage(inPackage, work);
    addStderr(work);
    linkLibraries(libraries, join(work, "deps"), (path) => path);
    const headers = tools.nodeHeaders === undefined ? [] : [`--nodedir=${tools.nodeHeaders}`];
    const { status } = await runCommand(
      process.execPath,
      [tools.nodePreGyp, "install", "--build-from-source", ...headers],
      {
        cwd: work,
        log,
        environment: {
          CXX: tools.compiler,
          NODE_GYP_FORCE_PYTHON: tools.python,
          npm_config_node_gyp: tools.nodeGyp,
        },
      },
    );
    const stderr = readdirSync(work)
      .map((name) => join(work, name, "Release", stderrName))
      .find((path) => existsSync(path));
    if (status !== 0 || bindingBelow(work) === undefined || stderr === undefined) {
      throw new PnrError(`the binding does not compile: see ${log}`);
    }
    cpSync(join(work, "lib"), join(folder, "lib"), { recursive: true });
    copyFileSync(stderr, join(dirname(bindingBelow(folder) as string), stderrName));
    // relative, so that the project can be moved
    linkLibraries(libraries, join(folder, "deps"), (path) => relative(join(folder, "deps"), path));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Builds the module {@link stderrName} too. */
function addStderr(work: string): void {
  copyFileSync(join(packageRoot, "src/engine/install/stderr.cc"), join(work, "binding/stderr.cc"));
  const target = "{ 'target_name': 'tfjs_stderr', 'sources': ['binding/stderr.cc'] }, ";
  const gyp = join(work, "binding.gyp");
  writeFileSync(
    gyp,
    readFileSync(gyp, "utf8").replace("'targets' : [", (start) => `${start}${target}`),
  );
}

/**
 * Links the whole folder of the libraries, not each: they look for CUDA's beside where they lie, and the loader takes the
 * place of a linked file for that of the link.
 */
function linkLibraries(libraries: string, deps: string, target: (path: string) => string): void {
  mkdirSync(deps, { recursive: true });
  symlinkSync(target(libraries), join(deps, "lib"));
  symlinkSync(target(join(libraries, "include")), join(deps, "include"));
}
