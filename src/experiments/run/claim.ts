import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isRunning, parseOwner, thisProcess } from "../../base/owner";
import { jsonText, sweepFiles, writeOnce } from "./run-files";

/** Milliseconds without a heartbeat after which a process counts as ended if nothing else shows its state, for example on another machine. */
const silence = 10 * 60_000;

/** An attempt at a run. */
export interface Attempt {
  /** Counts from 1. */
  readonly number: number;
  /** Whether its process may still be running. */
  readonly live: boolean;
}

/**
 * A process's claim to a run. Claims are files numbered from 1 and created exclusively. The highest number owns the run; If its
 * process has ended, another process creates the next number. Two processes that do so at once cannot both own the run.
 */
export class Claim {
  private constructor(
    private readonly folder: string,
    readonly attempt: number,
  ) {}

  /** Claims the run of a folder; `undefined` if another process may be running it. */
  static take(folder: string): Claim | undefined {
    for (;;) {
      const last = lastAttempt(folder);
      if (last?.live) return undefined;
      const number = (last?.number ?? 0) + 1;
      // If another process was faster, the loop checks its claim, even if a network file system lists it with a delay.
      if (writeOnce(claimFile(folder, number), jsonText(thisProcess()))) return new Claim(folder, number);
    }
  }

  /** Writes a heartbeat for other machines. */
  beat(): void {
    // Writing, unlike touching, sets the file system's time. The content changes because a file system may skip equal writes.
    try {
      writeFileSync(`${claimFile(this.folder, this.attempt)}.alive`, `${new Date().toISOString()}\n`);
    } catch {
      // The next heartbeat may succeed. A process that cannot write for a long time loses the run.
    }
  }

  /** Whether no later attempt has taken the run. */
  holds(): boolean {
    return listed(this.folder).number === this.attempt;
  }

  /** Marks the claim's process as finished. */
  release(): void {
    writeFileSync(`${claimFile(this.folder, this.attempt)}.over`, "");
  }
}

/** The last attempt at a run; `undefined` if there was none. */
export function lastAttempt(folder: string): Attempt | undefined {
  const { number, over } = listed(folder);
  if (number === 0) return undefined;
  if (over) return { number, live: false };
  const file = claimFile(folder, number);
  const owner = parseOwner(readFileSync(file, "utf8"));
  return { number, live: (owner && isRunning(owner)) ?? !isSilent(file) };
}

function isSilent(file: string): boolean {
  const beat = statSync(`${file}.alive`, { throwIfNoEntry: false }) ?? statSync(file);
  const probe = `${file}.probe-${randomBytes(4).toString("hex")}`;
  writeFileSync(probe, "");
  try {
    return statSync(probe).mtimeMs - beat.mtimeMs > silence;
  } finally {
    rmSync(probe, { force: true });
  }
}

function claimFile(folder: string, number: number): string {
  return join(folder, sweepFiles.claims, `${String(number).padStart(4, "0")}.json`);
}

/**
 * The highest number of a claim (0 without claims) and whether its process has finished. Lists the folder once, because network file
 * systems may cache whether a file exists, but not listings.
 */
function listed(folder: string): { readonly number: number; readonly over: boolean } {
  const names = namesIn(join(folder, sweepFiles.claims));
  const numbers = names.filter((name) => /^\d+\.json$/.test(name)).map((name) => Number.parseInt(name, 10));
  const number = Math.max(0, ...numbers);
  return { number, over: names.includes(`${basename(claimFile(folder, number))}.over`) };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
