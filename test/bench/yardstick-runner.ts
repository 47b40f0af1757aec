import type { EngineName } from "../../src/engine";
import type { YardstickResult } from "./result";
import { perTime, summarize } from "./statistics";
import { Worker } from "./workers";
import { yardsticks } from "./yardsticks";

/** Seconds that a measurement takes at least, of however many runs. */
const sampleSeconds = 0.03;
/** A yardstick of which a run would take longer is left out. */
const longestRun = 1;
/** Seconds that all measurements of a yardstick may take together. */
const secondsForAll = 2;

interface Measured {
  readonly name: string;
  readonly operations: number;
  readonly runs: number;
  readonly most: number;
  /** Seconds of one run. */
  readonly seconds: number[];
}

/** The yardsticks on one engine, in a process of their own. */
export class YardstickRunner {
  private readonly measured: Measured[] = [];

  private constructor(private readonly worker: Worker) {}

  /** @throws InputError when the engine cannot run here */
  static async start(engine: EngineName): Promise<YardstickRunner> {
    return new YardstickRunner((await Worker.start(engine)).worker);
  }

  get name(): string {
    return `yardsticks on ${this.worker.engine}`;
  }

  /** Runs each, and leaves those out that would take too long going by the slowest before. */
  async warmUp(repetitions: number): Promise<void> {
    let rate = Number.POSITIVE_INFINITY;
    for (const { name, operations } of yardsticks) {
      if (operations / rate > longestRun) continue;
      let seconds = await this.worker.ask("yardstick", { name, runs: 1 });
      if (seconds < 1) seconds = (await this.worker.ask("yardstick", { name, runs: 3 })) / 3;
      rate = Math.min(rate, operations / seconds);
      const runs = Math.max(1, Math.min(1000, Math.ceil(sampleSeconds / seconds)));
      const most = Math.max(1, Math.min(repetitions, Math.floor(secondsForAll / (runs * seconds))));
      this.measured.push({ name, operations, runs, most, seconds: [] });
    }
  }

  async measure(): Promise<void> {
    for (const { name, runs, most, seconds } of this.measured) {
      if (seconds.length < most) seconds.push((await this.worker.ask("yardstick", { name, runs })) / runs);
    }
  }

  results(): YardstickResult[] {
    return this.measured.map(({ name, operations, seconds }) => {
      const gflop = operations / 1e9;
      return {
        engine: this.worker.engine,
        name,
        gflop,
        gflopPerSecond: perTime(gflop, summarize(seconds)),
        milliseconds: summarize(seconds.map((second) => 1000 * second)),
      };
    });
  }

  stop(): void {
    this.worker.stop();
  }
}
