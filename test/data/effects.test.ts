import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { analyze, plansNamed, resultsOf } from "../../src/experiments";
import { differenceRows, effectTexts, shufflingEffect } from "./effects";

const root = join(__dirname, "../../..");
const page = readFileSync(join(root, "docs/paper-and-code.md"), "utf8");
const rows = differenceRows(page);
const effects = effectTexts(analyze(resultsOf(join(root, "data/results"))));
/** Keys without runs at the scale "sample": they change nothing there, or are newer than the runs. */
const unmeasured = [
  "model.wordFallback",
  "model.maxCharacters",
  "model.bertContext",
  "model.withoutBackward",
  "model.acceptTies",
];
/** Measured at the scale "curves" only. */
const batching = "training.batching";

test("at least three seeds measure each difference that can matter without BERT, and all together", () => {
  const [{ settings }] = plansNamed(["differences"]);
  const [, ...others] = settings.map(({ label }) => label);
  assert.deepEqual([...effects.keys()].sort(), [...others].sort());
  for (const [label, text] of effects) assert.match(text, /, n [3-9]\)/, label);
});

const together =
  'variant=released training.batching=similarLength model.wordFallback=["lower"] model.maxCharacters=32';

test("the column of effects agrees with the results in data/results", () => {
  const measured = rows.filter(({ key }) => key !== batching && !unmeasured.includes(key));
  assert.equal(measured.length, effects.size - 1);
  for (const { key, released, effect } of measured)
    assert.equal(effect, effects.get(`${key}=${released}`), `${key}, in docs/paper-and-code.md`);
  assert.ok(
    page
      .replaceAll(/\s+/g, " ")
      .includes(
        `all together, except the keys that are newer than the runs (\`${together}\`) ${effects.get(together)}.`,
      ),
  );
});

test("the effect of shuffling agrees with the runs of the protocol", () => {
  const results = resultsOf(join(root, "data/results/protocol"));
  const effect = shufflingEffect(analyze(results, { scale: "curves" }));
  const [row] = rows.filter(({ key }) => key === batching);
  assert.equal(row.effect, `on [GENIA](../data/results/protocol/README.md): ${effect}`);
});

test("a difference without measurement says why", () => {
  const unmeasuredRows = rows.filter(({ key }) => unmeasured.includes(key));
  assert.equal(unmeasuredRows.length, unmeasured.length);
  for (const { effect } of unmeasuredRows) assert.match(effect, /^not measured: /);
});
