import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { plus } from "../../../src/engine/ops/plus";
import { Random } from "../../../src/engine/random";
import { forEachEngine } from "../../support/engines";
import { checkOperation, randomInput } from "../../support/operations";

forEachEngine(() => {
  it("adds two tensors of one shape, and passes the gradient to both", () => {
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

  it("refuses shapes that differ", () => {
    assert.throws(() => plus(tf.ones([2, 3]), tf.ones([3])), /2,3.*3/);
  });
});
