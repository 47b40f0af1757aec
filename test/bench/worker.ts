// A process of its own that computes on one engine what the benchmark asks for; see tasks.ts.
import { InputError } from "../../src/base/errors";
import { startEngine } from "../../src/engine";
import { type Config, parseConfig } from "../../src/training";
import { configOf } from "./configs";
import { profileTraining } from "./profile/profile";
import { sentencesOfLength } from "./sentences";
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

function workload(key: string): Workload {
  const found = workloads.get(key);
  if (!found) throw new Error(`there is no workload "${key}"`);
  return found;
}

async function timed(compute: () => void | Promise<void>): Promise<number> {
  const began = performance.now();
  await compute();
  return (performance.now() - began) / 1000;
}

async function open(ask: WorkloadTask): Promise<Workload> {
  const { corpus, sentences } = await readPart(ask.corpus);
  const config = widened(configOf(ask), ask.hidden);
  const { batchSize } = config.training;
  if (ask.length !== undefined)
    return new Workload(config, corpus, sentencesOfLength(sentences, ask.length, batchSize));
  return new Workload(config, corpus, ask.hidden === undefined ? sentences : sentences.slice(0, batchSize));
}

function widened(config: Config, hidden: number | undefined): Config {
  return hidden === undefined ? config : parseConfig({ model: { hidden } }, "--scaling", config);
}

const handlers: Handlers = {
  start: async ({ engine }) => ({ detail: (await startEngine(engine)).detail }),
  open: async ({ key, ...ask }) => {
    const opened = await open(ask);
    workloads.set(key, opened);
    const { config, parameters, vocabulary, size } = opened;
    const { batchSize: batch, batching } = config.training;
    return { batch, batching, parameters, vocabulary, ...size };
  },
  close: ({ key }) => {
    workload(key).dispose();
    workloads.delete(key);
    return null;
  },
  train: ({ key, batching }) => timed(() => workload(key).train(batching)),
  infer: ({ key, batch }) => timed(() => workload(key).infer(batch)),
  profile: ({ key, passes }) => profileTraining(workload(key), passes),
  yardstick: ({ name, runs }) => {
    let found = prepared.get(name);
    if (!found) {
      const yardstick = yardsticks.find((one) => one.name === name);
      if (!yardstick) throw new Error(`there is no yardstick "${name}"`);
      found = yardstick.prepare();
      prepared.set(name, found);
    }
    return timeRuns(found.run, runs);
  },
  memory: () => process.resourceUsage().maxRSS * 1024,
};

async function handle({ task, ask }: Request): Promise<Reply> {
  try {
    return { answer: await (handlers[task] as (given: unknown) => Promise<Tasks[TaskName]["answer"]>)(ask) };
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
