import * as tf from "@tensorflow/tfjs-core";
import { type Activation, type Lengths, linear } from "../engine";
import { type Scope, uniformOver } from "./parameters";
import { windows } from "./windows";

/** Convolution along sequences. Parameters `weight` [outputs, inputs, size] and `bias` [outputs]. */
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
   * Position t of the output reads positions t … t + size - 1 of the input.
   * @param input [rows of `from`, inputs]
   * @param to number of positions to compute in each sequence
   * @param activation applied to the output
   * @returns [rows of `to`, outputs]
   */
  forward(input: tf.Tensor2D, from: Lengths, to: Lengths, activation?: Activation): tf.Tensor2D {
    const [outputs] = this.weight.shape;
    const weight = tf.reshape<tf.Rank.R2>(tf.transpose(this.weight, [0, 2, 1]), [outputs, -1]);
    const order = Array.from({ length: this.size }, (_, offset) => offset);
    return overWindows(windows(input, from, to, order), weight, this.bias, activation);
  }
}

/** Transposed convolution along sequences. Parameters `weight` [inputs, outputs, size] and `bias` [outputs]. */
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
   * Position t of the input contributes to positions t … t + size - 1 of the output.
   * @param input [rows of `from`, inputs]
   * @param to number of positions to compute in each sequence
   * @param activation applied to the output
   * @returns [rows of `to`, outputs]
   */
  forward(input: tf.Tensor2D, from: Lengths, to: Lengths, activation?: Activation): tf.Tensor2D {
    const [, outputs] = this.weight.shape;
    const weight = tf.reshape<tf.Rank.R2>(tf.transpose(this.weight, [1, 2, 0]), [outputs, -1]);
    // Position t of the output applies weight o to position t - o of the input.
    const order = Array.from({ length: this.size }, (_, offset) => -offset);
    return overWindows(windows(input, from, to, order), weight, this.bias, activation);
  }
}

/** A linear map of windows [positions, size · inputs] to [positions, outputs]. @param weight [outputs, size · inputs] */
function overWindows(
  windowed: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation: Activation | undefined,
): tf.Tensor2D {
  return linear(windowed, weight, bias, activation);
}
