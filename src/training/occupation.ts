import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors";
import { makeFolder, unwritable } from "../base/files";
import { isRunning, parseOwner, thisProcess } from "../base/owner";

/** There while a process trains into the folder, and says which. */
export const occupiedFile = "running.json";

/** How long a process of which nothing else can be told, as of another machine, may be silent before it counts as ended; less than a sweep waits. */
const silence = 5 * 60_000;
const betweenBeats = 60_000;

/**
 * Makes a run's folder this training's alone, so that two never save over each other. What a killed process has left is taken away.
 * @returns ends it
 * @throws InputError when another training is at work in the folder, or it cannot be written
 */
export function occupy(directory: string): () => void {
  const file = join(directory, occupiedFile);
  // so that a training tells its own file from one of another training, be it of this process
  const text = `${JSON.stringify({ ...thisProcess(), training: randomBytes(8).toString("hex") })}\n`;
  while (!made(directory, file, text)) {
    const other = textOf(file);
    if (other === undefined) continue;
    if (isLive(file, other)) throw occupied(directory, other);
    takeAway(file, other);
  }
  // other machines know no more of this process than when it wrote last
  const beat = setInterval(() => {
    if (textOf(file) === text) write(file, text);
  }, betweenBeats).unref();
  return () => {
    clearInterval(beat);
    if (textOf(file) === text) rmSync(file, { force: true });
  };
}

/** Whether there was none, and this one is now. */
function made(directory: string, file: string, text: string): boolean {
  try {
    makeFolder(directory);
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST" && textOf(file) !== undefined) return false;
    // a full disk leaves a beginning, which would count as another's
    const there = textOf(file);
    if (there !== undefined && text.startsWith(there)) rmSync(file, { force: true });
    throw unwritable(file, error);
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    // the next one may succeed
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isLive(file: string, text: string): boolean {
  const owner = parseOwner(text);
  const running = owner && isRunning(owner);
  if (running !== undefined) return running;
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Date.now() - written < silence;
}

/** Of two that find the same file of an ended process, the slower one may have got hold of the quicker one's: it is given back. */
function takeAway(file: string, ended: string): void {
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (textOf(aside) === ended) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

function occupied(directory: string, text: string): InputError {
  const owner = parseOwner(text);
  const who = owner ? `process ${owner.pid} on ${owner.host}` : "another process";
  return new InputError(
    `${directory}: ${who} is training into it, or was a moment ago; wait for it, stop it, or choose another folder`,
  );
}
