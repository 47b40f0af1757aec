import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJson, writeAtomic } from "../../base/files";
import type { Corpus } from "../../corpus";
import type { EngineInfo } from "../../engine";
import { type Config, train } from "../../training";
import { withoutSeed } from "../overview";
import { jsonText } from "../run/files";

/** What a few steps of training took on this machine. */
export interface StepTime {
  readonly sentencesPerSecond: number;
  /** Numbers in all parameters. */
  readonly parameters: number;
}

/** Steps not counted: the first ones start kernels. */
const warmUp = 2;
const counted = 4;

/**
 * Trains a few steps of a setting into a folder that is thrown away. What was measured before on the same engine is read
 * from the cache instead.
 * @param cache a file of such measurements; made where it is missing
 * @throws InputError when the cache is no JSON, or the corpus holds nothing to learn from
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
  const known = existsSync(cache) ? (readJson(cache) as Record<string, StepTime>) : {};
  if (known[key]) return known[key];
  const measured = await measure(config, corpus);
  writeAtomic(cache, jsonText({ ...known, [key]: measured }));
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
        if (steps === warmUp) began = ended;
        // a corpus of fewer steps ends by itself
        if (steps === warmUp + counted || (epoch === 1 && step === all)) stop.abort();
      },
    });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const seconds = (ended - began) / 1000 / Math.max(1, steps - warmUp);
  return { sentencesPerSecond: config.training.batchSize / seconds, parameters };
}
