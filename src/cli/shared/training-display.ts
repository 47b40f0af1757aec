import { Progress, showBytes, showSeconds } from "../../base/progress";
import { percent } from "../../evaluation/scores-text";
import type { BeginReport, EpochReport, StepReport } from "../../training/training-reports";

const columns = ["epoch", "loss", "dev P", "dev R", "dev F1", "seconds"];
const width = 8;

/** Shows a training run on standard error: a progress bar during an epoch, a table row after it. */
export class TrainingDisplay {
  private readonly progress: Progress;
  private hasHeader = false;
  private choosesEpoch = true;

  constructor(progress: Progress = new Progress()) {
    this.progress = progress;
  }

  begin({ selection }: Pick<BeginReport, "selection">): void {
    this.choosesEpoch = selection !== "last";
  }

  vectors(file: string, done: number, total: number | undefined): void {
    this.progress.update({ done, total, place: `reading ${file}`, figures: showBytes(done) });
  }

  step(report: StepReport): void {
    const { epoch, epochs, step, steps, loss, sentencesPerSecond, secondsLeft } = report;
    this.progress.update({
      done: (epoch - 1) * steps + step,
      total: epochs * steps,
      // Scoring follows the last step and may take as long as all steps.
      place: `epoch ${epoch}/${epochs}, ${step < steps ? `step ${step}/${steps}` : "scoring dev"}`,
      figures: `loss ${loss.toFixed(3)}, ${showSeconds(secondsLeft)} left, ${sentencesPerSecond.toFixed(0)} sentences/s`,
    });
  }

  epoch({ epoch, loss, dev, seconds, best }: EpochReport): void {
    if (!this.hasHeader) this.progress.print(aligned(columns));
    this.hasHeader = true;
    const scores = dev && [dev.overall.precision, dev.overall.recall, dev.overall.f1];
    const cells = [
      String(epoch),
      loss.toFixed(3),
      ...(scores?.map(percent) ?? ["–", "–", "–"]),
      seconds.toFixed(1),
    ];
    this.progress.print(`${aligned(cells)}${best && this.choosesEpoch ? "  best" : ""}`);
  }

  print(line: string): void {
    this.progress.print(line);
  }

  stop(): void {
    this.progress.stop();
  }
}

function aligned(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(width)).join("");
}
