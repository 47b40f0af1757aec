// Runs a sweep on a disk that fills up, and kills an attempt there: node disk-sweep-trial.js FOLDER OUTCOME mounted|simulated
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { atWork, outcomeOf, runsOf, Sweep, type SweepSize, until } from "../support/sweep";
import { diskSweep } from "./disk";
import { mountedDisk, simulateForChildren } from "./small-disk";

async function main([folder, expected, how]: readonly string[]): Promise<void> {
  const store = join(folder, "store");
  mkdirSync(store, { recursive: true });
  const disk = how === "mounted" ? mountedDisk(folder) : simulateForChildren(store);
  const size: SweepSize = { ...diskSweep, store };
  const sweep = () => new Sweep(size, ["--workers", "1"]);
  for (const [free, kills] of [
    [0, true],
    [60_000, false],
  ] as const) {
    const failing = sweep();
    // The only one when we looked: a second look might come between two attempts.
    let attempts: readonly number[] = [];
    await until(() => {
      attempts = atWork(store, true);
      return failing.ended || attempts.length === 1;
    });
    const [attempt] = attempts;
    assert.ok(attempt, `the sweep ended before its disk was full: ${failing.stderr}`);
    disk.fill(free);
    if (kills) process.kill(attempt, "SIGKILL");
    assert.equal(await failing.code, 1, failing.stderr);
    assert.match(failing.stderr, /pnr: 0 of 1 runs done, 1 failed; the same command retries them\n$/);
    const [failure] = /^failed: .*$/m.exec(failing.stderr) ?? [];
    assert.match(String(failure), /is the disk full|make room on the disk/);
    disk.free();
  }
  const last = sweep();
  assert.equal(await last.code, 0, last.stderr);
  assert.deepEqual(runsOf(store).map(outcomeOf), [expected]);
  console.log(
    "sweep on a full disk: failed with the reason, with and without a killed attempt; with free space, it completed with the same weights",
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
