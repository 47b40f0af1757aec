import { z } from "zod";
import { plainRules, type WordRules } from "../corpus";

/** A BERT encoder (Devlin et al. 2019), in the shape that Hugging Face's checkpoints have. */
export interface BertConfig extends BertSizes, WordRules {
  /**
   * A pre-trained BERT that training starts from: a folder in Hugging Face's format, or the name of one in the local cache, as
   * "dmis-lab/biobert-base-cased-v1.2". Sizes and word rules left out are read from it. null starts from nothing.
   */
  readonly from: string | null;
  /** Share dropped in training, of hidden states and of attention weights; its own, because a BERT was pre-trained with it. */
  readonly dropout: number;
  /** What a piece is represented by: the mean of the last four hidden states, as in the released code, or the last one. */
  readonly output: "lastFour" | "last";
  /** true leaves its parameters as they are and differentiates nothing in it: it then costs no backward pass, no moments. */
  readonly frozen: boolean;
  /** A `vocab.txt`; null takes that of `from`, or else makes one of the training sentences. */
  readonly vocabulary: string | null;
  /** Words of a sentence and its context together, in training and in evaluation (§3.1 does not say how many). */
  readonly context: {
    /** While the model learns; less context makes batches that fit. */
    readonly training: number;
    /** In scoring and prediction. */
    readonly evaluation: number;
  };
}

export interface BertSizes {
  /** Transformer layers; 12 in BERT-base. */
  readonly layers: number;
  /** Width of hidden states; 768 in BERT-base. The released code takes it as the whole model's d too (`model.hidden`). */
  readonly hidden: number;
  /** Attention heads; divides `hidden`. 12 in BERT-base. */
  readonly heads: number;
  /** Width of the inner layer of each feed-forward block; four times `hidden` in every published BERT. */
  readonly intermediate: number;
  /** Places that have an embedding, so that no input can have more pieces. 512 in every published BERT. */
  readonly positions: number;
  /** What LayerNorm adds to a variance; 1e-12 in every BERT of Google's. */
  readonly normEpsilon: number;
}

const width = z.int().min(1).max(16384);
const words = z.int().min(0).max(16384);

/** Sizes must be given; the rest has the values of the published models and the released code. */
export const bertSchema: z.ZodType<BertConfig> = z
  .strictObject({
    from: z.string().min(1).nullable().default(null),
    layers: z.int().min(1).max(128),
    hidden: width,
    heads: z.int().min(1).max(1024),
    intermediate: width.max(65536),
    positions: z.int().min(3).max(16384).default(512),
    normEpsilon: z.number().gt(0).max(0.1).default(1e-12),
    dropout: z.number().min(0).max(0.9).default(0.1),
    output: z.enum(["lastFour", "last"]).default("lastFour"),
    frozen: z.boolean().default(false),
    vocabulary: z.string().min(1).nullable().default(null),
    lowercase: z.boolean().default(plainRules.lowercase),
    stripAccents: z.boolean().nullable().default(plainRules.stripAccents),
    splitChinese: z.boolean().default(plainRules.splitChinese),
    replace: z
      .strictObject({
        accents: z.boolean().default(false),
        punctuation: z.union([z.boolean(), z.enum(["released"])]).default(false),
      })
      .prefault({}),
    context: z.strictObject({ training: words.default(64), evaluation: words.default(512) }).prefault({}),
  })
  .refine((bert) => bert.hidden % bert.heads === 0, {
    path: ["heads"],
    message: "must divide model.bert.hidden",
  })
  .refine((bert) => bert.from === null || bert.vocabulary === null, {
    path: ["vocabulary"],
    message: "must be null where model.bert.from names a BERT, which has its own",
  });

/** A BERT of these sizes with the published models' head width (64) and inner layer (4 · hidden). */
export function bertOf(layers: number, hidden: number): BertConfig {
  return bertSchema.parse({ layers, hidden, heads: hidden / 64, intermediate: 4 * hidden });
}
