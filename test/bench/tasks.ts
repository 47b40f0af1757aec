import type { Batching } from "../../src/corpus";
import type { EngineName } from "../../src/engine";
import type { ConfigChoice } from "./configs";
import type { Profile } from "./profile/profile";
import type { VocabularyFacts } from "./result";
import type { CorpusPart } from "./workload";

/** A model on sentences. */
export interface WorkloadTask extends ConfigChoice {
  readonly corpus: CorpusPart;
  /** Where given, the sentences are made this long, one batch of them. */
  readonly length?: number;
  /** Where given, the model's width, with one batch of the corpus's sentences. */
  readonly hidden?: number;
}

export interface WorkloadFacts {
  readonly batch: number;
  /** How the setting draws its training batches; the profile watches these. */
  readonly batching: Batching;
  /** Of a model with BERT. */
  readonly vocabulary?: VocabularyFacts;
  readonly parameters: number;
  readonly sentences: number;
  readonly tokens: number;
  /** Training steps in a pass over the sentences. */
  readonly steps: number;
  /** Share of positions in these steps that are padding. */
  readonly padding: Readonly<Record<Batching, number>>;
}

/** What a process of its own does for the benchmark, one engine each; what it is asked and what it answers. */
export interface Tasks {
  start: { readonly ask: { readonly engine: EngineName }; readonly answer: { readonly detail: string } };
  /** Makes a workload, known by a key from then on. */
  open: { readonly ask: WorkloadTask & { readonly key: string }; readonly answer: WorkloadFacts };
  close: { readonly ask: { readonly key: string }; readonly answer: null };
  /** Seconds of one pass over all its sentences. */
  train: {
    /** Without a batching, as the setting has it. */
    readonly ask: { readonly key: string; readonly batching?: Batching };
    readonly answer: number;
  };
  infer: { readonly ask: { readonly key: string; readonly batch: number }; readonly answer: number };
  profile: { readonly ask: { readonly key: string; readonly passes: number }; readonly answer: Profile };
  /** Seconds of so many runs of a yardstick. */
  yardstick: { readonly ask: { readonly name: string; readonly runs: number }; readonly answer: number };
  /** The most memory that the process has held so far, in bytes. */
  memory: { readonly ask: object; readonly answer: number };
}

export type TaskName = keyof Tasks;

export type Request = {
  [Name in TaskName]: { readonly task: Name; readonly ask: Tasks[Name]["ask"] };
}[TaskName];

/** `input` tells that the fault is the user's: a wrong argument or corpus. */
export type Reply =
  | { readonly answer: Tasks[TaskName]["answer"] }
  | { readonly failure: string; readonly input: boolean };
