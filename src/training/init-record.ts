import { z } from "zod";
import type { Scores } from "../evaluation/score-types";

/** A run's record of the model that it starts from. */
export interface InitRecord {
  readonly model: string;
  /** SHA-256 of the model's tensors. */
  readonly sha256: string;
  /** The corpus that the model was trained on, if its run is available. */
  readonly corpus?: { readonly name: string; readonly hash: string };
}

export const initRecordSchema: z.ZodType<InitRecord> = z.object({
  model: z.string(),
  sha256: z.string(),
  corpus: z.strictObject({ name: z.string(), hash: z.string() }).optional(),
});

/** A run's report on the model that it started from. */
export interface InitReport extends InitRecord {
  /** The model's type that each type of the new model comes from; null for new types. */
  readonly types: Readonly<Record<string, string | null>>;
  /** Scores on the corpus that the model was trained on, before and after. */
  readonly scores?: { readonly split: "dev" | "test"; readonly before: Scores; readonly after: Scores };
}
