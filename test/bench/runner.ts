import { type Batching, batchings } from "../../src/corpus";
import type { EngineName } from "../../src/engine";
import { byKernel, byModule, operationsOfStep, type Profile, type Share } from "./profile/profile-training";
import type { ProfileLine, Run, Speed, StepProfile } from "./result";
import { perTime, summarize } from "./statistics";
import type { WorkloadTask } from "./tasks";
import { Worker, WorkerFailure } from "./worker-client";
import type { WorkloadFacts } from "./workload";

/** What is timed: training with each batching, inference one sentence at a time, and inference in batches. */
export const kinds = ["shuffled", "similarLength", "single", "batched"] as const;
export type Kind = (typeof kinds)[number];

/** Sentences per batch of inference. */
export const inferenceBatch = 8;

const key = "only";
const nothing: WorkloadFacts = {
  batch: 0,
  batching: "similarLength",
  parameters: 0,
  sentences: 0,
  tokens: 0,
  steps: 0,
  padding: { shuffled: 0, similarLength: 0 },
};

/**
 * One engine with one setting in a separate process, so that its peak memory can be measured. After a failure it does nothing, and
 * its result contains the reason.
 */
export class Runner {
  private facts: WorkloadFacts = nothing;
  private readonly seconds: Record<Kind, number[]> = {
    shuffled: [],
    similarLength: [],
    single: [],
    batched: [],
  };
  private memory: Run["memory"];
  private trainingProfile: Profile | undefined;
  private failure: string | undefined;

  private constructor(
    private readonly worker: Worker,
    private readonly detail: string,
    private readonly task: WorkloadTask,
  ) {}

  /** @throws InputError if the engine cannot run here */
  static async start(engine: EngineName, task: WorkloadTask): Promise<Runner> {
    const { worker, detail } = await Worker.start(engine);
    return new Runner(worker, detail, task);
  }

  get name(): string {
    return `${this.task.config} on ${this.worker.engine}`;
  }

  /**
   * Runs passes whose times do not count: first inference, because training needs more memory; last training with the setting's
   * batches, which the profile needs.
   * @param what what will be measured
   * @throws InputError if the corpus cannot be read
   */
  warmUp(what: readonly Kind[]): Promise<void> {
    return this.attempt(async () => {
      this.facts = await this.worker.ask("open", { ...this.task, key });
      for (const kind of what) if (!isTraining(kind)) await this.time(kind);
      const inference = await this.worker.ask("memory", {});
      for (const kind of what) if (isTraining(kind) && kind !== this.facts.batching) await this.time(kind);
      await this.time(this.facts.batching);
      this.memory = { inference, training: inference };
    });
  }

  measure(kind: Kind): Promise<void> {
    return this.attempt(async () => {
      this.seconds[kind].push(await this.time(kind));
    });
  }

  /** Call it after all measurements, because profiling needs time and memory. */
  profile(passes: number): Promise<void> {
    return this.attempt(async () => {
      if (this.memory) this.memory = { ...this.memory, training: await this.worker.ask("memory", {}) };
      this.trainingProfile = await this.worker.ask("profile", { key, passes });
    });
  }

  result(): Run {
    return {
      engine: this.worker.engine,
      detail: this.detail,
      config: this.task.config,
      ...this.facts,
      shuffled: this.speed("shuffled"),
      similarLength: this.speed("similarLength"),
      single: this.speed("single"),
      batched: this.speed("batched"),
      memory: this.memory,
      profile: this.trainingProfile && stepProfile(this.trainingProfile),
      failure: this.failure,
    };
  }

  stop(): void {
    this.worker.stop();
  }

  private time(kind: Kind): Promise<number> {
    if (isTraining(kind)) return this.worker.ask("train", { key, batching: kind });
    return this.worker.ask("infer", { key, batch: kind === "single" ? 1 : inferenceBatch });
  }

  private speed(kind: Kind): Speed | undefined {
    const seconds = this.seconds[kind];
    if (!seconds.length) return undefined;
    const summary = summarize(seconds);
    return {
      sentencesPerSecond: perTime(this.facts.sentences, summary),
      tokensPerSecond: perTime(this.facts.tokens, summary),
      seconds,
    };
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

function isTraining(kind: Kind): kind is Extract<Kind, Batching> {
  return (batchings as readonly string[]).includes(kind);
}

export function stepProfile(profile: Profile): StepProfile {
  const { steps, total } = profile;
  const milliseconds = (nanoseconds: number) => nanoseconds / 1e6 / steps;
  const line = ({ name, forward, backward, calls, operations }: Share): ProfileLine => ({
    name,
    forward: milliseconds(forward),
    backward: milliseconds(backward),
    share: (forward + backward) / total,
    calls: calls / steps,
    gflop: operations / steps / 1e9,
  });
  return {
    steps,
    millisecondsPerStep: milliseconds(total),
    gflopPerStep: operationsOfStep(profile) / 1e9,
    modules: byModule(profile).map(line),
    kernels: byKernel(profile).map(line),
    places: [...profile.entries]
      .sort((a, b) => b.nanoseconds - a.nanoseconds)
      .map(({ module, direction, kernel, nanoseconds, calls }) => ({
        module,
        direction,
        kernel,
        milliseconds: milliseconds(nanoseconds),
        calls: calls / steps,
      })),
  };
}
