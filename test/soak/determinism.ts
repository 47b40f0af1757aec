import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import { PnrError } from "../../src/base/errors";
import { addExamples, oneOf, wholeNumber } from "../../src/cli/shared/options";
import { printText } from "../../src/cli/shared/output";
import type { EngineName } from "../../src/engine";
import { outcomeOf, requireSuccess, type TrainingTask, trainInProcess } from "./training-task";

const engines: readonly EngineName[] = ["blas", "wasm", "cpu", "tensorflow"];
const batch = 4;
/** The most steps of an epoch. */
const epochSteps = 10;

export function addDeterminism(program: Command): void {
  const determinism = program
    .command("determinism")
    .summary("the same config, seed and engine give the same weights in any process")
    .description(
      "Trains a tiny model with dropout, gradient accumulation and shuffling in several processes, with 1, 2 and 4 threads, and " +
        "compares weights, moments, losses and scores to the last bit.",
    )
    .option("--steps <number>", "optimizer steps", wholeNumber(1), 200)
    .option("--engine <name...>", `one or more of ${engines.join(", ")} (default: wasm cpu)`, several)
    .action(run);
  addExamples(determinism, [
    "also the engines that need a library",
    "npm run soak -- determinism --engine blas wasm cpu tensorflow",
  ]);
}

function several(text: string, before: readonly EngineName[] = []): EngineName[] {
  return [...before, oneOf(engines)(text)];
}

interface DeterminismOptions {
  readonly steps: number;
  readonly engine?: readonly EngineName[];
}

async function run({ steps, engine = ["wasm", "cpu"] }: DeterminismOptions): Promise<void> {
  for (const name of engine) printText(await compareOn(name, steps));
}

/**
 * Trains the same model in processes with different numbers of threads.
 * @returns a line that describes the result
 * @throws PnrError if weights, moments, losses or scores differ
 */
export async function compareOn(
  engine: EngineName,
  steps: number,
  // Plain JavaScript has no threads and is slow.
  threads: readonly string[] = engine === "cpu" ? ["1", "1"] : ["1", "2", "4", "1"],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pnr-determinism-"));
  try {
    const outcomes: Readonly<Record<string, string>>[] = [];
    for (const [number, count] of threads.entries()) {
      const perEpoch = Math.min(steps, epochSteps);
      const task: TrainingTask = {
        config: { training: { epochs: Math.ceil(steps / perEpoch), batchSize: batch, accumulate: 2 } },
        sizes: [perEpoch * batch, 8, 8],
        directory: join(folder, String(number)),
      };
      requireSuccess(
        await trainInProcess(task, { env: { PNR_ENGINE: engine, PNR_THREADS: count } }),
        `training on ${engine}`,
      );
      outcomes.push(outcomeOf(task.directory));
    }
    const [first, ...others] = outcomes;
    const deviant = others.findIndex((other) => !isDeepStrictEqual(other, first));
    if (deviant >= 0)
      throw new PnrError(
        `${engine}: with ${threads[deviant + 1]} threads, ${difference(first, others[deviant])} differ after ${steps} steps`,
      );
    return `${engine}: ${threads.length} processes with ${threads.join(", ")} threads agree to the last bit after ${steps} steps (last ${first.last.slice(0, 16)}, best ${first.best.slice(0, 16)})`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function difference(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): string {
  return Object.keys(a)
    .filter((key) => a[key] !== b[key])
    .join(", ");
}
