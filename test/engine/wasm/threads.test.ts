import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { Job, jobMemory } from "../../../src/engine/wasm/job";

const distribution = join(__dirname, "../../../src");

/** Hashes of the results of every kernel that is cut into parts. */
async function hashes(threads: number): Promise<string> {
  const script = `
    const { createHash } = require("node:crypto");
    const tf = require("@tensorflow/tfjs-core");
    const { adamW, attention, gelu, gru, layerNorm, linear, Random, sentenceProducts, spanLogProbabilities, startEngine, sumOfSquares } = require("./engine/index.js");
    (async () => {
      await startEngine("wasm");
      const random = new Random(5);
      const tensor = (...shape) =>
        tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()), shape, "float32");
      const direction = (inputs, hidden) => ({
        weightInput: tensor(3 * hidden, inputs), weightHidden: tensor(3 * hidden, hidden),
        biasInput: tensor(3 * hidden), biasHidden: tensor(3 * hidden),
      });
      const print = (name, ...tensors) => {
        const hash = createHash("sha256");
        for (const one of tensors) hash.update(Buffer.from(one.dataSync().buffer));
        console.log(name, hash.digest("hex"));
      };
      print("product", tf.matMul(tensor(203, 701), tensor(701, 331)));
      print("products", tf.matMul(tensor(9, 61, 130), tensor(9, 77, 130), false, true));
      print("by rows", tf.matMul(tensor(900, 600), tensor(600, 5)));
      const [x, w, b] = [tensor(300, 515), tensor(129, 515), tensor(129)];
      print("linear", ...tf.grads((x, w, b) => tf.sum(tf.square(linear(x, w, b))))([x, w, b]));
      const many = tensor(401, 1031);
      print("gelu", gelu(many), tf.grad((x) => tf.sum(tf.square(gelu(x))))(many));
      print("pointwise", tf.exp(many), tf.tanh(many));
      print("norm", layerNorm(many, tensor(1031), tensor(1031)));
      const weights = { forward: direction(70, 90), reverse: direction(70, 90) };
      const lengths = [31, 2, 17, 31, 0, 9];
      const input = tensor(90, 70);
      print("gru", gru(input, lengths, weights),
        ...tf.grads((x, u) => tf.sum(tf.square(gru(x, lengths, { ...weights, forward: { ...weights.forward, weightHidden: u } }))))
          ([input, weights.forward.weightHidden]));
      const attend = (transformed, gaussians, locations) =>
        attention({ transformed, prior: { gaussians, locations } }, { heads: 7, lengths }).output;
      const inputs = [tensor(90, 3 * 7 * 10), tensor(90, 7, 6), tensor(90, 2)];
      print("attention", attend(...inputs), ...tf.grads((...args) => tf.sum(tf.square(attend(...args))))(inputs));
      const multiply = (left, right) => sentenceProducts(left, right, [70, 20]);
      const sides = [tensor(90, 130), tensor(90, 130)];
      print("sentence products", multiply(...sides), ...tf.grads((...args) => tf.sum(tf.square(multiply(...args))))(sides));
      const squares = 70 ** 2 + 41 ** 2 + 66 ** 2;
      const spans = [tensor(squares), tensor(squares), tensor(177, 2), tensor(177, 4)];
      const rows = Int32Array.from({ length: 2 * 177 }, (_, i) => i >> 1);
      const picks = { rows, starts: rows.map((row) => row % 40), ends: rows.map((row, i) => row % 40 + i % 2) };
      const pick = (starts, ends, center, factor) =>
        spanLogProbabilities({ starts, ends, center, factor, lengths: [70, 41, 66] }, picks);
      print("spans", pick(...spans), ...tf.grads((...args) => tf.sum(tf.square(pick(...args))))(spans));
      const parameters = [[301, 1001], [7], [90_001]].map((shape) => ({
        parameter: tf.variable(tensor(...shape)), gradient: tensor(...shape),
        first: tf.variable(tensor(...shape)), second: tf.variable(tf.square(tensor(...shape))), decay: 0.99,
      }));
      console.log("norm of gradients", sumOfSquares(parameters.map((one) => one.gradient)));
      adamW(parameters, { scale: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, stepSize: 0.01, correction: 1.1 });
      print("adamW", ...parameters.flatMap((one) => [one.parameter, one.first, one.second]));
      print("gather", tf.gather(many, tf.tensor1d(Array.from({ length: 3000 }, (_, i) => (i * 7) % 401), "int32")));
      print("split and join", ...tf.split(many, [400, 631], 1), tf.concat([many, many], 1));
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], {
    cwd: distribution,
    env: { ...process.env, PNR_THREADS: String(threads) },
  });
  return stdout;
}

it("computes the same bits on any number of threads", async () => {
  const one = await hashes(1);
  assert.equal(one.split("\n").length, 16);
  for (const threads of [2, 3, 5]) assert.equal(await hashes(threads), one, `${threads} threads`);
});

describe("Job", () => {
  it("computes every unit of every job exactly once", async () => {
    const memory = jobMemory();
    const counts = new Int32Array(new SharedArrayBuffer(4 * 1000));
    const workers = [1, 2, 3].map(
      () =>
        new Worker(
          `const { workerData } = require("node:worker_threads");
          const { Job } = require(workerData.path);
          const { counts } = workerData;
          new Job(workerData.memory, (kernel, first, end) => {
            for (let unit = first; unit < end; unit++) Atomics.add(counts, unit, kernel);
          }).serve();`,
          { eval: true, workerData: { memory, counts, path: join(distribution, "engine/wasm/job.js") } },
        ),
    );
    const job = new Job(memory, (kernel, first, end) => {
      for (let unit = first; unit < end; unit++) Atomics.add(counts, unit, kernel);
    });
    let expected = 0;
    for (let round = 0; round < 3000; round++) {
      const kernel = (round % 7) + 1;
      const failed = job.run(kernel, counts.length, (round % 40) + 1, []);
      expected += kernel;
      assert.equal(failed, false);
      assert.ok(
        counts.every((count) => count === expected),
        `round ${round}`,
      );
      // Lets the workers fall asleep sometimes.
      if (round % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  it("reports that a part failed, and can run another job", () => {
    const job = new Job(jobMemory(), (_kernel, first) => {
      if (first === 2) throw new Error("wrong");
    });
    assert.equal(job.run(0, 4, 4, []), true);
    assert.equal(job.run(0, 2, 2, []), false);
  });
});
