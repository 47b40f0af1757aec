import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "../../base/lock";
import { Progress, showSeconds } from "../../base/progress";

/** The resources of an installer while it holds the lock. */
export interface Installation {
  /** An empty folder, on the same disk as the installation. It is removed at the end. */
  readonly scratch: string;
  /** The file to which commands write their output. */
  readonly log: string;
  readonly progress: Progress;
}

const scratchPrefix = "scratch-";

/**
 * Runs an installer under the lock of a folder. Removes the scratch folder and the lock afterwards, even if the process
 * exits early. The scratch folder of a killed process is removed by the next installer.
 *
 * @param what what is installed, such as "an engine", for the message
 * @throws InputError if another process holds the lock, or the folder cannot be written
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

/** Adds a measurement to the progress line of the current stage, such as "120 MB". */
export type Note = (text: string) => void;

/** Milliseconds between two updates; {@link Progress} prints fewer without a terminal. */
const updateInterval = 250;

/** Runs a long stage of an installation and prints how long it takes. */
export async function runStage<T>(
  progress: Progress,
  name: string,
  work: (note: Note) => Promise<T>,
): Promise<T> {
  const began = Date.now();
  const elapsed = (): string => showSeconds((Date.now() - began) / 1000);
  let measurement = "";
  const timer = setInterval(() => {
    const figures = `${elapsed()}${measurement && `, ${measurement}`}`;
    progress.update({ done: 0, total: undefined, place: `${name} …`, figures });
  }, updateInterval);
  progress.print(`${name} …`);
  try {
    const result = await work((text) => {
      measurement = text;
    });
    progress.print(`${name}: done in ${elapsed()}`);
    return result;
  } catch (error) {
    progress.print(`${name}: failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
