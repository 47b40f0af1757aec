import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import { PnrError } from "../../src/base/errors";
import { addExamples, oneOf, wholeNumber } from "../../src/cli/shared/options";
import { printText } from "../../src/cli/shared/output";
import type { EngineName } from "../../src/engine";
import { outcomeOf, requireEnd, type Task, trainElsewhere } from "./task";

const engines: readonly EngineName[] = ["blas", "wasm", "cpu", "tensorflow"];
const batch = 4;
/** Steps of an epoch where there are so many. */
const epochSteps = 10;

export function addDeterminism(program: Command): void {
  const determinism = program
    .command("determinism")
    .summary("the same config, seed and engine give the same weights in any process")
    .description(
      "Trains a tiny model with dropout, gradient accumulation and shuffling in several processes, with 1, 2 and 4 threads, and " +
        "compares weights, moments, losses and scores to the last bit.",
    )
    .option("--steps <number>", "optimizer steps, in tens", wholeNumber(1), 200)
    .option("--engine <name...>", `one or more of ${engines.join(", ")} (default: wasm cpu)`, several)
    .action(run);
  addExamples(determinism, [
    "the engines that need a library as well",
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
  for (const name of engine) printText(await comparedOn(name, steps));
}

/**
 * Trains the same in processes with different numbers of threads.
 * @returns a line about it
 * @throws PnrError where any of them has other weights, moments, losses or scores
 */
export async function comparedOn(
  engine: EngineName,
  steps: number,
  // plain JavaScript has no threads, and takes its time
  threads: readonly string[] = engine === "cpu" ? ["1", "1"] : ["1", "2", "4", "1"],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pnr-determinism-"));
  try {
    const outcomes: Readonly<Record<string, string>>[] = [];
    for (const [at, count] of threads.entries()) {
      const perEpoch = Math.min(steps, epochSteps);
      const task: Task = {
        config: { training: { epochs: Math.ceil(steps / perEpoch), batchSize: batch, accumulate: 2 } },
        sizes: [perEpoch * batch, 8, 8],
        directory: join(folder, String(at)),
      };
      requireEnd(
        await trainElsewhere(task, { env: { PNR_ENGINE: engine, PNR_THREADS: count } }),
        `training on ${engine}`,
      );
      outcomes.push(outcomeOf(task.directory));
    }
    const [first, ...others] = outcomes;
    const odd = others.findIndex((other) => !isDeepStrictEqual(other, first));
    if (odd >= 0)
      throw new PnrError(
        `${engine}: with ${threads[odd + 1]} threads ${difference(first, others[odd])} differ after ${steps} steps`,
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
