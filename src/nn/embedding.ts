import * as tf from "@tensorflow/tfjs-core";
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

  /** int32 indices [rows · columns] → [rows, columns, width] */
  forward(indices: Int32Array, rows: number, columns: number): tf.Tensor3D {
    const flat = gatherRows(this.weight as tf.Tensor2D, tf.tensor1d(indices, "int32"));
    return tf.reshape(flat, [rows, columns, this.width]);
  }
}
