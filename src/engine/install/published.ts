import { cpSync, existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { PnrError } from "../../base/errors";
import { bindingBelow, projectRoot } from "../tensorflow/places";
import { folderSize, megabytes, type Outcome, runCommand } from "./command";
import type { Note } from "./stages";

/** Seconds without a new byte after which a download counts as dead. */
const patience = 20;

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
  inPackage: string,
  folder: string,
  log: string,
  note: Note,
): Promise<void> {
  layOutPackage(inPackage, folder);
  const start = folderSize(folder);
  let size = start;
  let quiet = 0;
  const watch = (): void => {
    const now = folderSize(folder);
    quiet = now === size ? quiet + 1 : 0;
    size = now;
    note(megabytes(now - start));
    // Once the library is there, the script unpacks or compiles and need not grow.
    if (quiet >= patience && size - start < 1e6) throw new PnrError("its host does not answer");
    if (quiet >= 15 * patience) throw new PnrError("its download stands still");
  };
  const bin = join(projectRoot, "node_modules", ".bin");
  const outcome = await runCommand(process.execPath, ["scripts/install.js", "gpu", "download"], {
    cwd: folder,
    environment: {
      PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
      // what the script needs lies with the project's packages
      NODE_PATH: [join(inPackage, "node_modules"), join(projectRoot, "node_modules")].join(delimiter),
    },
    log,
    watch,
  });
  if (outcome.status !== 0) throw new PnrError(reasonOf(outcome));
  if (bindingBelow(folder) === undefined || !existsSync(join(folder, "deps", "lib"))) {
    throw new PnrError("the package's script ended without it");
  }
}

function reasonOf({ output }: Outcome): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(output)) return "its host is not known here (no network, or only a proxy's)";
  if (/ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(output))
    return "its host does not answer";
  if (/TAR_BAD_ARCHIVE|zlib|unexpected end of file/i.test(output)) return "what its host sends is no archive";
  if (/node-pre-gyp install failed/.test(output)) return "TensorFlow came, but no binding for it";
  return "the package's script failed";
}
