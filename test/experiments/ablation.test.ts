// cspell:ignore heds setings
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ablationPlan, configOf, corpusNamed, plansOf, scales } from "../../src/experiments";
import { inputError, testFolder } from "../support/folders";

const folder = testFolder("ablation");

function fileOf(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

test("your own settings are a plan: each changes the config of the scale", () => {
  const { settings, title, name } = ablationPlan({ full: {}, "one layer": { model: { layers: 1 } } });
  assert.deepEqual([name, title], ["ablation", "Your own ablation"]);
  const scale = scales.find((one) => one.name === "minutes") ?? assert.fail();
  const layers = settings.map(
    (setting) => configOf({ scale, corpus: corpusNamed("sample"), setting, seed: 2 }).model.layers,
  );
  assert.deepEqual(layers, [3, 1]);
});

test("a file of settings stands among the names of plans", () => {
  const file = fileOf("mine.json", { title: "Mine", settings: { a: {}, b: { training: { epochs: 2 } } } });
  const plans = plansOf(["table6", file]);
  assert.deepEqual(
    plans.map(({ title }) => title),
    ["Table 6: ablations", "Mine"],
  );
  assert.deepEqual(
    plans[1].settings.map(({ label, change }) => [label, change]),
    [
      ["a", {}],
      ["b", { training: { epochs: 2 } }],
    ],
  );
  assert.throws(() => plansOf([file, file]), inputError(/mine\.json, .*mine\.json: sweep one file/));
});

test("a wrong setting is named with its file, label, path and value", () => {
  const errors: [unknown, RegExp][] = [
    [
      { settings: { a: {}, b: { model: { heds: 2 } } } },
      /^.*f\.json: settings: "b": unknown key "model\.heds"; did you mean "heads"\?/,
    ],
    [
      { settings: { a: {}, b: { model: { layers: "two" } } } },
      /^.*f\.json: settings: "b": model\.layers.*"two"/,
    ],
    [{ settings: { a: {}, b: 3 } }, /^.*f\.json: settings: "b" is 3: expected an object/],
    [
      { settings: { a: {}, b: { training: { seed: 3 } } } },
      /"b": training\.seed: --seeds sets the seeds of a sweep/,
    ],
    [{ settings: { a: {} } }, /^.*f\.json: settings: has one setting; give at least two/],
    [{ settings: {} }, /has no settings; give at least two/],
    [{ setings: {} }, /f\.json: settings is missing: expected labels with the config keys/],
    ['{"settings": {"a": {}, "a": {}}}', /f\.json: .*"a"/],
    ["{", /f\.json: /],
  ];
  for (const [content, message] of errors)
    assert.throws(() => plansOf([fileOf("f.json", content)]), inputError(message));
  assert.throws(() => plansOf([join(folder, "none.json")]), inputError(/none\.json: /));
});
