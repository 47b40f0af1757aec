import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { adamW } from "../../../src/engine";
import { forEachEngine } from "../../support/engines";
import { assertClose } from "../../support/operations";

forEachEngine(() => {
  it("keeps the moments' small shares of a new gradient to the last digit", () => {
    const gradient = tf.tensor1d([1, -2, 3, 0.5, 1e3]);
    const [parameter, first, second] = [0, 0, 0].map(() => tf.variable(tf.zeros([5])));
    const numbers = { scale: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    adamW([{ parameter, gradient, first, second, decay: 1 }], { ...numbers, stepSize: 0.01, correction: 1 });
    const values = gradient.dataSync();
    const relative = (moment: tf.Variable, expected: (g: number) => number) =>
      moment.dataSync().map((value, i) => value / expected(values[i]));
    assertClose(
      relative(first, (g) => 0.1 * g),
      [1, 1, 1, 1, 1],
      2e-7,
      "first moment",
    );
    assertClose(
      relative(second, (g) => 0.001 * g ** 2),
      [1, 1, 1, 1, 1],
      2e-7,
      "second moment",
    );
    assertClose(
      relative(parameter, (g) => (-0.01 * 0.1 * Math.sign(g)) / Math.sqrt(0.001)),
      [1, 1, 1, 1, 1],
      1e-6,
      "parameter",
    );
    tf.dispose([gradient, parameter, first, second]);
  });
});
