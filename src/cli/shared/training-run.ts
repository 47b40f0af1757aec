import { existsSync } from "node:fs";
import { join } from "node:path";
import { PnrError } from "../../base/errors";
import { command, shellWords } from "../../base/shell";
import type { TrainingCorpus } from "../../corpus";
import type {
  BeginReport,
  CheckpointTimes,
  Config,
  InitCorpus,
  StepReport,
  TrainingResult,
} from "../../training";
import { coverageTable } from "./coverage-table";
import { Interrupted } from "./failure";
import { interruptible } from "./interrupt";
import { TrainingDisplay } from "./training-display";

/** A training run of a command. */
export interface TrainingTask {
  readonly config: Config;
  readonly corpus: TrainingCorpus;
  /** The corpus on a command line (see `corpusArguments`), for the commands that messages propose. */
  readonly corpusArguments: readonly string[];
  readonly directory: string;
  readonly checkpoint?: CheckpointTimes;
  readonly allowEngineChange?: boolean;
  /** The corpus of the model that training starts from. */
  readonly initCorpus?: InitCorpus;
  readonly resumeCommand: string;
}

/**
 * Trains, and shows progress on standard error. Ctrl-C, SIGTERM and SIGHUP save the current step and stop; a second Ctrl-C exits
 * at once.
 * @throws Interrupted after a stop
 */
export async function trainWithDisplay(run: TrainingTask): Promise<TrainingResult> {
  const { train } = await import("../../training/index.js");
  const { config, directory } = run;
  const display = new TrainingDisplay();
  let hasBegun = false;
  let last: StepReport | undefined;
  return interruptible(display, "step", async (signal) => {
    try {
      const result = await train(config, run.corpus, {
        directory,
        signal,
        checkpoint: run.checkpoint,
        allowEngineChange: run.allowEngineChange,
        initCorpus: run.initCorpus,
        onBegin: (report) => {
          hasBegun = true;
          if (report.wordVectors) display.print(coverageTable(report.wordVectors));
          display.begin(report);
          display.print(beginText(report, directory));
          const { selectOn } = config.training;
          if (report.selection !== selectOn)
            display.print(`no ${selectOn} split to choose an epoch by; keeping the last epoch`);
          const { limitDev, trainOn } = config.training;
          const dev = run.corpus.splits.dev.length;
          if (trainOn === "train" && limitDev !== null && limitDev < dev)
            display.print(
              `dev scores are of its first ${limitDev} sentences of ${dev} (training.limitDev); pnr evaluate scores all`,
            );
        },
        onVectors: (done, total) => display.vectors(config.model.wordVectors!.file, done, total),
        onStep: (report) => {
          last = report;
          display.step(report);
        },
        onEpoch: (report) => display.epoch(report),
        onRemark: (line) => display.print(line),
      });
      if (!hasBegun) display.print(`${directory} already contains this run, complete`);
      return result;
    } catch (error) {
      // An error while saving matters more than the stop.
      if (!signal.aborted || error instanceof PnrError) throw error;
      throw new Interrupted(stopText(run, last), { cause: error });
    }
  });
}

function beginText(
  { parameters, trainedParameters, sentences, resumedAfter, resumedSteps = 0 }: BeginReport,
  directory: string,
): string {
  const [all, trained] = [parameters, trainedParameters].map((count) => count.toLocaleString("en"));
  const count =
    trainedParameters < parameters
      ? `${trained} of ${all} parameters (the others are frozen)`
      : `${all} parameters`;
  const task = `${count} on ${sentences} sentences into ${directory}`;
  if (resumedSteps) return `resuming after step ${resumedSteps} of epoch ${resumedAfter + 1}: ${task}`;
  return resumedAfter ? `resuming after epoch ${resumedAfter}: ${task}` : `training ${task}`;
}

function stopText(
  { directory, corpusArguments, resumeCommand }: TrainingTask,
  last: StepReport | undefined,
): string {
  const place = last
    ? `after step ${last.step} of ${last.steps} in epoch ${last.epoch}`
    : "before the first step";
  const best = existsSync(join(directory, "best.json"))
    ? `; the best model so far: ${command`pnr evaluate --run ${directory}`} ${shellWords(corpusArguments)}`
    : "";
  return `stopped ${place}; resume with: ${resumeCommand}${best}`;
}

/** The command line of this process, with the run's folder. */
export function commandWithFolder(args: readonly string[], directory: string): string {
  const namesFolder = args.some((arg) => arg === "--out" || arg.startsWith("--out="));
  return shellWords(["pnr", ...args, ...(namesFolder ? [] : ["--out", directory])]);
}
