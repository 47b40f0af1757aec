import type * as tf from "@tensorflow/tfjs-core";
import { type Activation, layerNorm, linear } from "../engine";
import { type Initializer, ones, type Scope, uniformOver, zeros } from "./parameters";

/** x W^T + b on the last axis. Parameters `weight` [outputs, inputs] and `bias` [outputs]. */
export class Linear {
  readonly weight: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;

  constructor(
    scope: Scope,
    inputs: number,
    outputs: number,
    weight: Initializer = uniformOver(inputs),
    bias: Initializer = uniformOver(inputs),
  ) {
    this.weight = scope.make("weight", [outputs, inputs], weight);
    this.bias = scope.make("bias", [outputs], bias);
  }

  /** [..., inputs] → [..., outputs] @param activation applied to the output */
  forward<T extends tf.Tensor>(input: T, activation?: Activation): T {
    return linear(input, this.weight, this.bias, activation);
  }
}

/** Normalizes the last axis to mean 0 and variance 1, then scales and shifts it. Parameters `weight`, `bias` [width]. */
export class LayerNorm {
  readonly weight: tf.Variable<tf.Rank.R1>;
  readonly bias: tf.Variable<tf.Rank.R1>;
  private readonly epsilon: number | undefined;

  /** @param epsilon added to the variance; default 1e-5, as in PyTorch */
  constructor(scope: Scope, width: number, epsilon?: number) {
    this.weight = scope.make("weight", [width], ones);
    this.bias = scope.make("bias", [width], zeros);
    this.epsilon = epsilon;
  }

  forward<T extends tf.Tensor>(input: T): T {
    return layerNorm(input, this.weight, this.bias, this.epsilon);
  }
}

/** The paper's MLP, shaped as in the released code: Linear, GELU, Linear. The inner layer is half as wide as the input. */
export class Mlp {
  private readonly inner: Linear;
  private readonly outer: Linear;

  constructor(scope: Scope, inputs: number, outputs: number) {
    const width = Math.max(1, Math.floor(inputs / 2));
    this.inner = new Linear(scope.at(0), inputs, width);
    this.outer = new Linear(scope.at(2), width, outputs);
  }

  /** [..., inputs] → [..., outputs] */
  forward<T extends tf.Tensor>(input: T): T {
    return this.outer.forward(this.inner.forward(input, "gelu"));
  }
}
