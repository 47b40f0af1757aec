// Trains where the disk runs full or may not be written: node disk-trial.js FOLDER WHOLE mounted|imitated
import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { InputError } from "../../src/base/errors";
import { parseConfig } from "../../src/config/parse-config";
import { readModel } from "../../src/detector/storage";
import { type CheckpointTimes, runFiles, train } from "../../src/training";
import { tinyCorpus } from "../support/corpus";
import { diskSetting } from "./disk";
import { type Disk, mounted } from "./small-disk";
import { outcomeOf, tinySetting } from "./task";

const corpus = tinyCorpus(1);
const config = parseConfig(diskSetting, "the trial", parseConfig(tinySetting, "the tiny setting"));

/** Where nothing can be mounted: writes and opening fail as they would. */
function imitated(): Disk {
  const { writeSync, openSync } = fs;
  const problem = (code: string, message: string, call: string): Error =>
    Object.assign(new Error(`${code}: ${message}, ${call}`), { code, errno: -1, syscall: call });
  let free = Number.POSITIVE_INFINITY;
  let locked = false;
  Object.assign(fs, {
    writeSync(file: number, bytes: Uint8Array, from = 0, length: number = bytes.length - from) {
      if (free <= 0) throw problem("ENOSPC", "no space left on device", "write");
      // a full disk takes what there is room for
      const written = writeSync(file, bytes, from, Math.min(length, free));
      free -= written;
      return written;
    },
    openSync(path: string, flags: fs.OpenMode, mode?: fs.Mode) {
      if (locked && flags !== "r") throw problem("EROFS", "read-only file system", "open");
      return openSync(path, flags, mode);
    },
  });
  return {
    fill: (bytes) => {
      free = bytes;
    },
    makeRoom: () => {
      free = Number.POSITIVE_INFINITY;
    },
    lock: () => {
      locked = true;
    },
    unlock: () => {
      locked = false;
    },
  };
}

const page = 4096;

/**
 * When the run is saved, and bytes left at the beginning of an epoch: the best model has 132 kB, a checkpoint 400 kB, so that each
 * of them, and the JSON that names it, is once what does not fit.
 */
const moments: readonly (readonly [CheckpointTimes, number])[] = [
  ["epochs", 0],
  ["epochs", 60_000],
  ["epochs", 36 * page],
  ["epochs", 300_000],
  [{ steps: 2 }, 0],
  [{ steps: 2 }, 200_000],
  [{ steps: 2 }, 98 * page],
];

/** What an error of one line says. @throws AssertionError where there is none, or one of another kind */
async function refusal(training: Promise<unknown>): Promise<string> {
  try {
    await training;
  } catch (error) {
    assert.ok(error instanceof InputError, `not an InputError: ${error}`);
    assert.doesNotMatch(error.message, /\n/);
    return error.message;
  }
  throw new assert.AssertionError({ message: "the run ended in spite of the disk" });
}

const unfinished = (directory: string): string[] =>
  fs.readdirSync(directory).filter((name) => name.startsWith("."));

/** @returns a line about it */
async function fullDisk(disk: Disk, folder: string, whole: string): Promise<string> {
  const failed = new Map<string, number>();
  for (const [checkpoint, free] of moments) {
    const directory = join(folder, "full");
    const run = (onStep?: (report: { epoch: number; step: number }) => void) =>
      train(config, corpus, { directory, checkpoint, onStep });
    const message = await refusal(run(({ epoch, step }) => epoch === 2 && step === 1 && disk.fill(free)));
    const [, file] = message.match(/([^/]+): cannot be written \(ENOSPC: .*\); make room on the disk$/) ?? [];
    assert.ok(file, message);
    const kind = file.replace(/-[0-9a-f]{12}/, "-#");
    failed.set(kind, (failed.get(kind) ?? 0) + 1);
    assert.deepEqual(unfinished(directory), [], "nothing half-written stays");
    const { extra } = readModel(join(directory, runFiles.last));
    const { step } = extra as { step: number };
    assert.ok(step >= 6, `the checkpoint of step ${step} is whole`);
    disk.makeRoom();
    await run();
    assert.ok(
      isDeepStrictEqual(outcomeOf(directory), outcomeOf(whole)),
      `${directory} ends as the whole run`,
    );
    fs.rmSync(directory, { recursive: true });
  }
  const files = [...failed].map(([file, times]) => `${times} × ${file}`).join(", ");
  return `full disk: did not fit ${files}; the last checkpoint stayed whole, and with room the run ended with the same weights`;
}

async function lockedDisk(disk: Disk, folder: string, whole: string): Promise<string> {
  const directory = join(folder, "locked");
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }): void => {
    if (step === 3) stop.abort();
  };
  await assert.rejects(train(config, corpus, { directory, signal: stop.signal, onStep }), {
    name: "AbortError",
  });
  disk.lock();
  const never = (): void => assert.fail("trained before it knew that nothing can be saved");
  const places = [directory, join(folder, "new")];
  for (const place of places) {
    const message = await refusal(train(config, corpus, { directory: place, onStep: never }));
    assert.match(message, /cannot be written \(EROFS: .*\); choose a folder that can be written$/);
  }
  disk.unlock();
  await train(config, corpus, { directory });
  assert.ok(isDeepStrictEqual(outcomeOf(directory), outcomeOf(whole)), "the run goes on when it may");
  return "read-only disk: told before the first step, of a new run and of one begun; writable again, it ended with the same weights";
}

async function main([folder, whole, how]: readonly string[]): Promise<void> {
  const disk = how === "mounted" ? mounted(folder) : imitated();
  console.log(await fullDisk(disk, folder, whole));
  console.log(await lockedDisk(disk, folder, whole));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
