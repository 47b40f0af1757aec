import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { analyse, plansNamed, resultsOf } from "../../src/experiments";
import { effectTexts, ledgerRows } from "./effects";

const root = join(__dirname, "../../..");
const ledger = readFileSync(join(root, "docs/paper-and-code.md"), "utf8");
const rows = ledgerRows(ledger);
const effects = effectTexts(analyse(resultsOf(join(root, "data/results"))));
/** Nothing is known of them at the scale "sample": they change nothing there, or are newer than the runs. */
const unmeasured = [
  "model.wordFallback",
  "model.maxCharacters",
  "model.bertContext",
  "model.withoutBackward",
  "model.acceptTies",
  "training.batching",
];

test("every difference that can matter without BERT was measured alone, and all of them together, with three seeds", () => {
  const [{ settings }] = plansNamed(["differences"]);
  const [, ...others] = settings.map(({ label }) => label);
  assert.deepEqual([...effects.keys()].sort(), [...others].sort());
  for (const [label, text] of effects) assert.match(text, /, n [3-9]\)/, label);
});

const together =
  'variant=released training.batching=similarLength model.wordFallback=["lower"] model.maxCharacters=32';

test("the ledger's column of effects says what the results in data/results say", () => {
  const measured = rows.filter(({ key }) => !unmeasured.includes(key));
  assert.equal(measured.length, effects.size - 1);
  for (const { key, released, effect } of measured)
    assert.equal(effect, effects.get(`${key}=${released}`), `${key}, in docs/paper-and-code.md`);
  assert.ok(
    ledger.includes(
      `all of them at once but the keys that are newer than the runs (\`${together}\`) ${effects.get(together)}.`,
    ),
  );
});

test("what the runs could not measure says why", () => {
  const left = rows.filter(({ key }) => unmeasured.includes(key));
  assert.equal(left.length, unmeasured.length);
  for (const { effect } of left) assert.match(effect, /^not measured: /);
});
