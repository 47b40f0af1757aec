import * as tf from "@tensorflow/tfjs-core";
import type { Config } from "../config/config";
import type { Sentence } from "../corpus";
import { targetsOf } from "../criterion/loss";
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

/** An optimizer step: forward and backward pass, gradient clipping and update. */
export class TrainingStep {
  private readonly drop: Dropout;

  /**
   * @param optimizer of the detector's parameters, constructed after the frozen ones were frozen
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
   * Takes a step. If it throws, parameters and moments are unchanged. Allocates nothing that outlives it in the engine.
   * @param sentences at least one
   * @param rate learning rate
   * @throws PnrError if the loss or the gradient is not finite
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

  /** Loss and gradients of all sentences, one micro-batch at a time. */
  private accumulate(sentences: readonly Sentence[]): { loss: number; gradients: tf.Tensor[] } {
    const size = Math.ceil(sentences.length / this.config.training.accumulate);
    let loss = 0;
    let gradients: tf.Tensor[] = [];
    let added: tf.Tensor[] = [];
    try {
      for (let first = 0; first < sentences.length; first += size) {
        const part = sentences.slice(first, first + size);
        const micro = this.differentiate(part, part.length / sentences.length);
        loss += micro.value;
        added = micro.gradients;
        if (first === 0) gradients = added;
        else addInto(gradients, added);
      }
      return { loss, gradients };
    } catch (error) {
      tf.dispose([gradients, added]);
      throw error;
    }
  }

  /** Loss and gradients of a micro-batch, times its share of the step's sentences: the loss is a mean over these. */
  private differentiate(
    sentences: readonly Sentence[],
    share: number,
  ): { value: number; gradients: tf.Tensor[] } {
    const { architecture, description } = this.detector;
    const { parameters } = architecture;
    const batch = this.detector.encode(sentences, "training");
    const targets = sentences.map((sentence) => targetsOf(sentence, description.types));
    return valueAndGradients(
      () => {
        const loss = architecture.loss(batch, targets, this.drop, this.config.loss);
        return share === 1 ? loss : tf.mul(loss, share);
      },
      parameters.trained.map((name) => parameters.get(name)),
    );
  }
}

/** Adds one tensor at a time, so that memory never holds a third set of gradients. */
function addInto(sums: tf.Tensor[], added: readonly tf.Tensor[]): void {
  for (const [i, tensor] of added.entries()) {
    const sum = tf.add(sums[i], tensor);
    tf.dispose([sums[i], tensor]);
    sums[i] = sum;
  }
}
