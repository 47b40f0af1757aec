import { z } from "zod";

/** How a query takes up what attention brought (§3.3.3). */
export type Update = "gate" | "feedForward" | "residual";

/** The model's shape. Every ablation of the paper's Table 6 is one key. */
export interface ModelConfig {
  /** Whose text decides where the paper and the authors' released code differ. */
  readonly variant: "paper";
  /** Widths of the token embeddings (Eq. 1); 0 leaves one out. */
  readonly embedding: {
    /** Character embedding, and each direction of the character BiGRU, so that `h^char` is twice as wide (Eq. 2). */
    readonly characters: number;
    readonly words: number;
    readonly pos: number;
  };
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

const width = z.int().min(1).max(16384);

export const modelSchema: z.ZodType<ModelConfig> = z
  .strictObject({
    variant: z.literal("paper"),
    embedding: z
      .strictObject({
        characters: z.int().min(0).max(4096),
        words: z.int().min(0).max(4096),
        pos: z.int().min(0).max(4096),
      })
      .refine((e) => e.characters + e.words + e.pos > 0, "at least one embedding must be wider than 0"),
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
  })
  .refine((model) => model.hidden % model.heads === 0, {
    path: ["heads"],
    message: "must divide model.hidden",
  });

/** The paper's model at the width of the smallest reference setting (from scratch, no BERT). */
export const paperModel: ModelConfig = {
  variant: "paper",
  embedding: { characters: 50, words: 128, pos: 50 },
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
