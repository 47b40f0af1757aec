import { z } from "zod";
import { type ConfigOf, key, variantsOf } from "../base/config-key";
import { plainRules } from "../corpus/word-rules";
import { families, familyNames } from "./families";

const width = z.int().min(1).max(16384);
const words = z.int().min(0).max(16384);

// Sizes must be given. The rest defaults to the values of the published models.
const bertKeys = z.strictObject({
  /**
   * A pre-trained BERT to start from: a folder in Hugging Face's format, or the name of one in the local cache, such as
   * "dmis-lab/biobert-base-cased-v1.2". It supplies the sizes and word rules that the config omits. null starts from random
   * weights.
   */
  from: z.string().min(1).nullable().default(null),
  /** The kind of encoder, as its `config.json` calls it. All are Transformers whose LayerNorm follows each block. */
  family: z.enum(familyNames).default("bert"),
  /** Transformer layers; 12 in BERT-base. */
  layers: z.int().min(1).max(128),
  /** Width of hidden states; 768 in BERT-base. The released code uses it for the whole model (`model.hidden`). */
  hidden: width,
  /** Width of the embeddings, if a linear map makes them as wide as `hidden`, as in small ELECTRAs. null: as wide as `hidden`. */
  embeddingWidth: width.nullable().default(null),
  /** Attention heads; must divide `hidden`. 12 in BERT-base. */
  heads: z.int().min(1).max(1024),
  /** Width of the inner layer of each feed-forward block; 4 × `hidden` in every published BERT. */
  intermediate: width.max(65536),
  /** Number of position embeddings, and so the longest input in pieces; 512 in every published BERT. */
  positions: z.int().min(3).max(16384).default(512),
  /** Constant that LayerNorm adds to the variance; 1e-12 in Google's BERTs. */
  normEpsilon: z.number().gt(0).max(0.1).default(1e-12),
  /** Dropout rate of hidden states and attention weights in training. It is separate from `model.dropout`: BERT was pre-trained with it. */
  dropout: z.number().min(0).max(0.9).default(0.1),
  /** Representation of a piece: the mean of the last four hidden states, as in the released code, or the last hidden state. */
  output: z.enum(["lastFour", "last"]).default("lastFour"),
  /** true keeps BERT's parameters fixed: no gradients are computed, and its outputs are cached. */
  frozen: z.boolean().default(false),
  /**
   * Trains a change of low rank to the query and value maps instead of the pre-trained weights, which are fixed (LoRA, Hu et al. 2021).
   * null trains the weights.
   */
  adapter: z
    .strictObject({
      /** Rank r of each change, 8 in many published settings. Without it, `model.bert.adapter` is null, and the weights are trained. */
      rank: z.int().min(1).max(1024),
      /** The change is multiplied by α / r. */
      alpha: z.number().gt(0).max(4096).default(16),
    })
    .nullable()
    .default(null),
  /** A `vocab.txt`. null uses the vocabulary of `from`; without `from`, the training sentences give one. */
  vocabulary: z.string().min(1).nullable().default(null),
  /** Lower-cases words, as "uncased" vocabularies need. */
  lowercase: z.boolean().default(plainRules.lowercase),
  /** Removes accents from letters. null does so if `lowercase` is true, like BERT's own code. */
  stripAccents: z.boolean().nullable().default(plainRules.stripAccents),
  /** Makes every Chinese character a separate word, as all published BERTs do except some Japanese ones. */
  splitChinese: z.boolean().default(plainRules.splitChinese),
  /** The released code's two tables of replacements. */
  replace: z
    .strictObject({
      /** Replaces the accented letters á à â ä ý ỳ … ñ and their capitals by plain letters, whatever `stripAccents` is. */
      accents: key(z.boolean().default(false), { released: true }),
      /**
       * Replaces a token that consists of “ ” ‘ ’ — … …… or � by " " ' ' - ... ... or ?. "released" does what the released code
       * does: a stray quotation mark there leaves ’ as it is and turns ‘ into a piece of source text.
       */
      punctuation: key(z.union([z.boolean(), z.enum(["released"])]).default(false), { released: "released" }),
    })
    .prefault({}),
  /** Words in BERT's input: those of the sentence plus its context (§3.1 does not give a number). */
  context: z
    .strictObject({
      /** In training. Less context makes smaller batches. */
      training: words.default(64),
      /** In scoring and prediction. The released code's increase to 512 never takes effect. */
      evaluation: key(words.default(512), { released: 64 }),
    })
    .prefault({}),
});

/** A BERT encoder (Devlin et al. 2019) with the sizes of Hugging Face's checkpoints. */
export interface BertConfig extends ConfigOf<typeof bertKeys> {}

export type BertSizes = Pick<
  BertConfig,
  "family" | "layers" | "hidden" | "embeddingWidth" | "heads" | "intermediate" | "positions" | "normEpsilon"
>;

/** Keys that were added later, with the values that models computed with before. */
export const bertBefore: Pick<BertConfig, "family" | "embeddingWidth" | "adapter"> = {
  family: "bert",
  embeddingWidth: null,
  adapter: null,
};

export const bertSchema: z.ZodType<BertConfig> = bertKeys
  .refine((bert) => bert.hidden % bert.heads === 0, {
    path: ["heads"],
    message: "must divide model.bert.hidden",
  })
  .refine((bert) => bert.embeddingWidth === null || families[bert.family].projects, {
    path: ["embeddingWidth"],
    message: "must be null for this family, whose embeddings are as wide as model.bert.hidden",
  })
  .refine((bert) => bert.adapter === null || (bert.from !== null && !bert.frozen), {
    path: ["adapter"],
    message: "needs pre-trained weights, model.bert.from, and model.bert.frozen=false",
  })
  .refine((bert) => bert.from === null || bert.vocabulary === null, {
    path: ["vocabulary"],
    message: "must be null if model.bert.from names a BERT, which has a vocabulary",
  });

/** How the released code reads text for its BERT. The paper does not describe it. */
export const releasedReading = variantsOf(bertKeys).released as {
  readonly context: Pick<BertConfig["context"], "evaluation">;
  readonly replace: BertConfig["replace"];
};

/** A BERT of these sizes with the published models' head width (64) and inner layer (4 × hidden). */
export function bertOf(layers: number, hidden: number): BertConfig {
  return bertSchema.parse({ layers, hidden, heads: hidden / 64, intermediate: 4 * hidden });
}
