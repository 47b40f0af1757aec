import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { applyOverrides, parseConfig } from "../../src/config/parse-config";
import { presets } from "../../src/config/presets";

test("a config prints its difference from the nearest preset", () => {
  const config = parseConfig({ model: { layers: 1 } }, "here", presets.quickstart);
  assert.equal(
    inspect(config),
    "config: preset sample with\nkey           value  preset\nmodel.layers      1       3",
  );
  const further = applyOverrides(presets.genia, ["model.kernels=[3]", "training.epochs=9"]);
  assert.match(
    inspect(further),
    /^config: preset genia with\n.*\nmodel\.kernels +\[3\] +\[2,2\]\ntraining\.epochs +9 +5$/,
  );
});

test("the nearest preset counts, whatever the config was made from", () => {
  const config = parseConfig({ model: { bert: null } }, "here", presets.s);
  assert.equal(
    inspect(config),
    "config: preset s0 with\nkey                    value  preset\nmodel.embedding.words      0     128",
  );
});

test("a preset prints its names and its difference from s0", () => {
  assert.match(
    inspect(presets.quickstart),
    /^config: preset sample, also called quickstart, s0 with\nkey +value +s0\n/,
  );
  assert.equal(inspect(presets.paper), "config: preset s0, also called paper");
});
