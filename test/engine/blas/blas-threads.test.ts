import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { findBlas } from "../../../src/engine/blas/find";

/** Prints a hash of products with every transpose, of sizes below and above every cut, and of a gradient as in training. */
const program = `
const tf = require("@tensorflow/tfjs-core");
const { createHash } = require("node:crypto");
const { startBackend } = require("${require.resolve("../../../src/engine/backends")}");
const { gru } = require("${require.resolve("../../../src/engine/ops/gru")}");
const { linear } = require("${require.resolve("../../../src/engine/ops/linear")}");
startBackend("blas").then(() => {
  const hash = createHash("sha256");
  const draw = (shape, seed) => tf.randomNormal(shape, 0, 1, "float32", seed);
  for (const [m, k, n] of [[100, 70, 90], [232, 128, 384], [300, 512, 257], [600, 700, 800]]) {
    hash.update(tf.matMul(draw([m, k], 1), draw([k, n], 2)).dataSync());
    hash.update(tf.matMul(draw([k, m], 3), draw([n, k], 4), true, true).dataSync());
    hash.update(tf.matMul(draw([3, m, k], 5), draw([3, n, k], 6), false, true).dataSync());
    hash.update(linear(draw([m, k], 7), draw([n, k], 8), draw([n], 9)).dataSync());
  }
  const direction = (seed) => ({
    weightInput: draw([240, 40], seed),
    weightHidden: draw([240, 80], seed + 1),
    biasInput: draw([240], seed + 2),
    biasHidden: draw([240], seed + 3),
  });
  const weights = { forward: direction(10), reverse: direction(20) };
  const states = (x) => gru(x, [9, 3, 7, 7, 8, 9, 5, 6, 9, 4, 9, 2], weights);
  hash.update(states(draw([78, 40], 30)).dataSync());
  hash.update(tf.grad((x) => tf.sum(tf.square(states(x))))(draw([78, 40], 30)).dataSync());
  process.stdout.write(hash.digest("hex"), () => process.exit(0));
});
`;

test("the blas engine computes the same bits on 1, 2, 3 and 5 threads", async (t) => {
  try {
    await findBlas();
  } catch (error) {
    return t.skip(`there is no BLAS here: ${(error as Error).message}`);
  }
  const hashes = await Promise.all(
    ["1", "2", "3", "5"].map(async (threads) => {
      const env = { ...process.env, PNR_THREADS: threads };
      const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { env });
      return stdout;
    }),
  );
  assert.match(hashes[0], /^[0-9a-f]{64}$/);
  assert.equal(new Set(hashes).size, 1);
});
