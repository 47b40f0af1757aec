import { z } from "zod";
import { type ConfigOf, key, variantsOf } from "../base/config-key";
import { bertSchema } from "../bert/bert-config";
import { caseForms } from "../corpus/vocabulary";

const spellings = z
  .array(z.enum(caseForms))
  .refine((forms) => new Set(forms).size === forms.length, "must name each spelling once");

const wordVectorKeys = z.strictObject({
  /** File that training reads. A stored model contains its vectors and keeps only the name. */
  file: z.string().min(1),
  /** SHA-256 of the file, so that a config identifies the content and not a path. null accepts any content; training fills it in. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be a SHA-256 of 64 hexadecimal digits in lower case, or null")
    .nullable()
    .default(null),
  /** false keeps the whole table fixed, as the released code does, so that words outside the training split keep their distances. */
  trainable: z.boolean().default(false),
  /**
   * Spellings to try, in this order, for a word that is not in the file; GloVe's words are lower-case. [] tries none, as the
   * released code does. Replaces `model.wordFallback`.
   */
  fallback: spellings.default([...caseForms]),
  /** Rows of words without a vector: random with the spread of the vectors, or 0 as in the released code. */
  missing: z.enum(["random", "zero"]).default("random"),
});

/** Pre-trained vectors as initial values of the word embedding ("including Glove", §3.1). */
export interface WordVectorsConfig extends ConfigOf<typeof wordVectorKeys> {}

const wordVectorsSchema: z.ZodType<WordVectorsConfig> = wordVectorKeys;

const size = z.int().min(0).max(4096);
const width = z.int().min(1).max(16384);

/** The paper's model, and the baselines of `src/baselines`. */
export const architectures = ["pnr", "crf", "spans"] as const;

const modelKeys = z.strictObject({
  /**
   * What follows the sentence encoder: the paper's network, or a baseline to compare it with: a CRF or a span classifier. A baseline
   * uses the keys of the encoder, `dropout`, and its own key; it ignores the others of `model` and `loss`.
   */
  architecture: key(z.enum(architectures).default("pnr"), { default: "pnr" }),
  /**
   * Sequences of tags of the CRF, one for each level of nesting, the outermost first. 1 is a flat CRF, which learns the outermost
   * entities. null takes the depth of the training sentences.
   */
  crfLevels: key(z.int().min(1).max(64).nullable().default(1), { default: 1 }),
  /** Tokens of the longest span that the span classifier scores. null takes the longest entity of the training sentences. */
  spanWidth: key(z.int().min(1).max(4096).nullable().default(null), { default: null }),
  /** Widths of the token embeddings (Eq. 1); 0 omits one. */
  embedding: z.strictObject({
    /** Width of the character embedding and of each direction of the character BiGRU; `h^char` is twice as wide (Eq. 2). */
    characters: key(size, { default: 50 }),
    /** Width of the word embedding. It starts from random values or from `wordVectors`. */
    words: key(size, { default: 128 }),
    /** Width of the part-of-speech embedding. */
    pos: key(size, { default: 50 }),
  }),
  /** Pre-trained vectors that the word embedding starts from, as wide as `embedding.words`. null starts from random values. */
  wordVectors: key(wordVectorsSchema.nullable().default(null), { default: null }),
  /** The BERT whose output is another token embedding (Eq. 3). null omits it. */
  bert: key(bertSchema.nullable().default(null), { default: null }),
  /** Width d of hidden states and queries. */
  hidden: key(width, { default: 128 }),
  /** Kernel sizes of the pyramid's convolutions, bottom first (§3.2). [] is a pyramid of one level. */
  kernels: key(z.array(z.int().min(2).max(64)).max(16), { default: [2, 2] }),
  /** Regressor layers. The paper's best number is 3 (Figure 5). */
  layers: key(z.int().min(1).max(64), { default: 3 }),
  /** Attention heads M; must divide `hidden`. The paper's best number is 8 (Figure 6). */
  heads: key(z.int().min(1).max(1024), { default: 8 }),
  /** Width of the inner layer if `update` is "feedForward". */
  feedForward: key(width, { default: 2048 }),
  /** Dropout rate in training, at the positions of the released code. */
  dropout: key(z.number().min(0).max(0.9), { default: 0.1 }),
  /** Table 6 "-Backward block": false omits the top-down pass (Eq. 7). */
  backward: key(z.boolean(), { default: true }),
  /** Table 6 "-Spatial modulation": false omits log G from the attention (Eq. 14); the head keeps it. */
  spatial: key(z.boolean(), { default: true }),
  /**
   * Table 6 "-Gated Update": how a query is updated with the attention's output (§3.3.3): the paper's gate (Eq. 18), a Transformer
   * feed-forward block, or LayerNorm(h' + q') alone.
   */
  update: key(z.enum(["gate", "feedForward", "residual"]), { default: "gate", released: "feedForward" }),
  /** Table 6 "-Category embedding": false makes h' = q (Eq. 11). */
  category: key(z.boolean(), { default: true }),
  /** Table 6 "-Locations iteration": false keeps the proposer's locations (Eq. 16). */
  locationIteration: key(z.boolean(), { default: true }),
  /** Table 6 "-Logarithms iteration": false keeps the proposer's category logarithms up to the head (Eq. 20). */
  logitIteration: key(z.boolean(), { default: true }),
  /** Order of the token embeddings: that of Eq. 1, or BERT, word, characters, part of speech. */
  embeddingOrder: key(z.enum(["paper", "released"]), { default: "paper", released: "released" }),
  /**
   * Spellings to try, in this order, for a word that is not in the table. [] gives it the row of unknown words at once. With
   * word vectors, `wordVectors.fallback` replaces it.
   */
  wordFallback: key(spellings.default(["lower"]), { default: ["lower"], released: [] }),
  /** Number of characters that the character embedding reads of a long word, half from each end. null reads all. */
  maxCharacters: key(z.int().min(1).nullable().default(32), { default: 32, released: null }),
  /** How BERT's input is composed of a sentence and its neighbors within a number of words (§3.1; `ContextRule`). */
  bertContext: key(z.enum(["paper", "released"]).default("paper"), {
    default: "paper",
    released: "released",
  }),
  /** Whether a LayerNorm follows Eq. 4. */
  encoderNorm: key(z.boolean(), { default: false, released: true }),
  /** Pooling of H in Eq. 7. */
  pool: key(z.enum(["average", "max"]), { default: "average", released: "max" }),
  /** Input of the top-down pass: the BiGRU's output, or a linear map of it back to width d (Eq. 7, line 1). */
  backwardGru: key(z.enum(["raw", "projected"]), { default: "raw", released: "projected" }),
  /** Input of the transposed convolution: the level's normalized output, or the concatenation before it (Eq. 7, line 3). */
  transposedInput: key(z.enum(["output", "joined"]), { default: "output", released: "joined" }),
  /** Features if `backward` is false: LayerNorm(Pool(H) + W H^f + b), or H^f. */
  withoutBackward: key(z.enum(["normalized", "forward"]), { default: "normalized", released: "forward" }),
  /** true lets padding reach the last tokens of a shorter sentence through the top-down pass, in training. */
  paddingLeak: key(z.boolean(), { default: false, released: true }),
  /** The query: the bottom feature, or LayerNorm(H + weighted sum of all features around the token) (§3.2.3). */
  query: key(z.enum(["bottom", "fused"]), { default: "bottom", released: "fused" }),
  /** Fusion of the heads: Eq. 17, or with each head's output first multiplied by the mean of its two weights of Eq. 15. */
  headFusion: key(z.enum(["sum", "weighted"]), { default: "sum", released: "weighted" }),
  /** Pointer maps W_s, W_e of Eq. 22: one pair for query and context, or one pair for each. */
  pointers: key(z.enum(["shared", "separate"]), { default: "shared", released: "separate" }),
  /** Algorithm 2, line 5: true accepts an entity that is as probable as None (≥), false does not (>). */
  acceptTies: key(z.boolean(), { default: true, released: false }),
});

/**
 * The model's shape. Every ablation of the paper's Table 6 is one key, and so is every difference from the authors' released
 * code. `docs/paper-and-code.md` lists the differences.
 */
export interface ModelConfig extends ConfigOf<typeof modelKeys> {}

export const modelSchema: z.ZodType<ModelConfig> = modelKeys
  .refine(({ embedding, bert }) => bert || embedding.characters + embedding.words + embedding.pos > 0, {
    path: ["embedding"],
    message: "at least one embedding must be wider than 0",
  })
  .refine(({ embedding, wordVectors }) => !wordVectors || embedding.words > 0, {
    path: ["embedding", "words"],
    message: "must be as wide as the vectors of model.wordVectors",
  })
  .refine((model) => model.hidden % model.heads === 0, {
    path: ["heads"],
    message: "must divide model.hidden",
  });

/** The keys in which the released code's model differs from the paper's. */
export const releasedModel: Partial<ModelConfig> = variantsOf(modelKeys).released;
