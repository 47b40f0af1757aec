import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { dropout } from "../../../src/engine/ops/dropout";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";

forEachEngine(() => {
  it("returns the input itself at rate 0 and draws nothing", () => {
    const random = new Random(1);
    const before = random.state;
    const input = tf.ones([3]);
    assert.equal(dropout(input, 0, random), input);
    assert.deepEqual(random.state, before);
  });

  it("drops elements at the rate, scales the others up, and lets the gradient through the same mask", () => {
    const random = new Random(7);
    const input = tf.fill([50, 40], 3, "float32");
    const output = dropout(input, 0.25, random).dataSync();
    const dropped = output.filter((value) => value === 0).length;
    assert.ok(output.every((value) => value === 0 || Math.abs(value - 4) < 1e-6));
    // 2000 draws: the standard deviation of the count is 19.
    assert.ok(Math.abs(dropped - 500) < 100, `${dropped} of 2000 dropped`);
    const gradient = tf
      .grad((x) => tf.sum(dropout(x, 0.25, new Random(7))))(input)
      .dataSync();
    output.forEach((value, i) => {
      assert.equal(gradient[i] === 0, value === 0);
    });
  });

  it("repeats a mask for the same state of the generator and goes on to another", () => {
    const input = tf.ones([20]);
    const random = new Random(3);
    const first = Array.from(dropout(input, 0.5, random).dataSync());
    assert.notDeepEqual(Array.from(dropout(input, 0.5, random).dataSync()), first);
    assert.deepEqual(Array.from(dropout(input, 0.5, new Random(3)).dataSync()), first);
  });
});
