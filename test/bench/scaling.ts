import type { EngineName } from "../../src/engine";
import type { ScalingPoint } from "./result";
import { fitExponent, summarize } from "./statistics";
import type { WorkloadTask } from "./tasks";
import type { Report } from "./throughput";
import { Worker, WorkerFailure } from "./worker-client";

export type Axis = ScalingPoint["axis"];

/** The sizes of each axis: tokens per sentence, and width of the model. */
export const axes: Readonly<Record<Axis, readonly number[]>> = {
  length: [8, 16, 32, 64, 128, 256, 512],
  hidden: [64, 128, 256, 512],
};

export interface ScalingPlan {
  readonly engines: readonly EngineName[];
  readonly task: WorkloadTask;
  readonly repetitions: number;
  /** The largest size of each axis. */
  readonly upTo: Readonly<Record<Axis, number>>;
}

const totalSeconds = 4;
const minMeasurements = 3;
const key = "only";

/**
 * Measures a training step, and the prediction of its sentences, for growing sentences and models. By length, a step has one
 * sentence, because the pointer over spans has length³ scores per sentence. By width, it has a batch of the corpus. At each size
 * the engines take turns, each in a new process, so that sizes do not share memory. An engine that fails at a size skips larger
 * ones.
 */
export async function measureScaling(
  { engines, task, repetitions, upTo }: ScalingPlan,
  report: Report,
): Promise<ScalingPoint[]> {
  const points: ScalingPoint[] = [];
  const sizes = (Object.keys(axes) as Axis[]).flatMap((axis) =>
    axes[axis].filter((size) => size <= upTo[axis]).map((size) => ({ axis, size })),
  );
  for (const [done, { axis, size }] of sizes.entries()) {
    report(`${axis} ${size}`, done, sizes.length);
    const failed = points.filter((point) => point.axis === axis && point.failure).map(({ engine }) => engine);
    const sizedTask = axis === "length" ? { ...task, batch: 1, length: size } : { ...task, hidden: size };
    const scalers: Scaler[] = [];
    try {
      for (const engine of engines.filter((one) => !failed.includes(one)))
        scalers.push(await Scaler.start(engine, axis, size));
      for (const scaler of scalers) await scaler.warmUp(sizedTask);
      for (let round = 0; round < repetitions; round++) for (const scaler of scalers) await scaler.measure();
      points.push(...scalers.map((scaler) => scaler.point()));
    } finally {
      for (const scaler of scalers) scaler.stop();
    }
  }
  return points;
}

/** One size on one engine. */
class Scaler {
  private readonly training: number[] = [];
  private readonly inference: number[] = [];
  private maxMeasurements = 0;
  private failure: string | undefined;

  private constructor(
    private readonly worker: Worker,
    private readonly axis: Axis,
    private readonly size: number,
  ) {}

  static async start(engine: EngineName, axis: Axis, size: number): Promise<Scaler> {
    return new Scaler((await Worker.start(engine)).worker, axis, size);
  }

  /** Also decides how often to measure, from how long it takes. */
  warmUp(task: WorkloadTask): Promise<void> {
    return this.attempt(async () => {
      await this.worker.ask("open", { ...task, key });
      await this.infer();
      await this.train();
      const seconds = (await this.infer()) + (await this.train());
      this.maxMeasurements = Math.max(minMeasurements, Math.floor(totalSeconds / seconds));
    });
  }

  measure(): Promise<void> {
    return this.attempt(async () => {
      if (this.training.length >= this.maxMeasurements) return;
      this.inference.push(await this.infer());
      this.training.push(await this.train());
    });
  }

  point(): ScalingPoint {
    const { axis, size, failure } = this;
    const { engine } = this.worker;
    if (failure !== undefined) return { engine, axis, size, failure };
    return { engine, axis, size, training: summarize(this.training), inference: summarize(this.inference) };
  }

  stop(): void {
    this.worker.stop();
  }

  private train(): Promise<number> {
    return this.worker.ask("train", { key });
  }

  private infer(): Promise<number> {
    return this.worker.ask("infer", { key, batch: Number.MAX_SAFE_INTEGER });
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof WorkerFailure)) throw error;
      this.failure = error.message;
    }
  }
}

/** The exponent of time as a power of size: over all sizes, and over the last two, where fixed costs matter least. */
export interface Growth {
  readonly overall: number;
  readonly atEnd: number;
}

export function growthOf(points: readonly ScalingPoint[], what: "training" | "inference"): Growth {
  const medians = points.flatMap((point): [number, number][] => {
    const summary = point[what];
    return summary ? [[point.size, summary.median]] : [];
  });
  medians.sort(([a], [b]) => a - b);
  return { overall: fitExponent(medians), atEnd: fitExponent(medians.slice(-2)) };
}
