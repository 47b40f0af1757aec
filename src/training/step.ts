import * as tf from "@tensorflow/tfjs-core";
import type { Config } from "../config/config";
import type { Sentence } from "../corpus";
import { matchingLoss, type Target } from "../criterion/loss";
import type { EntityDetector } from "../detector/entity-detector";
import { dropout, type Random, valueAndGradients } from "../engine";
import type { Dropout } from "../nn/parameters";
import { type AdamW, globalNorm } from "./optimizer";

export interface StepResult {
  /** Sum over proposals, mean over the step's sentences (Eq. 25). */
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
}

/** One step of the optimiser: forward and backward pass of some sentences, clipping and update. */
export class TrainingStep {
  private readonly drop: Dropout;

  /**
   * @param optimizer of the detector's parameters; those frozen have to be so before it is made
   * @param random draws dropout
   */
  constructor(
    private readonly detector: EntityDetector,
    private readonly optimizer: AdamW,
    private readonly config: Config,
    random: Random,
  ) {
    this.drop = (input, rate = config.model.dropout) => dropout(input, rate, random) as typeof input;
  }

  /**
   * Leaves nothing in the engine's memory but the changed parameters and moments, also when it throws; these are then as
   * they were before.
   * @param sentences at least one
   * @param rate learning rate
   * @throws PnrError when loss or gradient is not finite
   */
  run(sentences: readonly Sentence[], rate: number): StepResult {
    const { loss, gradients } = this.accumulate(sentences);
    try {
      const gradientNorm = globalNorm(gradients);
      const { maxGradientNorm } = this.config.training;
      this.optimizer.step(gradients, rate, Math.min(1, maxGradientNorm / (gradientNorm + 1e-6)));
      return { loss, gradientNorm };
    } finally {
      tf.dispose(gradients);
    }
  }

  /** Loss and gradients of all sentences, with no more than one micro-batch's pass in memory at a time. */
  private accumulate(sentences: readonly Sentence[]): { loss: number; gradients: tf.Tensor[] } {
    const size = Math.ceil(sentences.length / this.config.training.accumulate);
    let loss = 0;
    let gradients: tf.Tensor[] = [];
    let added: tf.Tensor[] = [];
    try {
      for (let first = 0; first < sentences.length; first += size) {
        const part = sentences.slice(first, first + size);
        const own = this.differentiate(part, part.length / sentences.length);
        loss += own.value;
        added = own.gradients;
        if (first === 0) gradients = added;
        else addInto(gradients, added);
      }
      return { loss, gradients };
    } catch (error) {
      tf.dispose([gradients, added]);
      throw error;
    }
  }

  /** Loss of a micro-batch and its gradients, times its share of the step's sentences, over which the loss is a mean. */
  private differentiate(
    sentences: readonly Sentence[],
    share: number,
  ): { value: number; gradients: tf.Tensor[] } {
    const { network, description } = this.detector;
    const { parameters } = network;
    const batch = this.detector.encode(sentences, "training");
    const targets = sentences.map((sentence) => targetsOf(sentence, description.types));
    return valueAndGradients(
      () => {
        const { prediction } = network.forward(batch, this.drop);
        const { loss } = matchingLoss(prediction, targets, batch.lengths, this.config.loss);
        return share === 1 ? loss : tf.mul(loss, share);
      },
      parameters.trained.map((name) => parameters.get(name)),
    );
  }
}

/** Adds one tensor after the other, so that there is never a third set of them in memory. */
function addInto(sums: tf.Tensor[], added: readonly tf.Tensor[]): void {
  for (const [i, tensor] of added.entries()) {
    const sum = tf.add(sums[i], tensor);
    tf.dispose([sums[i], tensor]);
    sums[i] = sum;
  }
}

/** A sentence's gold entities as the model counts: inclusive end, class index. */
function targetsOf({ entities }: Pick<Sentence, "entities">, types: readonly string[]): Target[] {
  return entities.map(({ start, end, type }) => ({ start, end: end - 1, type: types.indexOf(type) }));
}
