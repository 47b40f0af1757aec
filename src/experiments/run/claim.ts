import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isRunning, parseOwner, thisProcess } from "../../base/owner";
import { jsonText, sweepFiles, writeOnce } from "./files";

/** How long a process of which nothing else can be told, as of another machine, may be silent before it counts as ended, in milliseconds. */
const silence = 10 * 60_000;

/** An attempt at a run. */
export interface Attempt {
  /** Counts from 1. */
  readonly number: number;
  /** Whether its process may still be at work. */
  readonly live: boolean;
}

/**
 * A process's claim to a run. Claims are files numbered from 1, each made exclusively; the one with the highest number owns
 * the run, and who finds its owner ended makes the next number. So two that find it ended at once cannot both own the run,
 * and none is ever taken away from a process that has just made it.
 */
export class Claim {
  private constructor(
    private readonly folder: string,
    readonly attempt: number,
  ) {}

  /** Claims the run of a folder; undefined where another process may be at work on it. */
  static take(folder: string): Claim | undefined {
    for (;;) {
      const last = lastAttempt(folder);
      if (last?.live) return undefined;
      const number = (last?.number ?? 0) + 1;
      // where another was quicker, its claim is looked at first, also if a network's file system lists it only later
      if (writeOnce(claimFile(folder, number), jsonText(thisProcess()))) return new Claim(folder, number);
    }
  }

  /** Tells other machines that this process is still at work. */
  beat(): void {
    // a written file has its file system's time, a touched one that of this machine's clock; what is written differs each time,
    // because a file system may leave out to write what is there already
    try {
      writeFileSync(`${claimFile(this.folder, this.attempt)}.alive`, `${new Date().toISOString()}\n`);
    } catch {
      // the next one may succeed; who cannot write for long loses the run
    }
  }

  /** Whether no later attempt has taken the run. */
  holds(): boolean {
    return listed(this.folder).number === this.attempt;
  }

  /** Says that this process has done what it will do. */
  release(): void {
    writeFileSync(`${claimFile(this.folder, this.attempt)}.over`, "");
  }
}

/** The last attempt at a run; undefined where there was none. */
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
 * The highest number of a claim, 0 where there is none, and whether its process has said that it is done. By one listing of the
 * folder, which a network's file system answers anew, while it may answer for a while from memory whether a file is there.
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
