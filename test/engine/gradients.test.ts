import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { valueAndGradients } from "../../src/engine/gradients";
import { customGradient } from "../../src/engine/ops/custom-gradient";
import { gelu } from "../../src/engine/ops/gelu";
import { gru } from "../../src/engine/ops/gru";
import { layerNorm } from "../../src/engine/ops/layer-norm";
import { linear } from "../../src/engine/ops/linear";
import { forEachEngine } from "../support/engines";

forEachEngine(() => {
  it("returns the value and a gradient per variable, in their order; zeros for an unused variable", () => {
    const a = tf.variable(tf.tensor1d([1, 2], "float32"));
    const unused = tf.variable(tf.ones([2, 3]));
    const b = tf.variable(tf.tensor1d([3, 5], "float32"));
    const { value, gradients } = valueAndGradients(() => tf.sum(tf.mul(a, tf.square(b))), [b, unused, a]);
    assert.equal(value, 59);
    assert.deepEqual(
      gradients.map((gradient) => gradient.arraySync()),
      [
        [6, 20],
        [
          [0, 0, 0],
          [0, 0, 0],
        ],
        [9, 25],
      ],
    );
  });

  it("tells an operation which gradients are not needed, and works without them", () => {
    const x = tf.variable(tf.tensor2d([[1, 2]], [1, 2], "float32"));
    const frozen = tf.variable(tf.tensor2d([[3, 5]], [1, 2], "float32"));
    const bias = tf.variable(tf.zeros([1]));
    const states: boolean[][] = [];
    const product = (): tf.Tensor =>
      customGradient([x, frozen, tf.ones([1, 2])], (save) => {
        save([frozen]);
        return {
          value: tf.mul(x, frozen),
          gradFunc: (dy, [factor], isNeeded) => {
            states.push([0, 1, 2].map(isNeeded));
            return [tf.mul(dy, factor)];
          },
        };
      });
    const loss = (activation?: "gelu") => () =>
      tf.sum(
        linear(product(), frozen as unknown as tf.Tensor2D, bias as unknown as tf.Tensor1D, activation),
      ) as tf.Scalar;
    const { gradients } = valueAndGradients(loss(), [x]);
    assert.deepEqual(states, [[true, false, false]]);
    assert.deepEqual(gradients[0].arraySync(), [[9, 25]]);
    const all = valueAndGradients(loss(), [x, bias]);
    assert.deepEqual(
      all.gradients.map((gradient) => gradient.arraySync()),
      [[[9, 25]], [1]],
    );
    // GELU has the slope 1 at 59.
    assert.deepEqual(valueAndGradients(loss("gelu"), [x]).gradients[0].arraySync(), [[9, 25]]);
  });

  it("leaves only the gradients in memory", () => {
    const random = (...shape: number[]): tf.Variable => tf.variable(tf.randomNormal(shape, 0, 1, "float32"));
    const parameters = Array.from({ length: 2 }, () => [random(6, 4), random(6, 2), random(6), random(6)]);
    const [forward, reverse] = parameters.map(([weightInput, weightHidden, biasInput, biasHidden]) => ({
      weightInput: weightInput as unknown as tf.Tensor2D,
      weightHidden: weightHidden as unknown as tf.Tensor2D,
      biasInput: biasInput as unknown as tf.Tensor1D,
      biasHidden: biasHidden as unknown as tf.Tensor1D,
    }));
    const weight = random(3, 4);
    const scale = random(3);
    const loss = (): tf.Scalar => {
      const encoded = gru(tf.ones([8, 4]), [5, 3], { forward, reverse });
      const mapped = linear(encoded, weight as unknown as tf.Tensor2D, scale as unknown as tf.Tensor1D);
      return tf.sum(gelu(layerNorm(mapped, scale as unknown as tf.Tensor1D, tf.zeros([3]))));
    };
    const variables = [...parameters.flat(), weight, scale];
    const before = tf.memory();
    for (let i = 0; i < 3; i++) tf.dispose(valueAndGradients(loss, variables).gradients);
    const after = tf.memory();
    assert.equal(after.numTensors, before.numTensors);
    assert.equal(after.numDataBuffers, before.numDataBuffers);
  });

  it("cleans up after a loss that throws", () => {
    const variable = tf.variable(tf.ones([2]));
    const before = tf.memory().numTensors;
    const failing = (): tf.Scalar => {
      tf.square(variable);
      throw new Error("broken loss");
    };
    assert.throws(() => valueAndGradients(failing, [variable]), /broken loss/);
    assert.equal(tf.memory().numTensors, before);
    tf.dispose(valueAndGradients(() => tf.sum(variable), [variable]).gradients);
    assert.equal(tf.memory().numTensors, before);
  });
});
