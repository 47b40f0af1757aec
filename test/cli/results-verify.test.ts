import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { testFolder } from "../support/folders";
import { type Finished, pnr } from "./pnr";

const folder = testFolder("results-verify");
const store = join(folder, "sweeps");
const verify = (...more: string[]): Promise<Finished> =>
  pnr(["results", "verify", "--engine", "wasm", ...more], { cwd: folder });

before(async () => {
  const { code, stderr } = await pnr(
    ["sweep", "selection", "--scale", "smoke", "--seeds", "1", "--engine", "wasm", "--workers", "1"],
    { cwd: folder },
  );
  assert.equal(code, 0, stderr);
});

test("runs are computed again and found identical, even from tables", async () => {
  const fromStore = await verify("--sample", "2", "--workers", "1");
  assert.equal(fromStore.code, 0, fromStore.stderr);
  assert.equal(fromStore.stdout.match(/ identical/g)?.length, 2, fromStore.stdout);
  assert.match(fromStore.stdout, /\n2 runs reproduced in .*, of 2 that can be computed here\n$/);

  assert.deepEqual(readdirSync(join(folder, "out/verify")), [], "the next command computes them again");

  const written = await pnr(["report", "--scale", "smoke", "--format", "arrow", "--out", "tables"], {
    cwd: folder,
  });
  assert.equal(written.code, 0, written.stderr);
  const fromTables = await verify("--from", "tables", "--sample", "1", "--json");
  assert.equal(fromTables.code, 0, fromTables.stderr);
  const { runs } = JSON.parse(fromTables.stdout);
  assert.deepEqual(
    runs.map((run: { outcome: string; storedF1: number; repeatedF1: number }) => [
      run.outcome,
      run.repeatedF1 - run.storedF1,
    ]),
    [["identical", 0]],
  );
});

test("a stored loss that is not reproduced fails, and the message states the difference", async () => {
  for (const id of readdirSync(store)) {
    const path = join(store, id, "result.json");
    const result = JSON.parse(readFileSync(path, "utf8"));
    result.epochs[0].loss += 1e-9;
    writeFileSync(path, JSON.stringify(result));
  }
  const { code, stdout, stderr } = await verify("--sample", "1");
  assert.equal(code, 1);
  assert.match(stdout, / differs +losses and scores of the epochs$/m);
  assert.match(stderr, /\npnr: 1 of 1 runs could not be reproduced\n$/);
});

test("a store without a complete run is an error", async () => {
  for (const id of readdirSync(store)) rmSync(join(store, id, "result.json"));
  const { code, stderr } = await verify();
  assert.equal(code, 2);
  assert.match(stderr, /\npnr: sweeps: no complete run yet\n$/);
});
