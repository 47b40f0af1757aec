import { join } from "node:path";
import { z } from "zod";
import { readJson } from "../base/files";

/** Scores of a model on the splits that were scored. */
export interface SplitScores {
  readonly dev?: { readonly overall: OverallScore };
  readonly test?: { readonly overall: OverallScore };
}

interface OverallScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

const score = z.object({ precision: z.number(), recall: z.number(), f1: z.number() });
const scores = z.object({ overall: score });
const resultSchema: z.ZodType<RunSummary> = z.object({
  corpus: z.object({ name: z.string() }),
  bestEpoch: z.int(),
  scores: z.object({ dev: scores.optional(), test: scores.optional() }),
});

/** The part of a complete run's result that describes its model. */
interface RunSummary {
  readonly corpus: { readonly name: string };
  readonly bestEpoch: number;
  readonly scores: SplitScores;
}

/** The origin of a detector. */
export interface Origin {
  /** The path from which it was loaded. */
  readonly path: string;
  /** Absent until the run is complete, and for a model that is not in a run's folder. */
  readonly result?: RunSummary;
}

/** Reads the description of a model from the folder of its run. A detector works without it, so a damaged result is ignored. */
export function originOf(path: string): Origin {
  try {
    return { path, result: resultSchema.parse(readJson(join(path, "result.json"))) };
  } catch {
    return { path };
  }
}
