import { MultiBar, type SingleBar } from "cli-progress";
import { printable } from "../../base/printable";
import { Progress, showSeconds } from "../../base/progress";
import type { EndedRun, RunState, SweepMoment, SweepRunLabel } from "../../experiments";
import { SweepProgress } from "../../experiments/sweep/sweep-progress";

export interface SweepDisplayOptions {
  readonly stream?: NodeJS.WriteStream;
  /** Minimum milliseconds between two lines without a terminal. */
  readonly interval?: number;
  /** Current time in milliseconds. */
  readonly clock?: () => number;
  /** Text for a run that has just completed, for example its F1. */
  readonly outcome?: (id: string) => string | undefined;
}

const barSize = 24;

/**
 * Shows a sweep on standard error: a line for each run that ends. On a terminal, also a progress bar for the sweep and for each
 * running run; elsewhere, a line from time to time.
 */
export class SweepDisplay {
  private readonly stream: NodeJS.WriteStream;
  private readonly plain: Progress;
  private readonly progress: SweepProgress;
  private readonly labelWidth: number;
  private bars: { readonly all: MultiBar; readonly total: SingleBar; readonly rows: SingleBar[] } | undefined;

  constructor(
    runs: readonly SweepRunLabel[],
    private readonly options: SweepDisplayOptions = {},
  ) {
    this.stream = options.stream ?? process.stderr;
    const { interval = 30_000, clock } = options;
    this.plain = new Progress({ stream: this.stream, interval, clock: clock ?? Date.now });
    this.progress = new SweepProgress(runs, clock);
    this.labelWidth = Math.max(...runs.map(({ label }) => label.length));
  }

  update(states: ReadonlyMap<string, RunState>): void {
    const moment = this.progress.look(states);
    for (const ended of moment.ended) this.printEnd(ended);
    const { done, total, running, secondsLeft } = moment;
    const left = secondsLeft === undefined ? "" : `${showSeconds(secondsLeft)} left`;
    const figures = [countsText(moment), left].filter(Boolean).join(", ");
    if (this.stream.isTTY) this.draw(moment, figures);
    else {
      const place = `${running.length} running`;
      this.plain.update({ done: Math.round(done), total: Math.round(total), place, figures });
    }
  }

  /** Prints a line above the bars. */
  print(line: string): void {
    if (this.bars) this.bars.all.log(`${printable(line)}\n`);
    else this.plain.print(line);
  }

  /** Removes the bars. */
  stop(): void {
    this.bars?.all.stop();
    this.bars = undefined;
    this.plain.stop();
  }

  private printEnd({ run: { id, label }, state }: EndedRun): void {
    const outcome = state.kind === "failed" ? `failed: ${state.failure.message}` : this.options.outcome?.(id);
    this.print(`${label.padEnd(this.labelWidth)}  ${outcome ?? "done"}`);
  }

  private draw({ share, running }: SweepMoment, figures: string): void {
    const bars = this.bars ?? this.start();
    bars.total.update(share, { label: "all".padEnd(this.labelWidth), figures });
    while (bars.rows.length < running.length) bars.rows.push(bars.all.create(1, 0, empty));
    for (const spare of bars.rows.splice(running.length)) bars.all.remove(spare);
    for (const [row, one] of running.entries())
      bars.rows[row].update(one.share, { label: one.label.padEnd(this.labelWidth), figures: figuresOf(one) });
  }

  private start(): NonNullable<SweepDisplay["bars"]> {
    const all = new MultiBar({
      format: "{label}  {bar} {percentage}%  {figures}",
      stream: this.stream,
      barsize: barSize,
      clearOnComplete: true,
      // Without it, the bars turn off the terminal's line wrapping, and a killed process does not turn it on again.
      linewrap: true,
    });
    this.bars = { all, total: all.create(1, 0, empty), rows: [] };
    return this.bars;
  }
}

const empty = { label: "", figures: "" };

function countsText({ runs, runsDone, runsFailed }: SweepMoment): string {
  return `${runsDone}/${runs} runs done${runsFailed ? `, ${runsFailed} failed` : ""}`;
}

function figuresOf({ progress }: SweepMoment["running"][number]): string {
  if (!progress) return "starting";
  const { phase, loss, secondsLeft } = progress;
  const parts = [
    phase,
    loss !== undefined && `loss ${loss.toFixed(2)}`,
    secondsLeft !== undefined && `${showSeconds(secondsLeft)} left`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}
