import { z } from "zod";

/** What a proposal that the one-to-one matching leaves over is to predict: its cheapest target, or always None. */
export type Unmatched = "cheapest" | "none";

/** The points of assignment and loss in which paper and released code differ. */
export interface LossConfig {
  /** What Algorithm 1 gives a proposal that the one-to-one matching leaves over. */
  readonly unmatched: Unmatched;
  /** Matching costs of a sentence's proposals are summed (Eq. 25), or averaged. */
  readonly reduction: "sum" | "mean";
  /** Probabilities in Eq. 24 are not taken below this, where they then have no gradient; 0 takes them as they are. */
  readonly clamp: number;
}

export const lossSchema: z.ZodType<LossConfig> = z.strictObject({
  unmatched: z.enum(["cheapest", "none"]),
  reduction: z.enum(["sum", "mean"]),
  clamp: z.number().min(0).max(0.1),
});

export const paperLoss: LossConfig = { unmatched: "cheapest", reduction: "sum", clamp: 0 };

export const releasedLoss: LossConfig = { unmatched: "none", reduction: "mean", clamp: 1e-8 };
