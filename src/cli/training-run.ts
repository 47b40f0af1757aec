import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Corpus } from "../corpus";
import type { BeginReport, Config, TrainingResult } from "../training";
import { coverageTable } from "./coverage-table";
import { Interrupted } from "./failure";
import { interruptible } from "./interrupt";
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
  let begun = false;
  return interruptible(display, "step", async (signal) => {
    try {
      const result = await train({
        config,
        corpus,
        directory,
        signal,
        onBegin: (report) => {
          begun = true;
          if (report.wordVectors) display.print(coverageTable(report.wordVectors));
          display.print(beginning(report, directory));
        },
        onVectors: (done, total) => display.vectors(config.model.wordVectors!.file, done, total),
        onStep: (report) => display.step(report),
        onEpoch: (report) => display.epoch(report),
      });
      if (!begun) display.print(`${directory} holds this run already, finished`);
      return result;
    } catch (error) {
      if (signal.aborted) throw new Interrupted(stoppedMessage(directory, corpusPath), { cause: error });
      throw error;
    }
  });
}

function beginning({ parameters, sentences, resumedAfter }: BeginReport, directory: string): string {
  const task = `${parameters.toLocaleString("en")} parameters on ${sentences} sentences into ${directory}`;
  return resumedAfter ? `going on after epoch ${resumedAfter}: ${task}` : `training ${task}`;
}

function stoppedMessage(directory: string, corpusPath: string): string {
  return existsSync(join(directory, "best.json"))
    ? `stopped; the best model so far stays in ${directory}: pnr evaluate --run ${directory} --corpus ${corpusPath}`
    : `stopped in the first epoch: ${directory} holds no model yet`;
}
