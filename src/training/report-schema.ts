// Validates the stored reports of runs. Keys that a later version adds are kept.
import { z } from "zod";
import { isRecord } from "../base/json";
import type { Scores } from "../evaluation/score-types";
import type { EpochReport, TrainingResult } from "./training-reports";

const count = z.int().min(0);
const score = z.looseObject({
  gold: count,
  predicted: count,
  correct: count,
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
});
const groups = z.record(z.string(), score);

export const scoresSchema: z.ZodType<Scores> = z.looseObject({
  overall: score,
  byLength: groups,
  byType: groups,
  byNesting: z.looseObject({ flat: score, nested: score }),
  sentences: count,
});

export const epochSchema: z.ZodType<EpochReport> = z.looseObject({
  epoch: z.int().min(1),
  loss: z.number(),
  seconds: z.number().min(0),
  sentencesPerSecond: z.number(),
  best: z.boolean(),
  dev: scoresSchema.optional(),
  test: scoresSchema.optional(),
});

/** Earlier versions wrote only the last engine. */
function withEngines(value: unknown): unknown {
  if (!isRecord(value) || value.engines !== undefined || typeof value.engine !== "string") return value;
  const { engine, ...rest } = value;
  return { ...rest, engines: [engine] };
}

const result = z.looseObject({
  epochs: z.array(epochSchema),
  scores: z.looseObject({ dev: scoresSchema.optional(), test: scoresSchema.optional() }),
  bestEpoch: count,
  seconds: z.number().min(0),
  parameters: count,
  engines: z.array(z.string()),
  corpus: z.looseObject({ name: z.string(), hash: z.string() }),
  directory: z.string(),
});

/** Does not validate fields that are only reported. */
export const trainingResultSchema: z.ZodType<
  Omit<TrainingResult, "init" | "wordVectors" | "cutOff" | "unreachable">
> = z.preprocess(withEngines, result);
