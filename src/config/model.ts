import { z } from "zod";
import { type BertConfig, bertSchema } from "../bert/bert-config";
import { type CaseForm, caseForms } from "../corpus";
import { type WordVectorsConfig, wordVectorsSchema } from "./word-vectors";

/** How a query takes up what attention brought (§3.3.3). */
export type Update = "gate" | "feedForward" | "residual";

/**
 * The model's shape. Every ablation of the paper's Table 6 is one key, and so is every point in which the authors' released
 * code computes something else than the paper says ({@link Differences}).
 */
export interface ModelConfig extends Differences {
  /** Widths of the token embeddings (Eq. 1); 0 leaves one out. */
  readonly embedding: {
    /** Character embedding, and each direction of the character BiGRU, so that `h^char` is twice as wide (Eq. 2). */
    readonly characters: number;
    /** Word embedding, trained from random values, or begun with `wordVectors`. */
    readonly words: number;
    /** Embedding of the part of speech. */
    readonly pos: number;
  };
  /** Pre-trained vectors that the word embedding starts from, as wide as `embedding.words`; null leaves it random. */
  readonly wordVectors: WordVectorsConfig | null;
  /** The BERT whose output is a further embedding (Eq. 3); null leaves it out. */
  readonly bert: BertConfig | null;
  /** Width d of hidden states and queries. */
  readonly hidden: number;
  /** Kernel sizes of the pyramid's convolutions, bottom first (§3.2); [] is a pyramid of one level. */
  readonly kernels: readonly number[];
  /** Regressor layers; the paper's best is 3 (Figure 5). */
  readonly layers: number;
  /** Attention heads M; divides `hidden`. The paper's best is 8 (Figure 6). */
  readonly heads: number;
  /** Width of the inner layer where `update` is "feedForward". */
  readonly feedForward: number;
  /** Share of activations dropped in training, at the released code's places. */
  readonly dropout: number;
  /** Table 6 "-Backward block": false leaves the top-down pass out (Eq. 7). */
  readonly backward: boolean;
  /** Table 6 "-Spatial modulation": false leaves log G out of the attention (Eq. 14); the head keeps it. */
  readonly spatial: boolean;
  /** Table 6 "-Gated Update": the paper's gate (Eq. 18), a Transformer feed-forward block, or LayerNorm(h' + q') alone. */
  readonly update: Update;
  /** Table 6 "-Category embedding": false makes h' = q (Eq. 11). */
  readonly category: boolean;
  /** Table 6 "-Locations iteration": false keeps the proposer's locations (Eq. 16). */
  readonly locationIteration: boolean;
  /** Table 6 "-Logarithms iteration": false keeps the proposer's category logarithms up to the head (Eq. 20). */
  readonly logitIteration: boolean;
}

/** Where paper and released code differ; the first value is the paper's. `docs/paper-and-code.md` is the ledger. */
export interface Differences {
  /** Token embeddings in the order of Eq. 1, or BERT, word, characters, POS. */
  readonly embeddingOrder: "paper" | "released";
  /**
   * Spellings under which a word that the table lacks is looked up, in this order; [] takes the row of unknown words at
   * once. With word vectors `wordVectors.fallback` takes its place.
   */
  readonly wordFallback: readonly CaseForm[];
  /** The character embedding reads as many characters of a word, half from each end; null reads all. */
  readonly maxCharacters: number | null;
  /** How BERT's input is made of a sentence and its neighbors within a number of words (§3.1; `ContextRule`). */
  readonly bertContext: "paper" | "released";
  /** Whether a LayerNorm follows Eq. 4. */
  readonly encoderNorm: boolean;
  /** Pooling of H in Eq. 7. */
  readonly pool: "average" | "max";
  /** The top-down pass joins the BiGRU's own output, or a linear map of it back to width d (Eq. 7, line 1). */
  readonly backwardGru: "raw" | "projected";
  /** What the transposed convolution takes: the level's normalized output, or the concatenation before it (Eq. 7, line 3). */
  readonly transposedInput: "output" | "joined";
  /** Features where `backward` is false: LayerNorm(Pool(H) + W H^f + b), or H^f itself. */
  readonly withoutBackward: "normalized" | "forward";
  /** true lets a longer neighbour's padding reach the last places of a shorter sentence through the top-down pass. */
  readonly paddingLeak: boolean;
  /** The query is the bottom feature, or LayerNorm(H + weighted sum of all features around the token) (§3.2.3). */
  readonly query: "bottom" | "fused";
  /** Eq. 17 as it stands, or each head's output first multiplied by the mean of its two weights of Eq. 15. */
  readonly headFusion: "sum" | "weighted";
  /** The pointer maps W_s, W_e of Eq. 22 serve query and context, or there are two of each. */
  readonly pointers: "shared" | "separate";
  /** Algorithm 2, line 5: whether an entity as probable as None is accepted (≥) or not (>). */
  readonly acceptTies: boolean;
}

/** What models computed before these keys existed, whatever their variant. */
export const beforeKeys: Pick<Differences, "bertContext" | "wordFallback" | "maxCharacters"> = {
  bertContext: "paper",
  wordFallback: ["lower"],
  maxCharacters: 32,
};

const width = z.int().min(1).max(16384);

export const modelSchema: z.ZodType<ModelConfig> = z
  .strictObject({
    embedding: z.strictObject({
      characters: z.int().min(0).max(4096),
      words: z.int().min(0).max(4096),
      pos: z.int().min(0).max(4096),
    }),
    // models stored before there were vectors, or a BERT, have none
    wordVectors: wordVectorsSchema.nullable().default(null),
    bert: bertSchema.nullable().default(null),
    hidden: width,
    kernels: z.array(z.int().min(2).max(64)).max(16),
    layers: z.int().min(1).max(64),
    heads: z.int().min(1).max(1024),
    feedForward: width,
    dropout: z.number().min(0).max(0.9),
    backward: z.boolean(),
    spatial: z.boolean(),
    update: z.enum(["gate", "feedForward", "residual"]),
    category: z.boolean(),
    locationIteration: z.boolean(),
    logitIteration: z.boolean(),
    embeddingOrder: z.enum(["paper", "released"]),
    wordFallback: z
      .array(z.enum(caseForms))
      .refine((forms) => new Set(forms).size === forms.length, "must name each spelling once")
      .default([...beforeKeys.wordFallback]),
    maxCharacters: z.int().min(1).nullable().default(beforeKeys.maxCharacters),
    bertContext: z.enum(["paper", "released"]).default(beforeKeys.bertContext),
    encoderNorm: z.boolean(),
    pool: z.enum(["average", "max"]),
    backwardGru: z.enum(["raw", "projected"]),
    transposedInput: z.enum(["output", "joined"]),
    withoutBackward: z.enum(["normalized", "forward"]),
    paddingLeak: z.boolean(),
    query: z.enum(["bottom", "fused"]),
    headFusion: z.enum(["sum", "weighted"]),
    pointers: z.enum(["shared", "separate"]),
    acceptTies: z.boolean(),
  })
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

/** The paper's text. */
export const paperDifferences: Differences = {
  embeddingOrder: "paper",
  wordFallback: ["lower"],
  maxCharacters: 32,
  bertContext: "paper",
  encoderNorm: false,
  pool: "average",
  backwardGru: "raw",
  transposedInput: "output",
  withoutBackward: "normalized",
  paddingLeak: false,
  query: "bottom",
  headFusion: "sum",
  pointers: "shared",
  acceptTies: true,
};

/** The released code; it has no gate either (`update`). */
export const releasedDifferences: Differences & Pick<ModelConfig, "update"> = {
  embeddingOrder: "released",
  wordFallback: [],
  maxCharacters: null,
  bertContext: "released",
  encoderNorm: true,
  pool: "max",
  backwardGru: "projected",
  transposedInput: "joined",
  withoutBackward: "forward",
  paddingLeak: true,
  query: "fused",
  headFusion: "weighted",
  pointers: "separate",
  acceptTies: false,
  update: "feedForward",
};

/** How the released code reads text for its BERT; the paper says nothing of it. Its widening to 512 words never takes effect. */
export const releasedReading = {
  context: { evaluation: 64 },
  replace: { accents: true, punctuation: "released" },
} as const;

/** The paper's model at the width of the smallest reference setting (from scratch, no BERT). */
export const paperModel: ModelConfig = {
  ...paperDifferences,
  embedding: { characters: 50, words: 128, pos: 50 },
  wordVectors: null,
  bert: null,
  hidden: 128,
  kernels: [2, 2],
  layers: 3,
  heads: 8,
  feedForward: 2048,
  dropout: 0.1,
  backward: true,
  spatial: true,
  update: "gate",
  category: true,
  locationIteration: true,
  logitIteration: true,
};
