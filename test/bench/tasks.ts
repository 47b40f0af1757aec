import type { Batching } from "../../src/corpus";
import type { EngineName } from "../../src/engine";
import type { ConfigChoice } from "./configs";
import type { Profile } from "./profile/profile-training";
import type { CorpusPart, WorkloadFacts } from "./workload";

/** A model on sentences. */
export interface WorkloadTask extends ConfigChoice {
  readonly corpus: CorpusPart;
  /** Uses one batch of sentences of this length. */
  readonly length?: number;
  /** Uses a model of this width, with one batch of the corpus. */
  readonly hidden?: number;
}

/** The requests to a worker process, which has one engine, and its answers. */
export interface Tasks {
  start: { readonly ask: { readonly engine: EngineName }; readonly answer: { readonly detail: string } };
  /** Creates a workload. Other requests name it by its key. */
  open: { readonly ask: WorkloadTask & { readonly key: string }; readonly answer: WorkloadFacts };
  close: { readonly ask: { readonly key: string }; readonly answer: null };
  /** Seconds of one pass over all its sentences. */
  train: {
    /** Default: as in the setting. */
    readonly ask: { readonly key: string; readonly batching?: Batching };
    readonly answer: number;
  };
  infer: { readonly ask: { readonly key: string; readonly batch: number }; readonly answer: number };
  profile: { readonly ask: { readonly key: string; readonly passes: number }; readonly answer: Profile };
  /** Seconds of some runs of a yardstick. */
  yardstick: { readonly ask: { readonly name: string; readonly runs: number }; readonly answer: number };
  /** The peak memory of the process in bytes. */
  memory: { readonly ask: object; readonly answer: number };
}

export type TaskName = keyof Tasks;

export type Request = {
  [Name in TaskName]: { readonly task: Name; readonly ask: Tasks[Name]["ask"] };
}[TaskName];

/** `input`: whether the user is at fault, with a wrong argument or corpus. */
export type Reply =
  | { readonly answer: Tasks[TaskName]["answer"] }
  | { readonly failure: string; readonly input: boolean };
