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
import { packageRoot } from "../../base/caches";
import { PnrError } from "../../base/errors";
import { bindingBelow, stderrName } from "../tensorflow/binding";
import type { BuildTools } from "./build-tools";
import { runCommand } from "./command";
import type { Installation } from "./installation";
import { layOutPackage } from "./published-binding";

/**
 * Builds the package's binding against TensorFlow's libraries, in the layout of the package.
 *
 * @param libraries the folder `tensorflow` of TensorFlow's Python package
 * @param folder where to write `lib` and `deps`; existing ones are replaced
 * @throws PnrError if the binding does not compile, or Node's headers are missing and cannot be fetched
 */
export async function buildBinding(
  libraries: string,
  folder: string,
  tools: BuildTools,
  { inPackage, log }: Pick<Installation, "log"> & { readonly inPackage: string },
): Promise<void> {
  const headers = tools.nodeHeaders ?? (await fetchHeaders(tools, log));
  for (const part of ["lib", "deps"]) rmSync(join(folder, part), { recursive: true, force: true });
  // make cannot handle spaces, which the path of the engine folder may contain.
  const work = mkdtempSync(join(tmpdir(), "pnr-engine-"));
  try {
    layOutPackage(inPackage, work);
    addStderr(work);
    linkLibraries(libraries, join(work, "deps"), (path) => path);
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
        fills: work,
        patience: 600,
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
    // Relative, so that the folder can be moved.
    linkLibraries(libraries, join(folder, "deps"), (path) => relative(join(folder, "deps"), path));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Fetches the headers of the current Node to where node-gyp looks for them. */
async function fetchHeaders({ nodeGyp, python }: BuildTools, log: string): Promise<readonly string[]> {
  const { status } = await runCommand(process.execPath, [nodeGyp, "install"], {
    log,
    environment: { NODE_GYP_FORCE_PYTHON: python },
    patience: 90,
  });
  if (status === 0) return [];
  throw new PnrError(
    `the headers of Node ${process.versions.node} are needed and cannot be fetched: use Node from its official ` +
      "archive, whose include/node contains them, or install them (Debian: apt install libnode-dev)",
  );
}

/** Adds the module {@link stderrName} to the build. */
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
 * Links the folder of the libraries, not each library: a library looks for CUDA's next to itself, and for a linked file, the
 * loader looks next to the link.
 */
function linkLibraries(libraries: string, deps: string, target: (path: string) => string): void {
  mkdirSync(deps, { recursive: true });
  symlinkSync(target(libraries), join(deps, "lib"));
  symlinkSync(target(join(libraries, "include")), join(deps, "include"));
}
