// The JSON that the benchmark writes with --json and --out, and reads with --against.
import { cpus, totalmem } from "node:os";
import { z } from "zod";
import { readJson } from "../../src/base/files";
import { parseWith } from "../../src/base/schema";
import { type Batching, batchings } from "../../src/corpus";
import type { Summary } from "./statistics";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly system: string;
}

export interface Speed {
  readonly sentencesPerSecond: Summary;
  readonly tokensPerSecond: Summary;
  /** Seconds of each pass over all sentences. */
  readonly seconds: readonly number[];
}

/** A line of a profile. Times are milliseconds per step. */
export interface ProfileLine {
  readonly name: string;
  readonly forward: number;
  readonly backward: number;
  /** Of the whole step, 0 … 1. */
  readonly share: number;
  /** Kernel calls per step. */
  readonly calls: number;
  readonly gflop: number;
}

/** A kernel in a part of the model. Times are milliseconds per step. */
export interface ProfilePlace {
  readonly module: string;
  readonly direction: "forward" | "backward";
  readonly kernel: string;
  readonly milliseconds: number;
  readonly calls: number;
}

export interface StepProfile {
  readonly steps: number;
  readonly millisecondsPerStep: number;
  /** Of the matrix products. */
  readonly gflopPerStep: number;
  readonly modules: readonly ProfileLine[];
  readonly kernels: readonly ProfileLine[];
  /** By module and kernel, the longest first. */
  readonly places: readonly ProfilePlace[];
}

/** The WordPiece vocabulary of a BERT. One built from the corpus splits words into more pieces than a real one. */
export interface VocabularyFacts {
  readonly pieces: number;
  readonly source: "file" | "corpus";
}

/** One engine with one setting. */
export interface Run {
  readonly engine: string;
  readonly detail: string;
  readonly config: string;
  /** Sentences per training step. */
  readonly batch: number;
  /** How the setting draws its training batches. The profile uses these. */
  readonly batching: Batching;
  readonly parameters: number;
  /** Only for a model with BERT. */
  readonly vocabulary?: VocabularyFacts;
  readonly sentences: number;
  readonly tokens: number;
  /** Training steps in a pass over the sentences. */
  readonly steps: number;
  /** Share of positions in these steps that are padding. */
  readonly padding: Readonly<Record<Batching, number>>;
  /** Training with shuffled batches, as in the authors' code. */
  readonly shuffled?: Speed;
  /** Training with batches of similar length, the default. */
  readonly similarLength?: Speed;
  /** Inference, one sentence at a time. */
  readonly single?: Speed;
  /** Inference, `inferenceBatch` sentences at a time. */
  readonly batched?: Speed;
  /** Peak memory of the process in bytes, after inference and after training. */
  readonly memory?: { readonly inference: number; readonly training: number };
  readonly profile?: StepProfile;
  /** Why it was not measured completely. */
  readonly failure?: string;
}

export interface YardstickResult {
  readonly engine: string;
  readonly name: string;
  readonly gflop: number;
  readonly gflopPerSecond: Summary;
  readonly milliseconds: Summary;
}

export interface ScalingPoint {
  readonly engine: string;
  readonly axis: "length" | "hidden";
  readonly size: number;
  /** Seconds of one training step. */
  readonly training?: Summary;
  /** Seconds of predicting that step's sentences. */
  readonly inference?: Summary;
  readonly failure?: string;
}

export interface Settings {
  readonly variant: string;
  /** Changes to the named settings, such as model.layers=2. */
  readonly set: readonly string[];
  /** The name of the folder, and below that of the file. */
  readonly encoder?: string;
  readonly vocabulary?: string;
  readonly corpus: {
    readonly name: string;
    readonly hash: string;
    readonly split: string;
    /** The most sentences of the split that are used. */
    readonly limit: number;
  };
  readonly repetitions: number;
}

export interface Result {
  readonly version: 2;
  readonly machine: Machine;
  /** `load`: the load average of the last minute when it began. */
  readonly made: { readonly at: string; readonly node: string; readonly load: number };
  readonly settings: Settings;
  readonly runs: readonly Run[];
  readonly yardsticks: readonly YardstickResult[];
  readonly scaling: readonly ScalingPoint[];
}

const summary: z.ZodType<Summary> = z.object({
  median: z.number(),
  low: z.number(),
  high: z.number(),
  coverage: z.number(),
  count: z.int(),
});

const speed: z.ZodType<Speed> = z.object({
  sentencesPerSecond: summary,
  tokensPerSecond: summary,
  seconds: z.array(z.number()),
});

const line: z.ZodType<ProfileLine> = z.object({
  name: z.string(),
  forward: z.number(),
  backward: z.number(),
  share: z.number(),
  calls: z.number(),
  gflop: z.number(),
});

const place: z.ZodType<ProfilePlace> = z.object({
  module: z.string(),
  direction: z.enum(["forward", "backward"]),
  kernel: z.string(),
  milliseconds: z.number(),
  calls: z.number(),
});

const profile: z.ZodType<StepProfile> = z.object({
  steps: z.int(),
  millisecondsPerStep: z.number(),
  gflopPerStep: z.number(),
  modules: z.array(line),
  kernels: z.array(line),
  places: z.array(place),
});

const run: z.ZodType<Run> = z.object({
  engine: z.string(),
  detail: z.string(),
  config: z.string(),
  batch: z.int(),
  batching: z.enum(batchings),
  parameters: z.int(),
  vocabulary: z.object({ pieces: z.int(), source: z.enum(["file", "corpus"]) }).optional(),
  sentences: z.int(),
  tokens: z.int(),
  steps: z.int(),
  padding: z.object({ shuffled: z.number(), similarLength: z.number() }),
  shuffled: speed.optional(),
  similarLength: speed.optional(),
  single: speed.optional(),
  batched: speed.optional(),
  memory: z.object({ inference: z.number(), training: z.number() }).optional(),
  profile: profile.optional(),
  failure: z.string().optional(),
});

const yardstick: z.ZodType<YardstickResult> = z.object({
  engine: z.string(),
  name: z.string(),
  gflop: z.number(),
  gflopPerSecond: summary,
  milliseconds: summary,
});

const point: z.ZodType<ScalingPoint> = z.object({
  engine: z.string(),
  axis: z.enum(["length", "hidden"]),
  size: z.int(),
  training: summary.optional(),
  inference: summary.optional(),
  failure: z.string().optional(),
});

const result: z.ZodType<Result> = z.object({
  version: z.literal(2),
  machine: z.object({ processor: z.string(), cores: z.int(), memory: z.number(), system: z.string() }),
  made: z.object({ at: z.string(), node: z.string(), load: z.number() }),
  settings: z.object({
    variant: z.string(),
    set: z.array(z.string()),
    encoder: z.string().optional(),
    vocabulary: z.string().optional(),
    corpus: z.object({ name: z.string(), hash: z.string(), split: z.string(), limit: z.int() }),
    repetitions: z.int(),
  }),
  runs: z.array(run),
  yardsticks: z.array(yardstick),
  scaling: z.array(point),
});

/** @throws InputError if the file is not a result of the benchmark */
export function readResult(path: string): Result {
  return parseWith(result, readJson(path), path);
}

export function thisMachine(): Machine {
  const [first, ...others] = cpus();
  return {
    processor: first?.model.trim() ?? "unknown",
    cores: others.length + 1,
    memory: totalmem(),
    system: `${process.platform} ${process.arch}`,
  };
}
