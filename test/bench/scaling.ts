import type { EngineName } from "../../src/engine";
import type { ScalingPoint } from "./result";
import { fitExponent, summarize } from "./statistics";
import type { WorkloadTask } from "./tasks";
import type { Report } from "./throughput";
import { Worker, WorkerFailure } from "./workers";

export type Axis = ScalingPoint["axis"];

/** How far each axis is measured, in tokens a sentence and in width of the model. */
export const axes: Readonly<Record<Axis, readonly number[]>> = {
  length: [8, 16, 32, 64, 128, 256, 512],
  hidden: [64, 128, 256, 512],
};

export interface ScalingPlan {
  readonly engines: readonly EngineName[];
  readonly task: WorkloadTask;
  readonly repetitions: number;
  /** The largest size measured of each axis. */
  readonly upTo: Readonly<Record<Axis, number>>;
}

const secondsForAll = 4;
const fewest = 3;
const key = "only";

/**
 * Time of one training step, and of predicting its sentences, as they and the model grow. By length a step has a single
 * sentence, because the joint pointer alone has length³ numbers a sentence; by width it has a batch of the corpus's. At
 * each size the engines take turns, each in a new process, so that what a size leaves in memory does not burden the next.
 * An engine that fails at a size is not asked for the larger ones.
 */
export async function measureScaling(
  { engines, task, repetitions, upTo }: ScalingPlan,
  report: Report,
): Promise<ScalingPoint[]> {
  const points: ScalingPoint[] = [];
  const places = (Object.keys(axes) as Axis[]).flatMap((axis) =>
    axes[axis].filter((size) => size <= upTo[axis]).map((size) => ({ axis, size })),
  );
  for (const [done, { axis, size }] of places.entries()) {
    report(`${axis} ${size}`, done, places.length);
    const failed = points.filter((point) => point.axis === axis && point.failure).map(({ engine }) => engine);
    const sized = axis === "length" ? { ...task, batch: 1, length: size } : { ...task, hidden: size };
    const scalers: Scaler[] = [];
    try {
      for (const engine of engines.filter((one) => !failed.includes(one)))
        scalers.push(await Scaler.start(engine, axis, size));
      for (const scaler of scalers) await scaler.warmUp(sized);
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
  private most = 0;
  private failure: string | undefined;

  private constructor(
    private readonly worker: Worker,
    private readonly axis: Axis,
    private readonly size: number,
  ) {}

  static async start(engine: EngineName, axis: Axis, size: number): Promise<Scaler> {
    return new Scaler((await Worker.start(engine)).worker, axis, size);
  }

  /** Decides how often to measure by how long it takes. */
  warmUp(task: WorkloadTask): Promise<void> {
    return this.attempt(async () => {
      await this.worker.ask("open", { ...task, key });
      await this.infer();
      await this.train();
      const seconds = (await this.infer()) + (await this.train());
      this.most = Math.max(fewest, Math.floor(secondsForAll / seconds));
    });
  }

  measure(): Promise<void> {
    return this.attempt(async () => {
      if (this.training.length >= this.most) return;
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

/** How time grows with size: over all sizes, and over the last two alone, where fixed costs matter least. */
export interface Growth {
  readonly overall: number;
  readonly atEnd: number;
}

export function growthOf(points: readonly ScalingPoint[], what: "training" | "inference"): Growth {
  const known = points.flatMap((point): [number, number][] => {
    const summary = point[what];
    return summary ? [[point.size, summary.median]] : [];
  });
  known.sort(([a], [b]) => a - b);
  return { overall: fitExponent(known), atEnd: fitExponent(known.slice(-2)) };
}
