import { z } from "zod";
import { InputError } from "../../src/base/errors";
import { readJson } from "../../src/base/files";
import { parseWith } from "../../src/base/schema";
import type { Machine, Run } from "./result";
import { inferenceBatch, type Kind } from "./runner";

/** Sentences per second of the authors' PyTorch code; medians. */
export interface ReferenceFigures {
  readonly config: string;
  /** Name of the corpus folder. */
  readonly corpus: string;
  /** Sentences per training step. */
  readonly batch: number;
  /** Training with shuffled batches. */
  readonly training: number;
  /** Inference, one sentence at a time, as in its evaluation. */
  readonly single: number;
  /** Inference, `inferenceBatch` sentences at a time. */
  readonly batched: number;
  readonly inferenceBatch: number;
}

/** The speed of the authors' code, measured on this machine. */
export interface Reference {
  /** A description: "torch 1.13, OpenBLAS-OpenMP, two threads". */
  readonly runtime: string;
  /** The processor's name in the output of `npm run bench -- --json`. */
  readonly machine: string;
  /** GFLOP/s of its matrix product at 1024³. */
  readonly gemm: number;
  readonly figures: readonly ReferenceFigures[];
}

const rate = z.number().gt(0);

const schema: z.ZodType<Reference> = z.strictObject({
  runtime: z.string(),
  machine: z.string(),
  gemm: rate,
  figures: z.array(
    z.strictObject({
      config: z.string(),
      corpus: z.string(),
      batch: z.int().min(1),
      training: rate,
      single: rate,
      batched: rate,
      inferenceBatch: z.int().min(1),
    }),
  ),
});

/** @throws InputError for an invalid file */
export function readReference(path: string): Reference {
  return parseWith(schema, readJson(path), path);
}

/** @throws InputError if the figures were measured on another machine */
export function requireMeasuredHere(
  { machine }: Reference,
  { processor }: Pick<Machine, "processor">,
  path: string,
): void {
  if (machine === processor) return;
  throw new InputError(
    `${path}: machine is "${machine}", this one is "${processor}"; measure the authors' code here`,
  );
}

/** The figures for a setting, corpus and batch. */
export function figuresFor(
  reference: Reference,
  run: Pick<ReferenceFigures, "config" | "corpus" | "batch">,
): ReferenceFigures | undefined {
  return reference.figures.find(
    ({ config, corpus, batch }) => config === run.config && corpus === run.corpus && batch === run.batch,
  );
}

/** The figure for the same work as ours, if there is one. */
export function figureFor(
  reference: Reference,
  run: Pick<Run, "config" | "batch" | "vocabulary"> & { readonly corpus: string },
  kind: Kind,
): number | undefined {
  const figures = figuresFor(reference, run);
  // A vocabulary built from the corpus splits words into more pieces than theirs.
  if (figures === undefined || run.vocabulary?.source === "corpus") return undefined;
  switch (kind) {
    case "shuffled":
      return figures.training;
    case "similarLength":
      return undefined;
    case "single":
      return figures.single;
    case "batched":
      return figures.inferenceBatch === inferenceBatch ? figures.batched : undefined;
  }
}
