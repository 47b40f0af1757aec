import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJson, writeAtomic } from "../base/files";
import type { Corpus } from "../corpus";
import type { EngineInfo } from "../engine";
import { type Config, train } from "../training";
import { withoutSeed } from "./overview";
import { jsonText } from "./run/run-files";

/** The measured speed of training on this machine. */
export interface StepTime {
  readonly sentencesPerSecond: number;
  /** Numbers in all parameters. */
  readonly parameters: number;
}

/** The first steps start kernels and do not count. */
const warmUpSteps = 2;
const measuredSteps = 4;

/**
 * Measures the speed of a setting by training a few steps into a temporary folder, unless the cache has a measurement on the same
 * engine.
 * @param cache a file of measurements, created if missing
 * @throws InputError if the cache is not JSON, or the corpus has nothing to learn from
 */
export async function stepTime(
  config: Config,
  corpus: Corpus,
  engine: EngineInfo,
  cache: string,
): Promise<StepTime> {
  const key = createHash("sha256")
    .update(JSON.stringify([withoutSeed(config), corpus.hash, engine.name, engine.detail]))
    .digest("hex")
    .slice(0, 16);
  const cached = existsSync(cache) ? (readJson(cache) as Record<string, StepTime>) : {};
  if (cached[key]) return cached[key];
  const measured = await measure(config, corpus);
  writeAtomic(cache, jsonText({ ...cached, [key]: measured }));
  return measured;
}

async function measure(config: Config, corpus: Corpus): Promise<StepTime> {
  const directory = mkdtempSync(join(tmpdir(), "pnr-step-"));
  const stop = new AbortController();
  let parameters = 0;
  let [steps, began, ended] = [0, 0, 0];
  try {
    await train(config, corpus, {
      directory,
      signal: stop.signal,
      checkpoint: "epochs",
      onBegin: (report) => {
        parameters = report.parameters;
      },
      onStep: ({ steps: all, epoch, step }) => {
        steps++;
        ended = performance.now();
        if (steps === warmUpSteps) began = ended;
        if (steps === warmUpSteps + measuredSteps || (epoch === 1 && step === all)) stop.abort();
      },
    });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const seconds = (ended - began) / 1000 / Math.max(1, steps - warmUpSteps);
  return { sentencesPerSecond: config.training.batchSize / seconds, parameters };
}
