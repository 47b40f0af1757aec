import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressOf,
  allHeads,
  initialState,
  interventionOf,
  interventionText,
  type PageState,
  stateAt,
} from "../../../widgets/model-page/page-state";

const size = { layers: 3, heads: 2 };
const plain = initialState("IL-2 & 你好 #1", size);
const changed: PageState = {
  text: "one two",
  original: "one three",
  sentence: 2,
  threshold: 0,
  prior: "off",
  heads: ["1.2", "3.1"],
  layers: 1,
};

test("an address holds the whole state", () => {
  for (const state of [plain, changed, { ...plain, threshold: 0.35 }, { ...plain, layers: 0 }])
    assert.deepEqual(stateAt(`#${addressOf(state, size)}`, size), state);
  assert.equal(addressOf(initialState("a b", size), size), "text=a+b");
});

test("an address without a text has no state; values that the model lacks are replaced", () => {
  assert.equal(stateAt("", size), undefined);
  assert.equal(stateAt("#text=+", size), undefined);
  const address = "text=a&layers=9&sentence=-1&threshold=2&prior=maybe&without=1.1+9.9+__proto__+1.1.1";
  assert.deepEqual(stateAt(address, size), { ...initialState("a", size), heads: ["1.1"] });
  const noNumbers = stateAt("text=a&layers=x&sentence=1.5&threshold=", size);
  assert.deepEqual(noNumbers, { ...initialState("a", size), sentence: 1, threshold: 0 });
});

test("the changes of a state become an intervention and its description", () => {
  assert.deepEqual(allHeads(size), ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2"]);
  assert.equal(interventionOf({ ...plain, threshold: 0.5 }, size), undefined);
  const intervention = interventionOf(changed, size);
  assert.deepEqual(intervention, {
    prior: "off",
    heads: [
      [1, 2],
      [3, 1],
    ],
    layers: 1,
  });
  assert.deepEqual(interventionOf({ ...plain, layers: 0 }, size), { layers: 0 });
  assert.equal(
    interventionText(changed, size),
    "with the prior off and without heads 1.2, 3.1 and after 1 of 3 layers",
  );
  assert.equal(interventionText({ ...plain, heads: ["2.1"] }, size), "without head 2.1");
  const four = allHeads(size).slice(1, 5);
  assert.equal(interventionText({ ...plain, heads: four }, size), "without heads 1.2, 2.1, 2.2, 3.1");
  assert.equal(interventionText({ ...plain, heads: allHeads(size).slice(1) }, size), "without 5 heads");
  assert.equal(interventionText({ ...plain, heads: allHeads(size) }, size), "without all heads");
});
