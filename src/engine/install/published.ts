import { cpSync, existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { PnrError } from "../../base/errors";
import { bindingBelow, projectRoot } from "../tensorflow/places";
import { type Outcome, runCommand } from "./command";
import type { Installation } from "./install";
import type { Note } from "./stage";

/** Seconds without progress after which the script is ended. */
const patience = 60;

/** Lays the parts of the package from which a binding is made into a folder. */
export function layOutPackage(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const part of ["package.json", "binding.gyp", "binding", "scripts"]) {
    cpSync(join(from, part), join(to, part), { recursive: true });
  }
}

/**
 * Lets the package's own script fetch the published binary, in a copy of the package: the script rewrites its
 * package.json, and leaves it so when it fails.
 * @throws PnrError saying in a line why there is none
 */
export async function fetchPublished(
  folder: string,
  { inPackage, log }: Pick<Installation, "log"> & { readonly inPackage: string },
  note: Note,
): Promise<void> {
  layOutPackage(inPackage, folder);
  const modules = join(projectRoot, "node_modules");
  const outcome = await runCommand(process.execPath, ["scripts/install.js", "gpu", "download"], {
    cwd: folder,
    environment: {
      PATH: `${join(modules, ".bin")}${delimiter}${process.env.PATH ?? ""}`,
      // The script's own dependencies lie with the project's packages.
      NODE_PATH: [join(inPackage, "node_modules"), modules].join(delimiter),
    },
    log,
    fills: folder,
    note,
    patience,
  });
  if (outcome.status !== 0) throw new PnrError(reasonOf(outcome));
  if (bindingBelow(folder) === undefined || !existsSync(join(folder, "deps", "lib"))) {
    throw new PnrError("the package's script ended without it");
  }
}

function reasonOf({ output, stalled }: Outcome): string {
  if (stalled) return "its host does not answer";
  if (/ENOTFOUND|EAI_AGAIN/.test(output)) return "its host is not known here (no network, or a proxy)";
  if (/ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(output))
    return "its host does not answer";
  if (/TAR_BAD_ARCHIVE|zlib|unexpected end of file/i.test(output)) return "its host sends no archive";
  if (/node-pre-gyp install failed/.test(output)) return "TensorFlow came, but no binding for it";
  return "the package's script failed";
}
