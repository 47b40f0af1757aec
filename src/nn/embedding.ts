import type * as tf from "@tensorflow/tfjs-core";
import { gatherRows } from "../engine";
import { type Initializer, normal, type Scope } from "./parameters";

/** A trainable vector for each index. Parameter `weight` [count, width]. */
export class Embedding {
  readonly width: number;
  private readonly weight: tf.Variable<tf.Rank.R2>;

  constructor(scope: Scope, count: number, width: number, initial: Initializer = normal) {
    this.width = width;
    this.weight = scope.make("weight", [count, width], initial);
  }

  /** int32 indices [count] → [count, width] */
  forward(indices: Int32Array): tf.Tensor2D {
    return gatherRows(this.weight, indices);
  }
}
