import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonText, sweepFiles, writeOnce } from "./files";
import { isRunning, type Owner, thisProcess } from "./owner";

/** How long the process of another machine may be silent before it counts as ended, in milliseconds. */
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
      if (writeOnce(claimFile(folder, number), jsonText(thisProcess()))) return new Claim(folder, number);
    }
  }

  /** Tells other machines that this process is still at work. */
  beat(): void {
    // a written file has its file system's time, a touched one that of this machine's clock
    writeFileSync(`${claimFile(this.folder, this.attempt)}.alive`, "");
  }

  /** Whether no later attempt has taken the run. */
  holds(): boolean {
    return numbers(this.folder).at(-1) === this.attempt;
  }

  /** Says that this process has done what it will do. */
  release(): void {
    writeFileSync(`${claimFile(this.folder, this.attempt)}.over`, "");
  }
}

/** The last attempt at a run; undefined where there was none. */
export function lastAttempt(folder: string): Attempt | undefined {
  const number = numbers(folder).at(-1);
  if (number === undefined) return undefined;
  const file = claimFile(folder, number);
  if (existsSync(`${file}.over`)) return { number, live: false };
  const owner: Owner = JSON.parse(readFileSync(file, "utf8"));
  return { number, live: isRunning(owner) ?? !isSilent(file) };
}

function isSilent(file: string): boolean {
  const beat = statSync(`${file}.alive`, { throwIfNoEntry: false }) ?? statSync(file);
  const probe = `${file}.probe-${process.pid}`;
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

function numbers(folder: string): number[] {
  const claims = join(folder, sweepFiles.claims);
  if (!existsSync(claims)) return [];
  return readdirSync(claims)
    .filter((name) => /^\d+\.json$/.test(name))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
}
