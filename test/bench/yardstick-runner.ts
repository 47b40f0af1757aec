import type { EngineName } from "../../src/engine";
import type { YardstickResult } from "./result";
import { perTime, summarize } from "./statistics";
import { Worker } from "./worker-client";
import { yardsticks } from "./yardsticks";

/** The least seconds of a measurement, which may have several runs. */
const minSampleSeconds = 0.03;
/** Yardsticks with longer runs are skipped. Seconds. */
const maxRunSeconds = 1;
/** The most seconds of all measurements of a yardstick. */
const maxTotalSeconds = 2;

interface Series {
  readonly name: string;
  readonly operations: number;
  /** Runs per measurement. */
  readonly runs: number;
  readonly maxMeasurements: number;
  /** Seconds per run of each measurement. */
  readonly seconds: number[];
}

/** The yardsticks on one engine, in a separate process. */
export class YardstickRunner {
  private readonly series: Series[] = [];

  private constructor(private readonly worker: Worker) {}

  /** @throws InputError if the engine cannot run here */
  static async start(engine: EngineName): Promise<YardstickRunner> {
    return new YardstickRunner((await Worker.start(engine)).worker);
  }

  get name(): string {
    return `yardsticks on ${this.worker.engine}`;
  }

  /** Runs each yardstick once, except those that would take too long at the lowest rate so far. */
  async warmUp(repetitions: number): Promise<void> {
    let rate = Number.POSITIVE_INFINITY;
    for (const { name, operations } of yardsticks) {
      if (operations / rate > maxRunSeconds) continue;
      let seconds = await this.worker.ask("yardstick", { name, runs: 1 });
      if (seconds < 1) seconds = (await this.worker.ask("yardstick", { name, runs: 3 })) / 3;
      rate = Math.min(rate, operations / seconds);
      const runs = Math.max(1, Math.min(1000, Math.ceil(minSampleSeconds / seconds)));
      const affordable = Math.floor(maxTotalSeconds / (runs * seconds));
      const maxMeasurements = Math.max(1, Math.min(repetitions, affordable));
      this.series.push({ name, operations, runs, maxMeasurements, seconds: [] });
    }
  }

  async measure(): Promise<void> {
    for (const { name, runs, maxMeasurements, seconds } of this.series) {
      if (seconds.length < maxMeasurements)
        seconds.push((await this.worker.ask("yardstick", { name, runs })) / runs);
    }
  }

  results(): YardstickResult[] {
    return this.series.map(({ name, operations, seconds }) => {
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
