import { SingleBar } from "cli-progress";
import { printable } from "./printable";

/** Work under way, as a bar shows it. */
export interface ProgressState {
  /** Units of work done, e.g. steps of all epochs. */
  readonly done: number;
  /** Units to do in all; undefined where nobody knows, as when standard input is read. */
  readonly total: number | undefined;
  /** Where the work stands, left of the bar, e.g. "epoch 2/8, step 31/188". */
  readonly place: string;
  /** What it measures, right of the bar, e.g. "loss 3.2, 1 m 20 s left". */
  readonly figures: string;
}

export interface ProgressOptions {
  /** Where progress goes; standard error keeps standard output free for results. */
  readonly stream?: NodeJS.WriteStream;
  /** Least milliseconds between two plain lines where there is no terminal. */
  readonly interval?: number;
  /** Milliseconds now. */
  readonly clock?: () => number;
}

/** Shows long work: a bar in a terminal; elsewhere (a log file, CI) a plain line now and then. */
export class Progress {
  private readonly stream: NodeJS.WriteStream;
  private readonly interval: number;
  private readonly clock: () => number;
  private bar: SingleBar | undefined;
  private lastLine: number;

  constructor(options: ProgressOptions = {}) {
    this.stream = options.stream ?? process.stderr;
    this.interval = options.interval ?? 10_000;
    this.clock = options.clock ?? Date.now;
    this.lastLine = this.clock();
  }

  update(state: ProgressState): void {
    if (this.stream.isTTY) this.draw(state);
    else if (this.clock() - this.lastLine >= this.interval)
      this.print(`${state.place}  ${percent(state)}${state.figures}`);
  }

  /** Prints a line that stays; the bar comes back below it with the next update. */
  print(line: string): void {
    this.stop();
    this.stream.write(`${printable(line)}\n`);
    this.lastLine = this.clock();
  }

  /** Takes the bar away. */
  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private draw(state: ProgressState): void {
    const payload = { place: state.place, figures: state.figures };
    if (this.bar) {
      this.bar.update(state.done, payload);
      return;
    }
    this.bar = new SingleBar({
      format: `{place}  ${state.total === undefined ? "" : "{bar} {percentage}%  "}{figures}`,
      stream: this.stream,
      barsize: this.barSize(state),
      clearOnComplete: true,
      // Otherwise the bar switches the terminal's line wrapping off, and a killed process leaves it so.
      linewrap: true,
    });
    this.bar.start(state.total ?? Number.MAX_SAFE_INTEGER, state.done, payload);
  }

  /** What the rest of the line leaves, with room for figures that get longer. */
  private barSize({ place, figures }: ProgressState): number {
    const room = (this.stream.columns ?? 80) - place.length - figures.length - 16;
    return Math.max(5, Math.min(30, room));
  }
}

function percent({ done, total }: ProgressState): string {
  return total === undefined ? "" : `${Math.floor((100 * done) / total)}%  `;
}

/** A duration for reading: "8.4 s", "52 s", "3 m 05 s", "2 h 07 m". */
export function showSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} m ${pad(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`;
}

/** A size for reading: "812 kB", "5.1 GB". */
export function showBytes(bytes: number): string {
  const steps = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  return `${value.toFixed(step && value < 9.95 ? 1 : 0)} ${steps[step]}`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
