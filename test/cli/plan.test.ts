import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeFakeTable } from "../experiments/fake-runs";
import { pnr } from "./pnr";

const root = mkdtempSync(join(tmpdir(), "pnr-plan-"));
after(() => rmSync(root, { recursive: true }));
writeFakeTable(join(root, "sweeps"), "table6", [1, 2, 3], () => 0.8);

test("a plan says what is done, what is left, and how long it takes by complete runs or by steps taken here", async () => {
  const engine = ["--engine", "wasm"];
  const told = await pnr(["plan", "table6", "--scale", "smoke", "--seeds", "2", "--json", ...engine], {
    cwd: root,
  });
  assert.equal(told.code, 0, told.stderr);
  const smoke = JSON.parse(told.stdout);
  assert.deepEqual([smoke.cells, smoke.runs, smoke.done, smoke.sentences], [14, 14, 0, 14 * 48]);
  assert.equal(smoke.times.length, 1);
  assert.ok(smoke.times[0].seconds > 0 && smoke.disk > 0);
  const again = await pnr(["plan", "table6", "--scale", "smoke", "--seeds", "2", "--json", ...engine], {
    cwd: root,
  });
  assert.deepEqual(JSON.parse(again.stdout), smoke, "what was measured is remembered");
  const unmeasured = await pnr(["plan", "table6", "--scale", "smoke", "--no-measure", ...engine], {
    cwd: root,
  });
  assert.match(unmeasured.stdout, /time: not known, as no run of this scale is complete/);

  // complete runs of 500 sentences and 5 epochs took 30 s each; but those are of another corpus, so none is done
  const known = await pnr(["plan", "table6", "--seeds", "1", "--json", ...engine], { cwd: root });
  const sample = JSON.parse(known.stdout);
  assert.deepEqual([sample.runs, sample.done, sample.times.length], [7, 0, 1]);
  assert.ok(Math.abs(sample.times[0].seconds - 7 * 30) < 1e-6);
  assert.match(sample.times[0].from, /^21 complete runs$/);
});
