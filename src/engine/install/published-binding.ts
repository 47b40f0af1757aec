import { cpSync, existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { PnrError } from "../../base/errors";
import { bindingBelow, projectRoot } from "../tensorflow/binding";
import { type Outcome, runCommand } from "./command";
import type { Installation, Note } from "./installation";

/** Seconds without progress after which the script is killed. */
const patience = 60;

/** Copies the parts of the package that a binding is built from. */
export function layOutPackage(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const part of ["package.json", "binding.gyp", "binding", "scripts"]) {
    cpSync(join(from, part), join(to, part), { recursive: true });
  }
}

/**
 * Fetches the published binary with the package's script. It runs in a copy of the package, because it rewrites package.json
 * and does not restore it after a failure.
 * @throws PnrError of one line that says why it could not be fetched
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
      // The dependencies of the script are among the project's packages.
      NODE_PATH: [join(inPackage, "node_modules"), modules].join(delimiter),
    },
    log,
    fills: folder,
    note,
    patience,
  });
  if (outcome.status !== 0) throw new PnrError(reasonOf(outcome));
  if (bindingBelow(folder) === undefined || !existsSync(join(folder, "deps", "lib"))) {
    throw new PnrError("the package's script did not fetch it");
  }
}

function reasonOf({ output, stalled }: Outcome): string {
  if (stalled) return "its host does not answer";
  if (/ENOTFOUND|EAI_AGAIN/.test(output)) return "its host cannot be resolved (no network, or a proxy)";
  if (/ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(output))
    return "its host does not answer";
  if (/TAR_BAD_ARCHIVE|zlib|unexpected end of file/i.test(output)) return "its host did not send an archive";
  if (/node-pre-gyp install failed/.test(output)) return "TensorFlow was fetched, but not the binding";
  return "the package's script failed";
}
