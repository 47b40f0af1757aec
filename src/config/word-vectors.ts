import { z } from "zod";
import { type CaseForm, caseForms } from "../corpus";

/** Pre-trained vectors as the first values of the word embedding ("including Glove", §3.1). */
export interface WordVectorsConfig {
  /** Where training reads them; a stored model holds its vectors and only remembers the name. */
  readonly file: string;
  /** SHA-256 that the file must have, so that a config names content and not a path; null takes any. A stored model's is known. */
  readonly sha256: string | null;
  /**
   * false leaves all rows of the table as they are, as the released code does: words that only the test split holds then lie
   * where training has seen their neighbors.
   */
  readonly trainable: boolean;
  /**
   * Spellings in which a word is looked up, one after the other, where the file lacks it as it is written: GloVe's words are
   * in small letters. [] is what the released code does. Takes the place of `model.wordFallback`.
   */
  readonly fallback: readonly CaseForm[];
  /**
   * Rows of words without a vector: random ones as widely spread as the vectors tell such words apart; 0, as in the released
   * code, does not.
   */
  readonly missing: "random" | "zero";
}

export const wordVectorsSchema: z.ZodType<WordVectorsConfig> = z.strictObject({
  file: z.string().min(1),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in 64 small hexadecimal digits, or null")
    .nullable()
    .default(null),
  trainable: z.boolean().default(false),
  fallback: z
    .array(z.enum(caseForms))
    .refine((forms) => new Set(forms).size === forms.length, "must name each spelling once")
    .default([...caseForms]),
  missing: z.enum(["random", "zero"]).default("random"),
});
