import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors";
import { readJson } from "../../base/files";
import { parseWith } from "../../base/schema";
import { lengthGroups, type SplitName, splitNames } from "../../corpus";
import type { Scores } from "../../evaluation";
import type { EpochReport } from "../../training";
import { epochSchema, scoresSchema } from "../../training/report-schema";
import { type Case, caseSchema } from "./cases";
import type { Measures } from "./measures";
import { readResults, type SentenceResult } from "./predictions";
import { sweepFiles } from "./run-files";

/** Where a run was computed. Not part of its identity. */
export interface Provenance {
  /** Version of this library. */
  readonly version: string;
  /** Commit of its sources, with "-dirty" if they were changed; null if unknown. */
  readonly commit: string | null;
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  /** The engine's description, with its threads. */
  readonly engine: string;
  readonly host: string;
  /** Time of completion, ISO 8601. */
  readonly completed: string;
  /** Number of attempts. */
  readonly attempts: number;
}

/** The result of a complete run. */
export interface RunResult {
  readonly format: 1;
  /** The scored split: test, or dev if the corpus has no test split. */
  readonly split: SplitName;
  /** The best epoch's scores by the usual rules. */
  readonly scores: Scores;
  readonly epochs: readonly EpochReport[];
  /** Counts from 1. */
  readonly bestEpoch: number;
  /** Seconds in training and its evaluations, over all attempts. */
  readonly seconds: number;
  /** Training sentences. */
  readonly sentences: number;
  /** Numbers in all parameters. */
  readonly parameters: number;
  readonly measures: Measures | null;
  /** Absent from runs of earlier versions. */
  readonly cases?: readonly Case[];
  readonly provenance: Provenance;
}

const numbers = z.array(z.number());
const text = z.string();

/** Keeps keys that a later version adds. */
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
      shortShares: numbers.optional(),
      moves: numbers,
      approach: z
        .partialRecord(
          z.enum(lengthGroups),
          z.looseObject({ found: z.int(), distances: numbers, exact: numbers }),
        )
        .optional(),
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

/** @returns `undefined` until the run is complete. @throws InputError if the file is damaged or has another version */
export function readRunResult(folder: string): RunResult | undefined {
  const path = join(folder, sweepFiles.result);
  if (!existsSync(path)) return undefined;
  try {
    return parseWith(schema, readJson(path), path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const problem = `${error.message}; remove it, and pnr sweep rebuilds it from the training`;
    throw new InputError(problem, { cause: error });
  }
}

/** The predictions of a complete run for each sentence of its split. @throws InputError if the file is damaged */
export function readSentenceResults(folder: string): SentenceResult[] {
  const path = join(folder, sweepFiles.predictions);
  return readResults(readJson(path), path);
}
