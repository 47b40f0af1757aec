// A tensor's two places on native, TensorFlow's memory and our kernels'.
import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { adamW } from "../../../src/engine/ops/adam-w";
import { hasKernel } from "../../../src/engine/ops/fused";
import { layerNorm } from "../../../src/engine/ops/layer-norm";
import { softmax } from "../../../src/engine/ops/softmax";
import { forEachEngine } from "../../support/engines";
import { assertClose } from "../../support/operations";

const input = [1, 2, 4, 8, -3, 0];

/** Layer norm of rows of three, by plain numbers. */
function normal(values: readonly number[]): number[] {
  return values.map((value, i) => {
    const row = values.slice(i - (i % 3), i - (i % 3) + 3);
    const mean = row.reduce((sum, x) => sum + x, 0) / 3;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 3;
    return (value - mean) / Math.sqrt(variance + 1e-5);
  });
}

const norm = (x: tf.Tensor): tf.Tensor => layerNorm(x, tf.ones([3]), tf.zeros([3]));

forEachEngine((engine) => {
  it("carries tensors between our kernels and other operations, in any order and shape", () => {
    tf.tidy(() => {
      const made = norm(tf.tensor(input, [2, 3], "float32"));
      const column = tf.reshape(made, [3, -1]);
      assert.deepEqual(column.shape, [3, 2]);
      const doubled = tf.mul(column, 2);
      const again = norm(tf.reshape(doubled, [2, -1]));
      const expected = normal(input);
      assertClose(column.dataSync(), expected, 1e-6, "reshaped");
      assertClose(made.dataSync(), expected, 1e-6, "made");
      assertClose(
        doubled.dataSync(),
        expected.map((value) => 2 * value),
        1e-6,
        "doubled",
      );
      assertClose(again.dataSync(), normal(expected.map((value) => 2 * value)), 1e-6, "again");
    });
  });

  it("keeps values that were read when the tensor is gone, and a reshaped view when its origin is", () => {
    const made = tf.tidy(() => norm(tf.tensor(input, [2, 3], "float32")));
    const view = tf.reshape(made, [6]);
    const values = made.dataSync();
    made.dispose();
    tf.dispose(Array.from({ length: 9 }, () => tf.tidy(() => norm(tf.tensor([5, 1, 9, 0, 0, 7], [2, 3])))));
    assertClose(values, normal(input), 1e-6, "read");
    assertClose(view.dataSync(), normal(input), 1e-6, "view");
    view.dispose();
  });

  it("owns what it computes on, wherever in our kernels' memory that came from", () => {
    const made = Array.from({ length: 24 }, (_, i) => {
      const values = Array.from({ length: 3 * (i + 1) }, (_, j) => Math.sin(i + j));
      const origin = tf.tidy(() => norm(tf.tensor(values, [i + 1, 3], "float32")));
      // TensorFlow's reshape shares what it is given
      const doubled = tf.mul(origin, 2);
      const view = tf.reshape(origin, [-1]);
      tf.dispose([origin, doubled]);
      return { values, view };
    });
    const others = made.map((_, i) => tf.tidy(() => norm(tf.ones([i + 1, 3]))));
    for (const { values, view } of made) assertClose(view.dataSync(), normal(values), 2e-6, "view");
    tf.dispose([...others, ...made.map(({ view }) => view)]);
  });

  it("changes a parameter in place, but no view, clone or result of it", () => {
    const variable = (): tf.Variable => tf.variable(tf.tensor1d([1, 2], "float32"));
    const [parameter, first, second] = [variable(), variable(), variable()];
    const step = (): void => {
      const gradient = tf.tensor1d([3, -1], "float32");
      const numbers = { scale: 1, beta1: 0.9, beta2: 0.99, stepSize: 0.1, correction: 1, epsilon: 1e-8 };
      adamW([{ parameter, gradient, first, second, decay: 1 }], numbers);
      gradient.dispose();
    };
    step();
    const before = [...parameter.dataSync()];
    const others = [tf.reshape(parameter, [2, 1]), tf.clone(parameter), tf.mul(parameter, 1)];
    step();
    for (const other of others) assert.deepEqual([...other.dataSync()], before);
    assert.notDeepEqual([...parameter.dataSync()], before);
    assert.deepEqual([...tf.tidy(() => tf.mul(parameter, 1)).dataSync()], [...parameter.dataSync()]);
    tf.dispose([parameter, first, second, ...others]);
  });

  it("frees both places of a tensor", () => {
    const places = (): number[] => [
      tf.memory().numDataBuffers,
      ...["wasm", "tensorflow"].map((name) => tf.findBackend(name)?.numDataIds() ?? 0),
    ];
    const [parameter, first, second] = [1, 2, 3].map((value) =>
      tf.variable(tf.fill([2, 3], value, "float32")),
    );
    const use = (): void => {
      tf.tidy(() => {
        const x = tf.tensor(input, [2, 3], "float32");
        const [gradient] = tf.grads((given) => tf.sum(tf.square(softmax(norm(given)))))([x]);
        norm(tf.reshape(gradient, [2, 3])).dataSync();
        const numbers = { scale: 1, beta1: 0.9, beta2: 0.99, stepSize: 0.1, correction: 1, epsilon: 1e-8 };
        adamW([{ parameter, gradient, first, second, decay: 1 }], numbers);
        tf.mul(parameter, 2).dataSync();
      });
    };
    use();
    const before = places();
    for (let i = 0; i < 5; i++) use();
    assert.deepEqual(places(), before);
    tf.dispose([parameter, first, second]);
  });

  it("has our fused kernels wherever there is a processor of ours to run them", () => {
    for (const name of ["GruForward", "GruBackward", "LayerNorm", "SoftmaxGradient", "AdamW"]) {
      assert.equal(hasKernel(name), engine !== "cpu", name);
    }
  });
});
