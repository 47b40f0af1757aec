import { z } from "zod";
import { type ConfigOf, defaultsOf, key, variantsOf } from "../base/config-key";
import { batchings } from "../corpus/batches";

const atLeastOne = z.int().min(1);
const rate = z.number().gt(0).max(10);

const trainingKeys = z.strictObject({
  /** Seed of the initial weights, shuffling and dropout. */
  seed: key(z.int().min(0), { default: 1 }),
  /**
   * Trained model to start from: a run's folder, the JSON file of a stored model, or the name of a ready model. It gives the weights,
   * vocabularies and types, to which new items are added. Its model settings replace those of the preset or scale.
   */
  init: key(z.string().min(1).nullable().default(null), { default: null }),
  /** Types that the model of `training.init` has under other names, as {"corpus type": "model type"}. Other types are matched by name. */
  initTypes: key(z.record(z.string(), z.string()).default({}), { default: {} }),
  /** Passes over the training sentences. The learning rate's schedule ends with the last one. */
  epochs: key(atLeastOne.max(100_000), { default: 10 }),
  /** Sentences per step. */
  batchSize: key(atLeastOne.max(65_536), { default: 8 }),
  /** How an epoch forms its batches: of sentences of similar length, which need little padding, or by shuffling freely as in the released code. */
  batching: key(z.enum(batchings).default("similarLength"), {
    default: "similarLength",
    released: "shuffled",
  }),
  /**
   * Number of parts that a step computes one after the other, adding up their gradients. The step is the same except for
   * dropout and takes a fraction of the memory.
   */
  accumulate: key(atLeastOne, { default: 1 }),
  /** Highest learning rate, reached at the end of the warm-up. The paper's 2e-5 is for fine-tuning BERT. */
  learningRate: key(rate, { default: 1e-3 }),
  /** Share of all steps over which the learning rate rises from 0. */
  warmup: key(z.number().min(0).max(1), { default: 0.1 }),
  /** AdamW's decoupled weight decay, of the parameters that `decay` selects. */
  weightDecay: key(z.number().min(0).max(1), { default: 0.01 }),
  /** Global norm that gradients are scaled down to. */
  maxGradientNorm: key(z.number().gt(0), { default: 1 }),
  /** Number of epochs without a better dev F1 after which training stops. null never stops early. */
  patience: key(atLeastOne.nullable(), { default: null }),
  /** Words that occur fewer times in the training sentences share one embedding. */
  minimumWordCount: key(atLeastOne, { default: 2 }),
  /** Number of train sentences to use. null uses all. */
  limitTrain: key(atLeastOne.nullable(), { default: null }),
  /** Which `limitTrain` sentences to use: the first, or random ones that the seed draws, so that they differ between seeds. */
  subset: key(z.enum(["first", "random"]).default("first"), { default: "first" }),
  /** Number of dev sentences to use, from the first. null uses all. */
  limitDev: key(atLeastOne.nullable(), { default: null }),
  /** Number of tokens of the longest training sentence to use. null uses all sentences. */
  maxLength: key(atLeastOne.nullable(), { default: null }),
  /** Splits to train on. With dev among them, dev cannot choose the best epoch. */
  trainOn: key(z.enum(["train", "train+dev"]), { default: "train" }),
  /**
   * Split whose F1 chooses the best epoch; "last" keeps the last epoch. "test" is for measuring how much choosing on test
   * inflates its scores.
   */
  selectOn: key(z.enum(["dev", "test", "last"]), { default: "dev" }),
  /** Learning rate after the warm-up: half a cosine (§4.2), or linear as in the released code. */
  schedule: key(z.enum(["cosine", "linear"]), { default: "cosine", released: "linear" }),
  /** Parameters that weight decay shrinks: weight matrices, or all as in the released code. */
  decay: key(z.enum(["matrices", "all"]), { default: "matrices", released: "all" }),
  /** Paths of parameters to keep fixed: "encoder.words", "encoder.bert.layers.0-5" (see `matchesPath`). */
  freeze: key(z.array(z.string()), { default: [] }),
  /** Highest learning rates by the paths of parameters, such as {"encoder.bert": 2e-5}. The longest path that matches counts. */
  rates: key(z.record(z.string(), rate), { default: {} }),
  /** Learning rate of a BERT layer relative to the layer above it; the embeddings are below the lowest layer. 1 makes no difference. */
  layerDecay: key(z.number().gt(0).max(1), { default: 1 }),
});

/** How a model is trained. Paper: AdamW, gradient norm 1, cosine schedule with warm-up (§4.2). */
export interface TrainingConfig extends ConfigOf<typeof trainingKeys> {}

export const trainingSchema: z.ZodType<TrainingConfig> = trainingKeys
  .refine(({ accumulate, batchSize }) => accumulate <= batchSize, {
    path: ["accumulate"],
    message: "must not exceed training.batchSize",
  })
  .refine(({ trainOn, selectOn }) => trainOn === "train" || selectOn !== "dev", {
    path: ["selectOn"],
    message: "training on dev leaves no dev to choose an epoch by; set training.selectOn=last",
  })
  .refine(({ init, initTypes }) => init !== null || Object.keys(initTypes).length === 0, {
    path: ["initTypes"],
    message: "needs training.init, the model whose types it names",
  });

const lossKeys = z.strictObject({
  /** Target of a proposal that the one-to-one matching leaves over (Algorithm 1): the cheapest for it, or always None. */
  unmatched: key(z.enum(["cheapest", "none"]), { default: "cheapest", released: "none" }),
  /** Sum (Eq. 25) or mean of the matching costs of a sentence's proposals. */
  reduction: key(z.enum(["sum", "mean"]), { default: "sum", released: "mean" }),
  /** Lower bound of the probabilities in Eq. 24; the gradient is 0 below it. 0 sets no bound. */
  clamp: key(z.number().min(0).max(0.1), { default: 0, released: 1e-8 }),
});

/** Assignment and loss, where the paper and the released code differ. */
export interface LossConfig extends ConfigOf<typeof lossKeys> {}

export const lossSchema: z.ZodType<LossConfig> = lossKeys;

export const paperLoss: LossConfig = defaultsOf(lossKeys);

export const releasedLoss = variantsOf(lossKeys).released as unknown as LossConfig;
