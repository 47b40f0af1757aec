import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { readJson, writeAtomic } from "../../src/base/files";

/** Folder that JUPYTER_PATH must name for Jupyter to find the kernel, before what it named already. */
export function kernelPath(root: string): string {
  const { JUPYTER_PATH: before } = process.env;
  return [join(root, "notebooks/kernel/jupyter"), ...(before ? [before] : [])].join(delimiter);
}

interface KernelSpec {
  readonly argv: readonly string[];
}

/**
 * Makes the kernel known to every Jupyter front end of this user, VS Code among them, under the same name as in the project.
 * @returns the folder that it is registered in
 * @throws InputError when that cannot be written
 */
export function registerKernel(root: string, data: string = userData()): string {
  const own = join(root, "notebooks/kernel/jupyter/kernels/tslab");
  const spec = readJson(join(own, "kernel.json")) as KernelSpec;
  const launcher = join(root, "dist/notebooks/kernel/launch.js");
  const argv = [process.execPath, launcher, "{connection_file}"];
  const folder = join(data, "kernels/tslab");
  writeAtomic(join(folder, "kernel.json"), `${JSON.stringify({ ...spec, argv }, null, 2)}\n`);
  return folder;
}

/** Where Jupyter looks for what belongs to a user. */
function userData(): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library/Jupyter");
  if (process.platform === "win32") return join(APPDATA ?? homedir(), "jupyter");
  return join(XDG_DATA_HOME ?? join(homedir(), ".local/share"), "jupyter");
}
