import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors";
import { readJson } from "../../base/files";
import { parseWith } from "../../base/schema";
import { type SplitName, splitNames } from "../../corpus";
import type { Scores } from "../../evaluation";
import type { EpochReport } from "../../training";
import { epochSchema, scoresSchema } from "../../training/report-schema";
import { type Case, caseSchema } from "./cases";
import { sweepFiles } from "./files";
import type { Measures } from "./measures";
import { readResults, type SentenceResult } from "./predictions";

/** Where and of what a run was made: recorded, but no part of its identity. */
export interface Provenance {
  /** Version of this library. */
  readonly version: string;
  /** Commit of its sources, with "-dirty" where they were changed; null where it is not known. */
  readonly commit: string | null;
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  /** What the engine says of itself, threads included. */
  readonly engine: string;
  readonly host: string;
  /** When it was completed, ISO 8601. */
  readonly completed: string;
  /** How many attempts it took. */
  readonly attempts: number;
}

/** What a complete run tells. */
export interface RunResult {
  readonly format: 1;
  /** What {@link scores} are of: test, or dev where the corpus has no test split. */
  readonly split: SplitName;
  /** The best epoch's scores; exact match, each entity once. */
  readonly scores: Scores;
  readonly epochs: readonly EpochReport[];
  /** Counts from 1. */
  readonly bestEpoch: number;
  /** Seconds in training and its evaluations, over all attempts. */
  readonly seconds: number;
  /** Sentences learned from. */
  readonly sentences: number;
  /** Numbers in all parameters. */
  readonly parameters: number;
  readonly measures: Measures | null;
  /** The way of some sentences' proposals; runs of before they were kept have none. */
  readonly cases?: readonly Case[];
  readonly provenance: Provenance;
}

const numbers = z.array(z.number());
const text = z.string();

/** Keys that a later version adds are kept. */
const schema: z.ZodType<RunResult> = z.looseObject({
  format: z.literal(1),
  cases: z.array(caseSchema).optional(),
  split: z.enum(splitNames),
  scores: scoresSchema,
  epochs: z.array(epochSchema),
  bestEpoch: z.int().min(0),
  seconds: z.number().min(0),
  sentences: z.int().min(0),
  parameters: z.int().min(0),
  measures: z
    .looseObject({
      sentences: z.int().min(0),
      entropy: numbers,
      contentEntropy: numbers,
      spanLengths: numbers,
      moves: numbers,
    })
    .nullable(),
  provenance: z.looseObject({
    version: text,
    commit: text.nullable(),
    node: text,
    platform: text,
    processor: text,
    engine: text,
    host: text,
    completed: text,
    attempts: z.int().min(0),
  }),
});

/** @throws InputError when the file is damaged or of another version; undefined while the run is not complete */
export function readRunResult(folder: string): RunResult | undefined {
  const path = join(folder, sweepFiles.result);
  if (!existsSync(path)) return undefined;
  try {
    return parseWith(schema, readJson(path), path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const problem = `${error.message}; remove it, and pnr sweep makes it again of what was trained`;
    throw new InputError(problem, { cause: error });
  }
}

/** What a complete run found in each sentence of its split. @throws InputError when the file is damaged */
export function readSentenceResults(folder: string): SentenceResult[] {
  const path = join(folder, sweepFiles.predictions);
  return readResults(readJson(path), path);
}
