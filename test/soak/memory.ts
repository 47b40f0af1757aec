import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { InputError, PnrError } from "../../src/base/errors";
import { showBytes } from "../../src/base/progress";
import { wholeNumber } from "../../src/cli/shared/options";
import { printText } from "../../src/cli/shared/output";

export function addMemory(program: Command): void {
  program
    .command("memory")
    .summary("the memory of training and prediction does not grow")
    .description(
      "Trains and predicts, and every 100 steps prints the memory after garbage collection: tensors, their bytes, the wasm heap, " +
        "JavaScript's heap, and resident memory. Fails if any of them grows.",
    )
    .option(
      "--steps <number>",
      "steps of training, and batches of prediction; at least 300",
      wholeNumber(300),
      1000,
    )
    .action(async ({ steps }: { steps: number }) => {
      await inFolder((folder) => trial("memory-trial", ["--expose-gc"], [folder, String(steps)]));
    });
}

interface LargeOptions {
  readonly gigabytes: number;
  readonly heap: number;
  readonly steps: number;
}

export function addLargeCorpus(program: Command): void {
  program
    .command("large-corpus")
    .summary("a corpus larger than memory can be written, opened and trained on")
    .description(
      "Writes a generated corpus as Arrow and trains on it from disk, in a JavaScript heap that is much too small for it. Loading " +
        "it into the same heap must fail.",
    )
    .option("--gigabytes <number>", "size of the text", wholeNumber(1), 1)
    .option("--heap <number>", "MB of JavaScript heap", wholeNumber(64), 256)
    .option("--steps <number>", "steps to train; a multiple of 10", wholeNumber(10), 500)
    .action(largeCorpus);
}

async function largeCorpus({ gigabytes, heap, steps }: LargeOptions): Promise<void> {
  if (steps % 10) throw new InputError(`--steps ${steps}: must be a multiple of 10`);
  await inFolder(async (folder) => {
    mkdirSync(join(folder, "large"));
    const node = [`--max-old-space-size=${heap}`, "--expose-gc"];
    await trial("corpus-trial", node, ["write", folder, String(gigabytes)]);
    const { size } = statSync(join(folder, "large", "train.arrow"));
    printText(`train.arrow has ${showBytes(size)}; the heap ${heap} MB`);
    await trial("corpus-trial", node, ["train", folder, String(steps)]);
    const ending = await runScript("corpus-trial", node, ["load", folder, "0"], "ignore");
    // Node aborts if its heap is full.
    if (ending !== "SIGABRT")
      throw new PnrError(
        `loading ${gigabytes} GB of sentences into a heap of ${heap} MB ended with ${ending}, not with SIGABRT`,
      );
    printText("if it loads all sentences instead, Node runs out of memory (SIGABRT)");
  });
}

async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pnr-soak-"));
  try {
    await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws PnrError if the process fails */
async function trial(name: string, node: readonly string[], args: readonly string[]): Promise<void> {
  const ending = await runScript(name, node, args, "inherit");
  if (ending !== 0) throw new PnrError(`${name} ${args[0]} ended with ${ending}, see above`);
}

/** @returns the exit code, or the signal that killed the process */
function runScript(
  name: string,
  node: readonly string[],
  args: readonly string[],
  output: "inherit" | "ignore",
): Promise<number | NodeJS.Signals | null> {
  const child = spawn(process.execPath, [...node, join(__dirname, `${name}.js`), ...args], {
    stdio: ["ignore", output, output],
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
}
