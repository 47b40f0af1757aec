// Trains on a disk that fills up or becomes read-only: node disk-trial.js FOLDER COMPLETE mounted|simulated
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
import { type Disk, mountedDisk } from "./small-disk";
import { outcomeOf, tinySetting } from "./training-task";

const corpus = tinyCorpus(1);
const config = parseConfig(diskSetting, "the trial", parseConfig(tinySetting, "the tiny setting"));

/** Makes writing and opening files fail in this process, if no disk can be mounted. */
function simulatedDisk(): Disk {
  const { writeSync, openSync } = fs;
  const systemError = (code: string, message: string, call: string): Error =>
    Object.assign(new Error(`${code}: ${message}, ${call}`), { code, errno: -1, syscall: call });
  let space = Number.POSITIVE_INFINITY;
  let readOnly = false;
  Object.assign(fs, {
    writeSync(file: number, bytes: Uint8Array, from = 0, length: number = bytes.length - from) {
      if (space <= 0) throw systemError("ENOSPC", "no space left on device", "write");
      // A nearly full disk writes as much as fits.
      const written = writeSync(file, bytes, from, Math.min(length, space));
      space -= written;
      return written;
    },
    openSync(path: string, flags: fs.OpenMode, mode?: fs.Mode) {
      if (readOnly && flags !== "r") throw systemError("EROFS", "read-only file system", "open");
      return openSync(path, flags, mode);
    },
  });
  return {
    fill: (bytes) => {
      space = bytes;
    },
    free: () => {
      space = Number.POSITIVE_INFINITY;
    },
    makeReadOnly: () => {
      readOnly = true;
    },
    makeWritable: () => {
      readOnly = false;
    },
  };
}

const page = 4096;

/**
 * When the run is saved, and the free bytes at the beginning of an epoch. The best model has 132 kB and a checkpoint 400 kB, so each
 * of them, and the JSON that names it, fails to fit once.
 */
const cases: readonly (readonly [CheckpointTimes, number])[] = [
  ["epochs", 0],
  ["epochs", 60_000],
  ["epochs", 36 * page],
  ["epochs", 300_000],
  [{ steps: 2 }, 0],
  [{ steps: 2 }, 200_000],
  [{ steps: 2 }, 98 * page],
];

/** The message of the InputError that a training throws. @throws AssertionError if it throws none, or another error */
async function inputErrorOf(training: Promise<unknown>): Promise<string> {
  try {
    await training;
  } catch (error) {
    assert.ok(error instanceof InputError, `not an InputError: ${error}`);
    assert.doesNotMatch(error.message, /\n/);
    return error.message;
  }
  throw new assert.AssertionError({ message: "the run completed in spite of the disk" });
}

const temporaryFiles = (directory: string): string[] =>
  fs.readdirSync(directory).filter((name) => name.startsWith("."));

/** @returns a line that describes the result */
async function tryFullDisk(disk: Disk, folder: string, complete: string): Promise<string> {
  const failures = new Map<string, number>();
  for (const [checkpoint, free] of cases) {
    const directory = join(folder, "full");
    const run = (onStep?: (report: { epoch: number; step: number }) => void) =>
      train(config, corpus, { directory, checkpoint, onStep });
    const message = await inputErrorOf(
      run(({ epoch, step }) => epoch === 2 && step === 1 && disk.fill(free)),
    );
    const [, file] = message.match(/([^/]+): cannot be written \(ENOSPC: .*\); make room on the disk$/) ?? [];
    assert.ok(file, message);
    const kind = file.replace(/-[0-9a-f]{12}/, "-#");
    failures.set(kind, (failures.get(kind) ?? 0) + 1);
    assert.deepEqual(temporaryFiles(directory), [], "no partial file remains");
    const { extra } = readModel(join(directory, runFiles.last));
    const { step } = extra as { step: number };
    assert.ok(step >= 6, `the checkpoint of step ${step} is complete`);
    disk.free();
    await run();
    assert.ok(
      isDeepStrictEqual(outcomeOf(directory), outcomeOf(complete)),
      `${directory} ends like the complete run`,
    );
    fs.rmSync(directory, { recursive: true });
  }
  const files = [...failures].map(([file, times]) => `${times} × ${file}`).join(", ");
  return `full disk: did not fit: ${files}; the last checkpoint stayed complete, and with free space, the run completed with the same weights`;
}

async function tryReadOnlyDisk(disk: Disk, folder: string, complete: string): Promise<string> {
  const directory = join(folder, "read-only");
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }): void => {
    if (step === 3) stop.abort();
  };
  await assert.rejects(train(config, corpus, { directory, signal: stop.signal, onStep }), {
    name: "AbortError",
  });
  disk.makeReadOnly();
  const failAtStep = (): void => assert.fail("it trained although nothing can be saved");
  for (const path of [directory, join(folder, "new")]) {
    const message = await inputErrorOf(train(config, corpus, { directory: path, onStep: failAtStep }));
    assert.match(message, /cannot be written \(EROFS: .*\); choose a folder that can be written$/);
  }
  disk.makeWritable();
  await train(config, corpus, { directory });
  assert.ok(
    isDeepStrictEqual(outcomeOf(directory), outcomeOf(complete)),
    "the run resumes on a writable disk",
  );
  return "read-only disk: reported before the first step of a new and of an interrupted run; when writable, it completed with the same weights";
}

async function main([folder, complete, how]: readonly string[]): Promise<void> {
  const disk = how === "mounted" ? mountedDisk(folder) : simulatedDisk();
  console.log(await tryFullDisk(disk, folder, complete));
  console.log(await tryReadOnlyDisk(disk, folder, complete));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
