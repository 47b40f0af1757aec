import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Corpus } from "../corpus";
import type { Config, TrainingResult } from "../training";
import { Interrupted } from "./failure";
import { TrainingDisplay } from "./training-display";

/** What to train, on what and where. */
export interface TrainingRun {
  readonly config: Config;
  readonly corpus: Corpus;
  /** The corpus folder as the user named it, for the command that looks at a stopped run. */
  readonly corpusPath: string;
  readonly directory: string;
}

/**
 * Trains while showing progress on standard error. Ctrl-C stops after the step under way; a second one leaves at once.
 * @throws Interrupted when the user stopped it.
 */
export async function trainShown({
  config,
  corpus,
  corpusPath,
  directory,
}: TrainingRun): Promise<TrainingResult> {
  const { train } = await import("../training/index.js");
  const display = new TrainingDisplay();
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) {
      display.stop();
      process.exit(130);
    }
    stop.abort();
    display.print("stopping after this step; Ctrl-C again leaves at once");
  };
  process.on("SIGINT", interrupt);
  try {
    const result = await train({
      config,
      corpus,
      directory,
      signal: stop.signal,
      onBegin: ({ parameters, sentences }) =>
        display.print(
          `training ${parameters.toLocaleString("en")} parameters on ${sentences} sentences into ${directory}`,
        ),
      onStep: (report) => display.step(report),
      onEpoch: (report) => display.epoch(report),
    });
    stop.signal.throwIfAborted();
    return result;
  } catch (error) {
    if (stop.signal.aborted) throw new Interrupted(stoppedMessage(directory, corpusPath), { cause: error });
    throw error;
  } finally {
    display.stop();
    process.off("SIGINT", interrupt);
  }
}

function stoppedMessage(directory: string, corpusPath: string): string {
  return existsSync(join(directory, "checkpoint.json"))
    ? `stopped; the best checkpoint so far stays: pnr evaluate --run ${directory} --corpus ${corpusPath}`
    : `stopped before the first checkpoint; ${directory} holds the log alone`;
}
