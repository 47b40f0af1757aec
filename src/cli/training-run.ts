import { existsSync } from "node:fs";
import { join } from "node:path";
import { PnrError } from "../base/errors";
import { command, shellWords } from "../base/shell";
import type { TrainingCorpus } from "../corpus";
import type { BeginReport, CheckpointTimes, Config, StepReport, TrainingResult } from "../training";
import { coverageTable } from "./coverage-table";
import { Interrupted } from "./failure";
import { interruptible } from "./interrupt";
import { TrainingDisplay } from "./training-display";

/** What to train, on what and where. */
export interface TrainingRun {
  readonly config: Config;
  readonly corpus: TrainingCorpus;
  /** The corpus as on a command line, for the command that looks at a stopped run; see `corpusArguments`. */
  readonly corpusArguments: readonly string[];
  readonly directory: string;
  readonly checkpoint?: CheckpointTimes;
  readonly allowEngineChange?: boolean;
  /** The command that goes on with the run when it is stopped. */
  readonly goOn: string;
}

/**
 * Trains while showing progress on standard error. Ctrl-C, SIGTERM and SIGHUP save the step under way and stop; a second Ctrl-C
 * leaves at once.
 * @throws Interrupted when it was stopped
 */
export async function trainShown(run: TrainingRun): Promise<TrainingResult> {
  const { train } = await import("../training/index.js");
  const { config, directory } = run;
  const display = new TrainingDisplay();
  let begun = false;
  let last: StepReport | undefined;
  return interruptible(display, "step", async (signal) => {
    try {
      const result = await train(config, run.corpus, {
        directory,
        signal,
        checkpoint: run.checkpoint,
        allowEngineChange: run.allowEngineChange,
        onBegin: (report) => {
          begun = true;
          if (report.wordVectors) display.print(coverageTable(report.wordVectors));
          display.begin(report);
          display.print(beginning(report, directory));
          const { selectOn } = config.training;
          if (report.selection !== selectOn)
            display.print(`no ${selectOn} split to choose an epoch by: the last epoch is kept`);
          const { limitDev, trainOn } = config.training;
          const dev = run.corpus.splits.dev.length;
          if (trainOn === "train" && limitDev !== null && limitDev < dev)
            display.print(
              `dev scores are those of its first ${limitDev} sentences out of ${dev} (training.limitDev); pnr evaluate scores all`,
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
      if (!begun) display.print(`${directory} holds this run already, finished`);
      return result;
    } catch (error) {
      // what could not be saved is worse than being stopped
      if (!signal.aborted || error instanceof PnrError) throw error;
      throw new Interrupted(stoppedMessage(run, last), { cause: error });
    }
  });
}

function beginning(
  { parameters, trainedParameters, sentences, resumedAfter, resumedSteps = 0 }: BeginReport,
  directory: string,
): string {
  const [all, trained] = [parameters, trainedParameters].map((count) => count.toLocaleString("en"));
  const count =
    trainedParameters < parameters
      ? `${trained} of ${all} parameters, the others frozen,`
      : `${all} parameters`;
  const task = `${count} on ${sentences} sentences into ${directory}`;
  if (resumedSteps) return `going on after step ${resumedSteps} of epoch ${resumedAfter + 1}: ${task}`;
  return resumedAfter ? `going on after epoch ${resumedAfter}: ${task}` : `training ${task}`;
}

function stoppedMessage(
  { directory, corpusArguments, goOn }: TrainingRun,
  last: StepReport | undefined,
): string {
  const place = last
    ? `after step ${last.step} of ${last.steps} in epoch ${last.epoch}`
    : "before the first step";
  const best = existsSync(join(directory, "best.json"))
    ? `; the best model so far: ${command`pnr evaluate --run ${directory}`} ${shellWords(corpusArguments)}`
    : "";
  return `stopped ${place}; resume with: ${goOn}${best}`;
}

/** The command line of this process, with the folder where it does not name one. */
export function sameCommand(args: readonly string[], directory: string): string {
  const named = args.some((arg) => arg === "--out" || arg.startsWith("--out="));
  return shellWords(["pnr", ...args, ...(named ? [] : ["--out", directory])]);
}
