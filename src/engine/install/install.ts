import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "../../base/lock";
import { Progress } from "../../base/progress";

/** What an installer works with while it holds the lock. */
export interface Installation {
  /** An empty folder, removed at the end. It is in the folder of the installation. */
  readonly scratch: string;
  /** The file to which commands write their output. */
  readonly log: string;
  readonly progress: Progress;
}

const scratchPrefix = "scratch-";

/**
 * Runs an installer under the lock of a folder. The scratch folder and the lock are gone afterwards, also if the
 * process exits before; a killed process's scratch folder is removed by the next installer.
 *
 * @param what the thing to install, e.g. "an engine"
 * @throws InputError when another process holds the lock, or the folder cannot be written
 */
export async function install<T>(
  folder: string,
  what: string,
  installer: (installation: Installation) => Promise<T>,
): Promise<T> {
  const release = takeLock(
    join(folder, "install.lock"),
    (holder) => `${folder}: ${holder} is installing ${what}, or was a moment ago; wait for it, or stop it`,
  );
  const progress = new Progress();
  const end = (): void => {
    progress.stop();
    removeScratch(folder);
    release();
  };
  process.once("exit", end);
  try {
    removeScratch(folder);
    const log = join(folder, "install.log");
    writeFileSync(log, "");
    return await installer({ scratch: mkdtempSync(join(folder, scratchPrefix)), log, progress });
  } finally {
    process.off("exit", end);
    end();
  }
}

function removeScratch(folder: string): void {
  for (const name of readdirSync(folder)) {
    // A command that outlived its killed parent may still write there.
    if (name.startsWith(scratchPrefix))
      rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  }
}
