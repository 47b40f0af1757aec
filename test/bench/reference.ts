import { z } from "zod";
import { readJson } from "../../src/base/files";
import { parseWith } from "../../src/base/schema";

/** Sentences per second of the authors' PyTorch code; medians. */
export interface ReferenceFigures {
  readonly config: string;
  /** Name of the corpus folder. */
  readonly corpus: string;
  /** Sentences a training step. */
  readonly batch: number;
  readonly training: number;
  /** Inference, one sentence at a time, as its evaluation does. */
  readonly single: number;
  /** Inference, `inferenceBatch` sentences at a time. */
  readonly batched: number;
  readonly inferenceBatch: number;
}

export interface Reference {
  /** What computed, for people: version, threads, machine. */
  readonly runtime: string;
  /** GFLOP/s of its matrix product at 1024³. */
  readonly gemm: number;
  readonly figures: readonly ReferenceFigures[];
}

/**
 * The authors' released code, unchanged, as once measured. It was another machine or another day: nothing here may be set
 * in a ratio with what is measured now.
 */
export const elsewhere: Reference = {
  runtime: "torch 1.13, OpenBLAS, AVX-512, two threads of a Zen 5, quiet machine",
  gemm: 436,
  figures: [
    { config: "S0", corpus: "genia", batch: 8, training: 28, single: 56, batched: 80, inferenceBatch: 4 },
    { config: "S0", corpus: "weibo_char", batch: 8, training: 7, single: 39, batched: 29, inferenceBatch: 4 },
    { config: "S", corpus: "genia", batch: 8, training: 24.5, single: 53, batched: 92, inferenceBatch: 4 },
    { config: "M", corpus: "genia", batch: 8, training: 14, single: 29, batched: 38, inferenceBatch: 4 },
    { config: "B", corpus: "genia", batch: 4, training: 1.2, single: 3.5, batched: 5.7, inferenceBatch: 4 },
  ],
};

const rate = z.number().gt(0);

const schema: z.ZodType<Reference> = z.strictObject({
  runtime: z.string(),
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

/** Figures measured on this very machine. @throws InputError when the file does not hold them */
export function readReference(path: string): Reference {
  return parseWith(schema, readJson(path), path);
}

/** The figures of the same setting, corpus and batch. */
export function figuresFor(
  reference: Reference,
  run: Pick<ReferenceFigures, "config" | "corpus" | "batch">,
): ReferenceFigures | undefined {
  return reference.figures.find(
    ({ config, corpus, batch }) => config === run.config && corpus === run.corpus && batch === run.batch,
  );
}
