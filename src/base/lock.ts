import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "./errors";
import { makeFolder, unwritable } from "./files";
import { isRunning, parseOwner, thisProcess } from "./owner";

/** Milliseconds without a heartbeat after which a holder on another machine counts as ended; less than a sweep waits. */
const silence = 5 * 60_000;
const betweenBeats = 60_000;

/**
 * Acquires the lock that a file represents. While it is held, nothing else can acquire it, in this process or another. Replaces
 * the lock of a killed process. Creates missing folders.
 * @param refusal the message if the lock is held, by "process 4711 on host" for example
 * @returns releases the lock
 * @throws InputError when the lock is held, or the file cannot be written
 */
export function takeLock(file: string, refusal: (holder: string) => string): () => void {
  // The token distinguishes two locks of one process.
  const text = `${JSON.stringify({ ...thisProcess(), token: randomBytes(8).toString("hex") })}\n`;
  while (!create(file, text)) {
    const other = textOf(file);
    if (other === undefined) continue;
    if (isLive(file, other)) throw new InputError(refusal(holderOf(other)));
    remove(file, other);
  }
  // Another machine can judge this process only by the time of its last write.
  const beat = setInterval(() => {
    if (textOf(file) === text) write(file, text);
  }, betweenBeats).unref();
  return () => {
    clearInterval(beat);
    if (textOf(file) === text) rmSync(file, { force: true });
  };
}

/** Creates the file; false if it already exists. */
function create(file: string, text: string): boolean {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST" && textOf(file) !== undefined) return false;
    // A full disk leaves only the beginning of the text, which would look like another process's lock.
    const existing = textOf(file);
    if (existing !== undefined && text.startsWith(existing)) rmSync(file, { force: true });
    throw unwritable(file, error);
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    // The next heartbeat may succeed.
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

/**
 * Removes the lock of a process that has ended. If two processes do this at once, the slower one may move the new lock of the
 * faster one; it then moves it back.
 */
function remove(file: string, ended: string): void {
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (textOf(aside) === ended) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

function holderOf(text: string): string {
  const owner = parseOwner(text);
  return owner ? `process ${owner.pid} on ${owner.host}` : "another process";
}
