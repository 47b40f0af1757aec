import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { packageRoot } from "../../src/base/caches";
import { readJson, writeAtomic } from "../../src/base/files";

/** The JUPYTER_PATH with which Jupyter finds our kernel first. */
export function kernelPath(): string {
  const { JUPYTER_PATH } = process.env;
  return [join(packageRoot, "notebooks/kernel/jupyter"), ...(JUPYTER_PATH ? [JUPYTER_PATH] : [])].join(
    delimiter,
  );
}

/**
 * Registers the kernel for all Jupyter front ends of this user, such as VS Code, under the same name as in the project.
 * @returns the folder in which it is registered
 * @throws InputError if the folder cannot be written
 */
export function registerKernel(data: string = userDataFolder()): string {
  const spec = readJson(join(packageRoot, "notebooks/kernel/jupyter/kernels/tslab/kernel.json")) as object;
  const launcher = join(packageRoot, "dist/notebooks/kernel/launch.js");
  const argv = [process.execPath, launcher, "{connection_file}"];
  const folder = join(data, "kernels/tslab");
  writeAtomic(join(folder, "kernel.json"), `${JSON.stringify({ ...spec, argv }, null, 2)}\n`);
  return folder;
}

/** Jupyter's folder for a user's data. */
function userDataFolder(): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library/Jupyter");
  if (process.platform === "win32") return join(APPDATA ?? homedir(), "jupyter");
  return join(XDG_DATA_HOME ?? join(homedir(), ".local/share"), "jupyter");
}
