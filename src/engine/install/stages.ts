import { showSeconds } from "../../base/progress";

/** Tells what the stage under way measures, e.g. "120 MB". */
export type Note = (text: string) => void;

export interface StagesOptions {
  readonly stream?: Pick<NodeJS.WriteStream, "write" | "isTTY">;
  /** Milliseconds now. */
  readonly clock?: () => number;
  /** Milliseconds from one report of a stage under way to the next. */
  readonly interval?: number;
}

/** Shows long stages with the time they take: one line redrawn in a terminal, elsewhere a plain line now and then. */
export class Stages {
  private readonly stream: Pick<NodeJS.WriteStream, "write" | "isTTY">;
  private readonly clock: () => number;
  private readonly interval: number;

  constructor({ stream = process.stderr, clock = Date.now, interval }: StagesOptions = {}) {
    this.stream = stream;
    this.clock = clock;
    this.interval = interval ?? (stream.isTTY ? 250 : 15_000);
  }

  async run<T>(name: string, work: (note: Note) => Promise<T>): Promise<T> {
    const began = this.clock();
    let measured = "";
    const elapsed = (): string => showSeconds((this.clock() - began) / 1000);
    const report = (): void => {
      this.show(`${name} … ${elapsed()}${measured && `, ${measured}`}`);
    };
    if (!this.stream.isTTY) this.stream.write(`${name} …\n`);
    const timer = setInterval(report, this.interval);
    try {
      const result = await work((text) => {
        measured = text;
      });
      this.end(`${name}: done in ${elapsed()}`);
      return result;
    } catch (error) {
      this.end(`${name}: failed after ${elapsed()}`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  /** A line that stays. */
  say(line: string): void {
    this.stream.write(`${line}\n`);
  }

  private show(line: string): void {
    this.stream.write(this.stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  private end(line: string): void {
    this.stream.write(`${this.stream.isTTY ? "\r\x1b[K" : ""}${line}\n`);
  }
}
