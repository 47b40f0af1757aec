import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { packageRoot } from "../../src/base/caches";

/**
 * The folder to which paths in cells are relative: the nearest one at or above a folder in which this library is installed, else the
 * one in which the kernel is installed. Cells can import the library in both.
 * @param start by default the current folder; front ends start a kernel in the folder of its notebook
 */
export function projectFolder(start: string = process.cwd()): string {
  return nearestFolder(start, hasLibrary) ?? homeOf(packageRoot);
}

/** Whether this library is installed in a folder. */
export function hasLibrary(folder: string): boolean {
  return existsSync(join(folder, "node_modules/pnr/package.json"));
}

/** The folder itself or the nearest one above it that a condition accepts. */
export function nearestFolder(start: string, accepts: (folder: string) => boolean): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (accepts(folder)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The folder with the `node_modules` that contains a package; for a clone, the clone. */
function homeOf(root: string): string {
  const modules = dirname(root);
  return basename(modules) === "node_modules" ? dirname(modules) : root;
}
