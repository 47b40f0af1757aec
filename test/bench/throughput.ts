import { type EngineName, Random } from "../../src/engine";
import type { Result } from "./result";
import { kinds, Runner } from "./runner";
import type { WorkloadTask } from "./tasks";
import { YardstickRunner } from "./yardstick-runner";

export interface ThroughputPlan {
  readonly engines: readonly EngineName[];
  readonly configs: readonly string[];
  readonly task: Omit<WorkloadTask, "config">;
  readonly repetitions: number;
  /** Measures only the profile. */
  readonly profileOnly: boolean;
}

/** Reports what is done next, and the progress. */
export type Report = (what: string, done: number, total: number) => void;

const profilePasses = 2;

/**
 * Measures every engine with every setting, and the yardsticks. Each round measures everything once, in random order, so that other
 * load on the machine affects all equally.
 * @throws InputError if an engine cannot run here or the corpus cannot be read
 */
export async function measureThroughput(
  { engines, configs, task, repetitions, profileOnly }: ThroughputPlan,
  report: Report,
): Promise<Pick<Result, "runs" | "yardsticks">> {
  const runners: Runner[] = [];
  const yardstickRunners: YardstickRunner[] = [];
  const count = engines.length * configs.length;
  const rounds = profileOnly ? 0 : repetitions;
  const measuredEngines = profileOnly ? [] : engines;
  const total = 2 * count + measuredEngines.length + rounds * (kinds.length * count + measuredEngines.length);
  let done = 0;
  const next = (what: string) => report(what, done++, total);
  try {
    for (const engine of engines) {
      for (const config of configs) {
        next(`${config} on ${engine}: warm-up`);
        const runner = await Runner.start(engine, { ...task, config });
        runners.push(runner);
        await runner.warmUp(profileOnly ? [] : kinds);
      }
    }
    for (const engine of measuredEngines) {
      next(`yardsticks on ${engine}: warm-up`);
      const runner = await YardstickRunner.start(engine);
      yardstickRunners.push(runner);
      await runner.warmUp(repetitions);
    }
    const turns = [
      ...runners.flatMap((runner) =>
        kinds.map((kind) => ({ name: `${runner.name}: ${kind}`, act: () => runner.measure(kind) })),
      ),
      ...yardstickRunners.map((runner) => ({ name: runner.name, act: () => runner.measure() })),
    ];
    const random = new Random(0);
    for (let round = 1; round <= rounds; round++) {
      for (const { name, act } of random.shuffled(turns)) {
        next(`round ${round}/${rounds}, ${name}`);
        await act();
      }
    }
    for (const runner of runners) {
      next(`${runner.name}: profile`);
      await runner.profile(profilePasses);
    }
    return {
      runs: runners.map((runner) => runner.result()),
      yardsticks: yardstickRunners.flatMap((runner) => runner.results()),
    };
  } finally {
    for (const runner of [...runners, ...yardstickRunners]) runner.stop();
  }
}
