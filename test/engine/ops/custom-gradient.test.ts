import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { plus, Random, valueAndGradients, withoutGradient } from "../../../src/engine";
import { forEachEngine } from "../../support/engines";
import { checkOperation, randomInput } from "../../support/operations";

forEachEngine(() => {
  describe("withoutGradient", () => {
    it("is a constant to a gradient, and keeps only its value", () => {
      const variable = tf.variable(tf.tensor1d([2, 3]));
      const before = tf.memory().numTensors;
      let keptTensors = 0;
      const { value, gradients } = valueAndGradients(() => {
        const start = tf.memory().numTensors;
        const square = withoutGradient(() => tf.square(tf.mul(tf.add(variable, 0), 1)));
        keptTensors = tf.memory().numTensors - start;
        return tf.sum(tf.mul(square, variable)) as tf.Scalar;
      }, [variable]);
      assert.equal(value, 8 + 27);
      assert.deepEqual([...gradients[0].dataSync()], [4, 9]);
      assert.equal(keptTensors, 1);
      tf.dispose(gradients);
      assert.equal(tf.memory().numTensors, before);
      variable.dispose();
    });
  });

  describe("plus", () => {
    it("adds two tensors of the same shape, and passes the gradient to both", () => {
      const random = new Random(4);
      checkOperation(
        [randomInput(random, 3, 5), randomInput(random, 3, 5)],
        (left, right) => plus(left, right),
        (left, right) => left.map((value, i) => value + right[i]),
      );
    });

    it("adds a tensor to itself", () => {
      checkOperation(
        [randomInput(new Random(5), 7)],
        (x) => plus(x, x),
        (x) => x.map((value) => 2 * value),
      );
    });

    it("rejects different shapes", () => {
      assert.throws(() => plus(tf.ones([2, 3]), tf.ones([3])), /2,3.*3/);
    });
  });
});
