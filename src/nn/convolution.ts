import * as tf from "@tensorflow/tfjs-core";
import { type Activation, type Lengths, linear } from "../engine";
import { type Scope, uniformOver } from "./parameters";
import { windows } from "./windows";

/** Convolution over the places of sequences. Parameters `weight` [outputs, inputs, size] and `bias` [outputs]. */
export class Convolution {
  private readonly size: number;
  private readonly weight: tf.Variable<tf.Rank.R3>;
  private readonly bias: tf.Variable<tf.Rank.R1>;

  constructor(scope: Scope, inputs: number, outputs: number, size: number) {
    this.size = size;
    const initial = uniformOver(inputs * size);
    this.weight = scope.make("weight", [outputs, inputs, size], initial);
    this.bias = scope.make("bias", [outputs], initial);
  }

  /**
   * Place t of the output reads the places t … t + size - 1 of the input.
   * @param input [rows of `from`, inputs]
   * @param to how many places of each sequence to compute
   * @param activation what follows
   * @returns [rows of `to`, outputs]
   */
  forward(input: tf.Tensor2D, from: Lengths, to: Lengths, activation?: Activation): tf.Tensor2D {
    const [outputs] = this.weight.shape;
    const weight = tf.reshape(tf.transpose(this.weight, [0, 2, 1]), [outputs, -1]) as tf.Tensor2D;
    const order = Array.from({ length: this.size }, (_, offset) => offset);
    return overWindows(windows(input, from, to, order), weight, this.bias, activation);
  }
}

/** Transposed convolution over the places of sequences. Parameters `weight` [inputs, outputs, size] and `bias` [outputs]. */
export class TransposedConvolution {
  private readonly size: number;
  private readonly weight: tf.Variable<tf.Rank.R3>;
  private readonly bias: tf.Variable<tf.Rank.R1>;

  constructor(scope: Scope, inputs: number, outputs: number, size: number) {
    this.size = size;
    const initial = uniformOver(outputs * size);
    this.weight = scope.make("weight", [inputs, outputs, size], initial);
    this.bias = scope.make("bias", [outputs], initial);
  }

  /**
   * Place t of the input is spread over the places t … t + size - 1 of the output.
   * @param input [rows of `from`, inputs]
   * @param to how many places of each sequence to compute
   * @param activation what follows
   * @returns [rows of `to`, outputs]
   */
  forward(input: tf.Tensor2D, from: Lengths, to: Lengths, activation?: Activation): tf.Tensor2D {
    const [, outputs] = this.weight.shape;
    const weight = tf.reshape(tf.transpose(this.weight, [1, 2, 0]), [outputs, -1]) as tf.Tensor2D;
    // Place t of the output takes weight o from place t - o of the input.
    const order = Array.from({ length: this.size }, (_, offset) => -offset);
    return overWindows(windows(input, from, to, order), weight, this.bias, activation);
  }
}

/** A linear map of windows [places, size · inputs] to [places, outputs]. @param weight [outputs, size · inputs] */
function overWindows(
  read: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor,
  activation: Activation | undefined,
): tf.Tensor2D {
  return linear(read, weight, bias as tf.Tensor1D, activation) as tf.Tensor2D;
}
