import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { valueAndGradients } from "../../src/engine/gradients";
import { customGradient } from "../../src/engine/ops/custom-gradient";
import { forEachEngine } from "../support/engines";

/** x². Saves its input, its output and an intermediate tensor. */
function squared(x: tf.Tensor): tf.Tensor {
  return customGradient([x], (save) => {
    const doubled = tf.mul(x, 2);
    const value = tf.square(x);
    save([x, value, doubled]);
    return { value, gradFunc: (dy, [, , saved]) => [tf.mul(dy, saved)] };
  });
}

forEachEngine(() => {
  it("keeps a tensor that several operations save until its last use", () => {
    const x = tf.variable(tf.tensor1d([1, -2, 3]));
    const before = tf.memory();
    const { value, gradients } = valueAndGradients(() => {
      const once = squared(x);
      const twice = squared(once);
      return tf.sum(tf.add(squared(twice), tf.add(once, twice))) as tf.Scalar;
    }, [x]);
    assert.equal(value, 1 + 256 + 6561 + (1 + 4 + 9) + (1 + 16 + 81));
    assert.deepEqual([...gradients[0].dataSync()], [8 + 2 + 4, -(8 * 128 + 4 + 32), 8 * 2187 + 6 + 108]);
    tf.dispose(gradients);
    const after = tf.memory();
    assert.deepEqual([after.numTensors, after.numBytes], [before.numTensors, before.numBytes]);
    x.dispose();
  });

  it("does not dispose older tensors or tensors that others keep", () => {
    const x = tf.variable(tf.scalar(3));
    const constant = tf.scalar(5);
    let keptTensor = tf.scalar(0);
    const times = (y: tf.Tensor, factor: tf.Tensor): tf.Tensor =>
      customGradient([y], (save) => {
        save([factor]);
        return { value: tf.mul(y, factor), gradFunc: (dy, [saved]) => [tf.mul(dy, saved)] };
      });
    const { gradients } = valueAndGradients(() => {
      keptTensor.dispose();
      keptTensor = tf.keep(tf.scalar(7));
      return times(times(x, constant), keptTensor) as tf.Scalar;
    }, [x]);
    assert.equal(gradients[0].dataSync()[0], 35);
    assert.deepEqual([constant.dataSync()[0], keptTensor.dataSync()[0]], [5, 7]);
    tf.dispose([x, constant, keptTensor, ...gradients]);
  });

  it("accepts an operation that returns its dy as the gradient", () => {
    const x = tf.variable(tf.tensor1d([1, 2]));
    const same = (y: tf.Tensor): tf.Tensor =>
      customGradient([y], () => ({ value: tf.mul(y, 1), gradFunc: (dy) => [dy] }));
    const { gradients } = valueAndGradients(() => tf.sum(same(same(tf.mul(x, 4)))) as tf.Scalar, [x]);
    assert.deepEqual([...gradients[0].dataSync()], [4, 4]);
    tf.dispose([x, ...gradients]);
  });

  it("frees saved tensors if the loss or a gradient throws", () => {
    const x = tf.variable(tf.scalar(2));
    const before = tf.memory().numTensors;
    const broken = (y: tf.Tensor): tf.Tensor =>
      customGradient([y], (save) => {
        save([y]);
        return {
          value: tf.square(y),
          gradFunc: () => {
            throw new Error("broken gradient");
          },
        };
      });
    assert.throws(() => valueAndGradients(() => broken(squared(x)) as tf.Scalar, [x]), /broken gradient/);
    assert.throws(
      () =>
        valueAndGradients(() => {
          squared(x);
          throw new Error("broken loss");
        }, [x]),
      /broken loss/,
    );
    assert.equal(tf.memory().numTensors, before);
    x.dispose();
  });

  it("agrees with tfjs's own backward pass", () => {
    const x = tf.variable(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]));
    const loss = (y: tf.Tensor): tf.Scalar => {
      const [left, right] = tf.split(squared(y), [1, 2], 1);
      const joined = tf.concat([tf.sin(left), tf.mul(right, right), y], 1);
      return tf.sum(tf.mul(joined, tf.mean(squared(joined)))) as tf.Scalar;
    };
    const expected = tf.grad(loss)(x).dataSync();
    const { gradients } = valueAndGradients(() => loss(x), [x]);
    assert.deepEqual([...gradients[0].dataSync()], [...expected]);
    tf.dispose([x, ...gradients]);
  });
});
