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

test("plan reports complete and missing runs, and estimates the time from complete runs or measured steps", async () => {
  const engine = ["--engine", "wasm"];
  const planned = await pnr(["plan", "table6", "--scale", "smoke", "--seeds", "2", "--json", ...engine], {
    cwd: root,
  });
  assert.equal(planned.code, 0, planned.stderr);
  const smoke = JSON.parse(planned.stdout);
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
  assert.match(unmeasured.stdout, /time: unknown, because no run of this scale is complete/);

  // Complete runs of 500 sentences and 5 epochs took 30 s each. They are of another corpus, so no run counts as done.
  const estimated = await pnr(["plan", "table6", "--seeds", "1", "--json", ...engine], { cwd: root });
  const sample = JSON.parse(estimated.stdout);
  assert.deepEqual([sample.runs, sample.done, sample.times.length], [7, 0, 1]);
  assert.ok(Math.abs(sample.times[0].seconds - 7 * 30) < 1e-6);
  assert.match(sample.times[0].from, /^21 complete runs$/);
});

test("plan estimates which differences the seeds detect, from the variances of complete runs", async () => {
  const store = join(root, "scratch");
  writeFakeTable(store, "table6", [1, 2, 3, 4], () => 0.8, { scale: "scratch" });
  const options = [
    "--scale",
    "scratch",
    "--corpora",
    "sample",
    "--store",
    store,
    "--engine",
    "wasm",
    "--no-measure",
  ];
  const text = async (seeds: string) =>
    (await pnr(["plan", "table6", "--seeds", seeds, ...options], { cwd: root })).stdout;
  assert.match(
    await text("5"),
    /^table6 on sample: 5 seeds detect \d+\.\d F1 with a power of 80 %, \d+\.\d F1 with Holm's correction; 0.5 F1, the smallest effect of interest, needs (over )?\d+ seeds$/m,
  );
  assert.match(
    await text("2"),
    /^table6 on sample: 2 seeds per setting give no verdict; use at least --seeds 3$/m,
  );
  const { power } = JSON.parse(
    (await pnr(["plan", "table6", "--seeds", "9", "--json", ...options], { cwd: root })).stdout,
  );
  assert.deepEqual([power[0].plan, power[0].corpus, power[0].seeds], ["table6", "sample", 9]);
  assert.ok(power[0].detects < power[0].detectsCorrected);
  const few = await pnr(
    ["plan", "table6", "--seeds", "3", "--scale", "smoke", "--no-measure", "--engine", "wasm"],
    { cwd: root },
  );
  assert.match(few.stdout, /^table6 on sample: power unknown until two settings have 3 seeds$/m);
});
