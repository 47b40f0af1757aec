// Child process of the benchmark: computes on one engine; see tasks.ts.
import { InputError } from "../../src/base/errors";
import { startEngine } from "../../src/engine";
import { type Config, parseConfig } from "../../src/training";
import { configOf } from "./configs";
import { sentencesOfLength } from "./fixed-length-sentences";
import { profileTraining } from "./profile/profile-training";
import type { Reply, Request, TaskName, Tasks, WorkloadTask } from "./tasks";
import { readPart, Workload } from "./workload";
import { timeRuns, yardsticks } from "./yardsticks";

type Handlers = {
  readonly [Name in TaskName]: (
    ask: Tasks[Name]["ask"],
  ) => Tasks[Name]["answer"] | Promise<Tasks[Name]["answer"]>;
};

const workloads = new Map<string, Workload>();
const prepared = new Map<string, { readonly run: () => void }>();

function workloadOf(key: string): Workload {
  const workload = workloads.get(key);
  if (!workload) throw new Error(`there is no workload "${key}"`);
  return workload;
}

async function secondsOf(compute: () => void | Promise<void>): Promise<number> {
  const began = performance.now();
  await compute();
  return (performance.now() - began) / 1000;
}

async function open(ask: WorkloadTask): Promise<Workload> {
  const { corpus, sentences } = await readPart(ask.corpus);
  const config = withWidth(configOf(ask), ask.hidden);
  const { batchSize } = config.training;
  if (ask.length !== undefined)
    return new Workload(config, corpus, sentencesOfLength(sentences, ask.length, batchSize));
  return new Workload(config, corpus, ask.hidden === undefined ? sentences : sentences.slice(0, batchSize));
}

function withWidth(config: Config, hidden: number | undefined): Config {
  return hidden === undefined ? config : parseConfig({ model: { hidden } }, "--scaling", config);
}

const handlers: Handlers = {
  start: async ({ engine }) => ({ detail: (await startEngine(engine)).detail }),
  open: async ({ key, ...ask }) => {
    const workload = await open(ask);
    workloads.set(key, workload);
    const { config, parameters, vocabulary, size } = workload;
    const { batchSize: batch, batching } = config.training;
    return { batch, batching, parameters, vocabulary, ...size };
  },
  close: ({ key }) => {
    workloadOf(key).dispose();
    workloads.delete(key);
    return null;
  },
  train: ({ key, batching }) => secondsOf(() => workloadOf(key).train(batching)),
  infer: ({ key, batch }) => secondsOf(() => workloadOf(key).infer(batch)),
  profile: ({ key, passes }) => profileTraining(workloadOf(key), passes),
  yardstick: ({ name, runs }) => {
    let computation = prepared.get(name);
    if (!computation) {
      const yardstick = yardsticks.find((one) => one.name === name);
      if (!yardstick) throw new Error(`there is no yardstick "${name}"`);
      computation = yardstick.prepare();
      prepared.set(name, computation);
    }
    return timeRuns(computation.run, runs);
  },
  memory: () => process.resourceUsage().maxRSS * 1024,
};

async function handle({ task, ask }: Request): Promise<Reply> {
  try {
    return {
      answer: await (handlers[task] as (request: unknown) => Promise<Tasks[TaskName]["answer"]>)(ask),
    };
  } catch (error) {
    return {
      failure: error instanceof Error ? error.message : String(error),
      input: error instanceof InputError,
    };
  }
}

process.on("message", (request: Request) => {
  void handle(request).then((reply) => process.send?.(reply));
});
process.on("disconnect", () => process.exit());
