import { SingleBar } from "cli-progress";
import { printable } from "./printable";

/** The state of a long task, as a progress bar shows it. */
export interface ProgressState {
  /** Completed units of work, e.g. steps of all epochs. */
  readonly done: number;
  /** Total number of units; undefined if unknown, for example for standard input. */
  readonly total: number | undefined;
  /** Text to the left of the bar, e.g. "epoch 2/8, step 31/188". */
  readonly place: string;
  /** Text to the right of the bar, e.g. "loss 3.2, 1 m 20 s left". */
  readonly figures: string;
}

export interface ProgressOptions {
  /** Output stream; default standard error, which keeps standard output free for results. */
  readonly stream?: NodeJS.WriteStream;
  /** Minimum time in milliseconds between two plain lines, when the stream is not a terminal. */
  readonly interval?: number;
  /** Returns the current time in milliseconds. */
  readonly clock?: () => number;
}

/** Reports the progress of a long task: a bar in a terminal, occasional plain lines elsewhere (a log file, CI). */
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

  /** Prints a permanent line. The next update draws the bar below it. */
  print(line: string): void {
    this.stop();
    this.stream.write(`${printable(line)}\n`);
    this.lastLine = this.clock();
  }

  /** Removes the bar. */
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
      // Without this, the bar disables the terminal's line wrapping, and a killed process does not restore it.
      linewrap: true,
    });
    this.bar.start(state.total ?? Number.MAX_SAFE_INTEGER, state.done, payload);
  }

  /** The remaining width of the line, with some room for the figures to grow. */
  private barSize({ place, figures }: ProgressState): number {
    const room = (this.stream.columns ?? 80) - place.length - figures.length - 16;
    return Math.max(5, Math.min(30, room));
  }
}

function percent({ done, total }: ProgressState): string {
  return total === undefined ? "" : `${Math.floor((100 * done) / total)}%  `;
}

/** A human-readable duration: "8.4 s", "52 s", "3 m 05 s", "2 h 07 m". */
export function showSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} m ${pad(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`;
}

/** A human-readable size: "812 kB", "5.1 GB". */
export function showBytes(bytes: number): string {
  const steps = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  return `${value.toFixed(step && value < 9.95 ? 1 : 0)} ${steps[step]}`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
