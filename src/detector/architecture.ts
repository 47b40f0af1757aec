import type * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../base/errors";
import { baselineOf } from "../baselines/baseline";
import type { ModelConfig } from "../config/model-config";
import type { LossConfig } from "../config/training-config";
import type { EncodedBatch } from "../corpus";
import { matchingLoss, type Target } from "../criterion/loss";
import type { Lengths } from "../engine";
import type { SentenceEncoder, VocabularySizes } from "../model/encoder";
import { type Candidate, candidates } from "../model/head";
import { Network } from "../model/network";
import type { Intervention } from "../model/regressor";
import { type Dropout, noDropout, type Parameters } from "../nn/parameters";

/** What training, prediction and storage use of a model. Each architecture implements it. */
export interface Architecture {
  readonly parameters: Parameters;
  readonly encoder: SentenceEncoder;
  /**
   * The loss of a batch, a mean over its sentences.
   * @param targets gold entities of each sentence
   * @param config of the loss, for architectures that use it
   * @throws PnrError when the loss is not finite
   */
  loss(
    batch: EncodedBatch,
    targets: readonly (readonly Target[])[],
    drop: Dropout,
    config: LossConfig,
  ): tf.Scalar;
  /**
   * The entities that each sentence could have, accepted or not.
   * @param hidden H [tokens, d], the output of the encoder
   */
  candidates(hidden: tf.Tensor2D, lengths: Lengths, intervention?: Intervention): Candidate[][];
  /** The gold entities of a sentence that this architecture can predict; absent if it can predict all. */
  reachable?(entities: readonly Target[]): readonly Target[];
}

const baselineNames = { crf: "BiGRU-CRF", spans: "span classifier" } as const;

/** "BiGRU-CRF with 3 levels"; `undefined` for the paper's network. */
export function baselineName({ architecture, crfLevels, spanWidth }: ModelConfig): string | undefined {
  if (architecture === "pnr") return undefined;
  const size =
    architecture === "spans"
      ? `of up to ${spanWidth} tokens`
      : crfLevels === 1
        ? "(flat)"
        : `with ${crfLevels} levels`;
  return `${baselineNames[architecture]} ${size}`;
}

/**
 * @param use what needs the paper's network, for the message
 * @throws InputError for a baseline, which has no proposals
 */
export function requirePaper({ architecture }: Pick<ModelConfig, "architecture">, use: string): void {
  if (architecture === "pnr") return;
  throw new InputError(
    `${use}: this model is a ${baselineNames[architecture]} (model.architecture=${architecture}), which has no proposals, layers or ` +
      "attention; predict and evaluate work, or train a model with model.architecture=pnr",
  );
}

/** The released code predicts one sentence at a time, which has no padding. */
const withoutPadding: Intervention = { paddingLeak: false };

/** The paper's network with its loss and Algorithm 2. */
class PaperArchitecture implements Architecture {
  readonly parameters: Parameters;
  readonly encoder: SentenceEncoder;

  constructor(
    readonly network: Network,
    private readonly acceptTies: boolean,
  ) {
    this.parameters = network.parameters;
    this.encoder = network.encoder;
  }

  loss(
    batch: EncodedBatch,
    targets: readonly (readonly Target[])[],
    drop: Dropout,
    config: LossConfig,
  ): tf.Scalar {
    const { prediction } = this.network.forward(batch, drop);
    return matchingLoss(prediction, targets, batch.lengths, config).loss;
  }

  candidates(hidden: tf.Tensor2D, lengths: Lengths, intervention: Intervention = {}): Candidate[][] {
    const change = { ...intervention, ...withoutPadding };
    const { prediction } = this.network.detect(hidden, lengths, noDropout, change);
    return candidates(prediction, lengths, this.acceptTies);
  }
}

/** @throws InputError if the architecture is a baseline */
export function paperNetwork(architecture: Architecture, model: ModelConfig): Network {
  requirePaper(model, "the paper's network");
  return (architecture as PaperArchitecture).network;
}

/**
 * The architecture that a config names. This is the only place that chooses one.
 * @param model complete ({@link completeModel})
 * @param types number of entity types
 * @param parameters must be empty; initial values are drawn from its random generator
 */
export function architectureOf(
  model: ModelConfig,
  types: number,
  sizes: VocabularySizes,
  parameters: Parameters,
): Architecture {
  if (model.architecture !== "pnr") return baselineOf(model, types, sizes, parameters);
  return new PaperArchitecture(new Network(model, types, sizes, parameters), model.acceptTies);
}
