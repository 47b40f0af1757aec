import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Random } from "../../src/engine";
import { faultySweep, sweepWithoutFaults } from "./faulty-sweep";

test("two drivers of a sweep, killed and interrupted like their attempts, complete every run once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pnr-faulty-"));
  try {
    const size = { epochs: 2, seeds: 2 };
    const expected = await sweepWithoutFaults({ ...size, store: join(folder, "complete") });
    assert.equal(expected.size, 2);
    const report = await faultySweep({
      size: { ...size, store: join(folder, "broken") },
      random: new Random(3),
      faults: 4,
      pause: 2500,
      expected,
    });
    assert.ok(report.attempts >= 2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
