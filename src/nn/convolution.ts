import * as tf from "@tensorflow/tfjs-core";
import { type Activation, linear } from "../engine";
import { type Scope, uniformOver } from "./parameters";

/** The sequence seen from each of the `size` places of a window: [batch, length - size + 1, size · channels]. */
function windows(input: tf.Tensor3D, order: readonly number[]): tf.Tensor3D {
  const [batch, length, channels] = input.shape;
  const count = length - order.length + 1;
  return tf.concat(
    order.map((offset) => tf.slice(input, [0, offset, 0], [batch, count, channels])),
    2,
  );
}

/** Convolution over time without padding. Parameters `weight` [outputs, inputs, size] and `bias` [outputs]. */
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

  /** [batch, length, inputs] → [batch, length - size + 1, outputs]; the length is at least `size`. @param activation what follows */
  forward(input: tf.Tensor3D, activation?: Activation): tf.Tensor3D {
    const [outputs] = this.weight.shape;
    const weight = tf.reshape(tf.transpose(this.weight, [0, 2, 1]), [outputs, -1]) as tf.Tensor2D;
    const order = Array.from({ length: this.size }, (_, offset) => offset);
    return linear(windows(input, order), weight, this.bias as tf.Tensor1D, activation) as tf.Tensor3D;
  }
}

/** Transposed convolution over time. Parameters `weight` [inputs, outputs, size] and `bias` [outputs]. */
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

  /** [batch, length, inputs] → [batch, length + size - 1, outputs] @param activation what follows */
  forward(input: tf.Tensor3D, activation?: Activation): tf.Tensor3D {
    const [, outputs] = this.weight.shape;
    const margin = this.size - 1;
    const padded = tf.pad(input, [
      [0, 0],
      [margin, margin],
      [0, 0],
    ]) as tf.Tensor3D;
    const weight = tf.reshape(tf.transpose(this.weight, [1, 2, 0]), [outputs, -1]) as tf.Tensor2D;
    // Place t of the output takes weight o from place t - o of the input.
    const order = Array.from({ length: this.size }, (_, offset) => margin - offset);
    return linear(windows(padded, order), weight, this.bias as tf.Tensor1D, activation) as tf.Tensor3D;
  }
}
