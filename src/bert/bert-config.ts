import { z } from "zod";
import { plainRules, type WordRules } from "../corpus";

/** A BERT encoder (Devlin et al. 2019), with the shapes of Hugging Face's checkpoints. */
export interface BertConfig extends BertSizes, WordRules {
  /**
   * The pre-trained BERT that training starts from: a folder in Hugging Face's format, or a name in the local cache, such as
   * "dmis-lab/biobert-base-cased-v1.2". It determines omitted sizes and word rules. null trains from scratch.
   */
  readonly from: string | null;
  /** Dropout of hidden states and attention weights in training. Separate from the model's, because BERT was pre-trained with it. */
  readonly dropout: number;
  /** The representation of a piece: the mean of the last four hidden states, as in the released code, or the last one. */
  readonly output: "lastFour" | "last";
  /** Keeps the parameters constant. A frozen BERT needs no backward pass and no optimizer moments. */
  readonly frozen: boolean;
  /** A `vocab.txt`. null uses the vocabulary of `from`, or builds one from the training sentences. */
  readonly vocabulary: string | null;
  /** Words of a sentence and its context together (§3.1 does not give a number). */
  readonly context: {
    /** In training. Less context needs less memory. */
    readonly training: number;
    /** In evaluation and prediction. */
    readonly evaluation: number;
  };
}

export interface BertSizes {
  /** Transformer layers; 12 in BERT-base. */
  readonly layers: number;
  /** Width of hidden states; 768 in BERT-base. The released code also uses it as the model's d (`model.hidden`). */
  readonly hidden: number;
  /** Attention heads; divides `hidden`. 12 in BERT-base. */
  readonly heads: number;
  /** Width of the inner layer of each feed-forward block; four times `hidden` in every published BERT. */
  readonly intermediate: number;
  /** Position embeddings, which bound the pieces of an input. 512 in every published BERT. */
  readonly positions: number;
  /** Added to the variance in LayerNorm; 1e-12 in all of Google's BERTs. */
  readonly normEpsilon: number;
}

const width = z.int().min(1).max(16384);
const words = z.int().min(0).max(16384);

/** Sizes are required. Defaults are those of the published models and the released code. */
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
    message: "must be null if model.bert.from names a BERT, which has a vocabulary",
  });

/** A BERT of this size, with the head width (64) and inner layer (4 × hidden) of the published models. */
export function bertOf(layers: number, hidden: number): BertConfig {
  return bertSchema.parse({ layers, hidden, heads: hidden / 64, intermediate: 4 * hidden });
}
