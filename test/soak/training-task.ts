// A small training run in a child process, which a trial may kill, and its outcome.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PnrError } from "../../src/base/errors";
import { readModel } from "../../src/detector/storage";
import { type CheckpointTimes, readTraining, runFiles } from "../../src/training";
import type { Fault } from "./faults";

/** What to train. The child process reads it as JSON. */
export interface TrainingTask {
  /** Changes to the tiny setting of {@link tinySetting}. */
  readonly config: { readonly training?: object; readonly model?: object };
  /** Sentences of train, dev and test of the tiny corpus. */
  readonly sizes: readonly [train: number, dev: number, test: number];
  readonly directory: string;
  readonly checkpoint?: CheckpointTimes;
  /** Counts possible moments of a fault, and kills the process at one of them. */
  readonly fault?: Fault;
}

/** A model of about 2,000 parameters, with dropout and everything else that draws random numbers. */
export const tinySetting: { readonly model: object; readonly training: object } = {
  model: { embedding: { characters: 4, words: 8, pos: 2 }, hidden: 16, kernels: [2], layers: 2, heads: 2 },
  training: { epochs: 3, batchSize: 4, learningRate: 0.01, minimumWordCount: 1, seed: 5 },
};

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process id when training begins. */
  readonly onBegin?: (pid: number) => void;
}

/** Trains in a child process. Does not throw if it is killed. */
export function trainInProcess(
  task: TrainingTask,
  { env = {}, onBegin }: ProcessOptions = {},
): Promise<Ending> {
  mkdirSync(dirname(task.directory), { recursive: true });
  const file = `${task.directory}.task.json`;
  writeFileSync(file, JSON.stringify(task));
  const child = spawn(process.execPath, [join(__dirname, "training-process.js"), file], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.once("data", () => onBegin?.(child.pid!));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr: stderr.trim() }));
  });
}

/** @throws PnrError with the standard error of the process, if it failed */
export function requireSuccess(ending: Ending, what: string): void {
  if (ending.code !== 0)
    throw new PnrError(`${what} ended with ${ending.code ?? ending.signal}: ${ending.stderr}`);
}

/**
 * Everything of a run that must not depend on interruptions: weights, moments and the generator's state of the last checkpoint, the
 * best model, and the loss and scores of each epoch, but not the time.
 */
export function outcomeOf(directory: string): Readonly<Record<string, string>> {
  const hash = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");
  const tensors = (file: string): string => {
    const path = join(directory, file);
    // readModel checks the tensors against the hash in the file.
    readModel(path);
    return (JSON.parse(readFileSync(path, "utf8")) as { tensors: { sha256: string } }).tensors.sha256;
  };
  const { extra } = readModel(join(directory, runFiles.last));
  const { step, random } = extra as { step: number; random: unknown };
  const epochs = readTraining(directory).map(({ seconds, sentencesPerSecond, ...report }) => report);
  const result = join(directory, runFiles.result);
  return {
    last: tensors(runFiles.last),
    best: tensors(runFiles.best),
    generator: hash([step, random]),
    epochs: hash(epochs),
    scores: existsSync(result) ? hash(JSON.parse(readFileSync(result, "utf8")).scores) : "none",
  };
}
