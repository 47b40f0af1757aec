import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { InputError, PnrError } from "../../src/base/errors";
import { Random } from "../../src/engine";
import { Parameters } from "../../src/nn/parameters";
import { AdamW, globalNorm } from "../../src/training/optimizer";
import { forEachEngine } from "../support/engines";

const uniform = (random: Random) => 2 * random.uniform() - 1;

/** AdamW in plain numbers, for one element. */
function reference(value: number, gradients: number[], rate: number, decay: number): number {
  let [x, first, second] = [value, 0, 0];
  gradients.forEach((gradient, index) => {
    first = 0.9 * first + 0.1 * gradient;
    second = 0.999 * second + 0.001 * gradient ** 2;
    const mean = first / (1 - 0.9 ** (index + 1));
    const variance = second / (1 - 0.999 ** (index + 1));
    x = x * (1 - rate * decay) - (rate * mean) / (Math.sqrt(variance) + 1e-8);
  });
  return x;
}

forEachEngine(() => {
  test("AdamW takes the steps of its definition and decays weight matrices only", () => {
    const parameters = new Parameters(new Random(1));
    parameters.make("weight", [2, 3], uniform);
    parameters.make("bias", [3], uniform);
    const before = parameters.all.map((variable) => [...variable.dataSync()]);
    const optimizer = new AdamW(parameters, 0.5);
    const random = new Random(2);
    const gradients = [6, 3].map((size) =>
      Array.from({ length: 5 }, () => Float32Array.from({ length: size }, () => uniform(random))),
    );
    for (let step = 0; step < 5; step++) {
      const tensors = [tf.tensor2d(gradients[0][step], [2, 3]), tf.tensor1d(gradients[1][step])];
      optimizer.step(tensors, 0.01, 0.25);
      tf.dispose(tensors);
    }
    parameters.all.forEach((variable, which) => {
      const decay = which === 0 ? 0.5 : 0;
      variable.dataSync().forEach((value: number, at: number) => {
        const elements = gradients[which].map((step) => 0.25 * step[at]);
        assert.ok(Math.abs(value - reference(before[which][at], elements, 0.01, decay)) < 2e-6);
      });
    });
    optimizer.dispose();
    parameters.dispose();
  });

  test("each parameter has its own learning rate, for the step and for the decay", () => {
    const parameters = new Parameters(new Random(7));
    for (const name of ["a", "b", "c"]) parameters.make(name, [2, 3], uniform);
    const before = parameters.all.map((variable) => [...variable.dataSync()]);
    const factors: Readonly<Record<string, number>> = { a: 1, b: 0.02, c: 3 };
    const optimizer = new AdamW(parameters, 0.5, "matrices", (name) => factors[name]);
    const random = new Random(8);
    const gradients = Array.from({ length: 4 }, () =>
      before.map((values) => values.map(() => uniform(random))),
    );
    for (const step of gradients) {
      const tensors = step.map((values) => tf.tensor2d(values, [2, 3]));
      optimizer.step(tensors, 0.01, 0.5);
      tf.dispose(tensors);
    }
    for (const [which, name] of parameters.names.entries()) {
      for (const [index, value] of parameters.get(name).dataSync().entries()) {
        const elements = gradients.map((step) => 0.5 * step[which][index]);
        const expected = reference(before[which][index], elements, 0.01 * factors[name], 0.5);
        assert.ok(Math.abs(value - expected) < 2e-6, `${name}: ${value}, ${expected}`);
      }
    }
    optimizer.dispose();
    parameters.dispose();
  });

  test("AdamW resumes from stored moments bit for bit, and leaks nothing", () => {
    const run = (stopAfter?: number) => {
      const parameters = new Parameters(new Random(3));
      parameters.make("weight", [4, 5], uniform);
      let optimizer = new AdamW(parameters, 0.01);
      const random = new Random(4);
      for (let step = 0; step < 6; step++) {
        if (step === stopAfter) {
          const [tensors, steps] = [optimizer.tensors(), optimizer.steps];
          optimizer.dispose();
          optimizer = new AdamW(parameters, 0.01);
          optimizer.restore(tensors, steps, "test");
        }
        const gradient = tf.tensor2d(
          Float32Array.from({ length: 20 }, () => uniform(random)),
          [4, 5],
        );
        optimizer.step([gradient], 0.01, 1);
        gradient.dispose();
      }
      const values = [...parameters.get("weight").dataSync()];
      optimizer.dispose();
      parameters.dispose();
      return values;
    };
    const tensors = tf.memory().numTensors;
    assert.deepEqual(run(3), run());
    assert.equal(tf.memory().numTensors, tensors);
  });

  test("a step does not change tensors that share memory with a parameter", () => {
    const parameters = new Parameters(new Random(6));
    const weight = parameters.make("weight", [3, 7], uniform);
    const before = [...weight.dataSync()];
    const [copy, flat] = [weight.clone(), tf.reshape(weight, [-1])];
    const optimizer = new AdamW(parameters, 0);
    const gradient = tf.ones([3, 7]);
    optimizer.step([gradient], 0.1, 1);
    assert.deepEqual([...copy.dataSync()], before);
    assert.deepEqual([...flat.dataSync()], before);
    weight.dataSync().forEach((value: number, at: number) => {
      assert.ok(Math.abs(value - (before[at] - 0.1)) < 1e-6);
    });
    tf.dispose([copy, flat, gradient]);
    optimizer.dispose();
    parameters.dispose();
  });

  test("moments of another model are an error that names them", () => {
    const parameters = new Parameters(new Random(5));
    parameters.make("weight", [2, 2], uniform);
    const optimizer = new AdamW(parameters, 0);
    const other = new Map([["optimizer.first.weight", { shape: [4], values: new Float32Array(4) }]]);
    assert.throws(
      () => optimizer.restore(other, 1, "last.json"),
      (error) => error instanceof InputError && /optimizer\.first\.weight/.test(error.message),
    );
    optimizer.dispose();
    parameters.dispose();
  });

  test("the global norm is over all tensors, and an error if it is not finite", () => {
    const [a, b] = [tf.tensor1d([3, 0]), tf.tensor2d([[0, 4]])];
    assert.ok(Math.abs(globalNorm([a, b]) - 5) < 1e-6);
    assert.throws(() => globalNorm([a, tf.tensor1d([Number.NaN])]), PnrError);
    tf.dispose([a, b]);
  });
});
