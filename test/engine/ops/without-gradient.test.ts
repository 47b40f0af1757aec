import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { valueAndGradients, withoutGradient } from "../../../src/engine";
import { forEachEngine } from "../../support/engines";

forEachEngine(() => {
  it("is a constant to a gradient, and keeps nothing but its value while one is taken", () => {
    const variable = tf.variable(tf.tensor1d([2, 3]));
    const before = tf.memory().numTensors;
    let kept = 0;
    const { value, gradients } = valueAndGradients(() => {
      const start = tf.memory().numTensors;
      const square = withoutGradient(() => tf.square(tf.mul(tf.add(variable, 0), 1)));
      kept = tf.memory().numTensors - start;
      return tf.sum(tf.mul(square, variable)) as tf.Scalar;
    }, [variable]);
    assert.equal(value, 8 + 27);
    assert.deepEqual([...gradients[0].dataSync()], [4, 9]);
    assert.equal(kept, 1);
    tf.dispose(gradients);
    assert.equal(tf.memory().numTensors, before);
    variable.dispose();
  });
});
