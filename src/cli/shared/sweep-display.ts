import { MultiBar, type SingleBar } from "cli-progress";
import { printable } from "../../base/printable";
import { Progress, showSeconds } from "../../base/progress";
import type { RunState } from "../../experiments";

/** A run for the display. */
export interface DisplayedRun {
  readonly id: string;
  /** "Origin on sample, seed 1" */
  readonly label: string;
  /** Number of sentences to train on, over all epochs. */
  readonly work: number;
}

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
  private readonly clock: () => number;
  private readonly began: number;
  private readonly labelWidth: number;
  private readonly ended = new Set<string>();
  private doneBefore: number | undefined;
  private bars: { readonly all: MultiBar; readonly total: SingleBar; readonly rows: SingleBar[] } | undefined;

  constructor(
    private readonly runs: readonly DisplayedRun[],
    private readonly options: SweepDisplayOptions = {},
  ) {
    this.stream = options.stream ?? process.stderr;
    this.clock = options.clock ?? Date.now;
    this.plain = new Progress({
      stream: this.stream,
      interval: options.interval ?? 30_000,
      clock: this.clock,
    });
    this.began = this.clock();
    this.labelWidth = Math.max(...runs.map(({ label }) => label.length));
  }

  update(states: ReadonlyMap<string, RunState>): void {
    const isFirst = this.doneBefore === undefined;
    const share = (run: DisplayedRun): number => shareOf(states.get(run.id));
    const total = sum(this.runs.map(({ work }) => work));
    const done = sum(this.runs.map((run) => run.work * share(run)));
    this.doneBefore ??= done;
    for (const run of this.runs) {
      const state = states.get(run.id);
      if ((state?.kind !== "done" && state?.kind !== "failed") || this.ended.has(run.id)) continue;
      this.ended.add(run.id);
      if (!isFirst) this.printEnd(run, state);
    }
    const running = this.runs.filter(({ id }) => states.get(id)?.kind === "running");
    const figures = [this.counts(states), this.timeLeft(done, total)].filter(Boolean).join(", ");
    if (this.stream.isTTY) this.draw(done / total, figures, running, states);
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

  private printEnd({ id, label }: DisplayedRun, state: RunState): void {
    const outcome = state.kind === "failed" ? `failed: ${state.failure.message}` : this.options.outcome?.(id);
    this.print(`${label.padEnd(this.labelWidth)}  ${outcome ?? "done"}`);
  }

  private counts(states: ReadonlyMap<string, RunState>): string {
    const count = (kind: RunState["kind"]): number =>
      [...states.values()].filter((state) => state.kind === kind).length;
    const failed = count("failed");
    return `${count("done")}/${this.runs.length} runs done${failed ? `, ${failed} failed` : ""}`;
  }

  private timeLeft(done: number, total: number): string {
    const gained = done - (this.doneBefore ?? 0);
    if (gained <= 0) return "";
    return `${showSeconds(((total - done) * (this.clock() - this.began)) / 1000 / gained)} left`;
  }

  private draw(
    share: number,
    figures: string,
    running: readonly DisplayedRun[],
    states: ReadonlyMap<string, RunState>,
  ): void {
    const bars = this.bars ?? this.start();
    bars.total.update(share, { label: "all".padEnd(this.labelWidth), figures });
    while (bars.rows.length < running.length) bars.rows.push(bars.all.create(1, 0, empty));
    for (const spare of bars.rows.splice(running.length)) bars.all.remove(spare);
    for (const [row, { id, label }] of running.entries()) {
      const state = states.get(id);
      bars.rows[row].update(shareOf(state), {
        label: label.padEnd(this.labelWidth),
        figures: state?.kind === "running" ? figuresOf(state) : "",
      });
    }
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

function shareOf(state: RunState | undefined): number {
  if (state?.kind === "done" || state?.kind === "failed") return 1;
  return state?.kind === "running" && state.progress ? state.progress.done / state.progress.total : 0;
}

function figuresOf({ progress }: RunState & { kind: "running" }): string {
  if (!progress) return "starting";
  const { phase, loss, secondsLeft } = progress;
  const parts = [
    phase,
    loss !== undefined && `loss ${loss.toFixed(2)}`,
    secondsLeft !== undefined && `${showSeconds(secondsLeft)} left`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
