// Sweeps onto a disk that runs full, and kills an attempt there: node disk-sweep-trial.js FOLDER OUTCOME mounted|imitated
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { atWork, outcomeOf, runsOf, Sweep, type SweepSize, until } from "../support/sweep";
import { diskSweep } from "./disk";
import { imitatedForChildren, mounted } from "./small-disk";

async function main([folder, expected, how]: readonly string[]): Promise<void> {
  const store = join(folder, "store");
  mkdirSync(store, { recursive: true });
  const disk = how === "mounted" ? mounted(folder) : imitatedForChildren(store);
  const size: SweepSize = { ...diskSweep, store };
  const sweep = () => new Sweep(size, ["--workers", "1"]);
  for (const [free, kills] of [
    [0, true],
    [60_000, false],
  ] as const) {
    const filled = sweep();
    await until(() => filled.ended || atWork(store, true).length === 1);
    const [attempt] = atWork(store, true);
    assert.ok(attempt, `the sweep ended before its disk was full: ${filled.stderr}`);
    disk.fill(free);
    if (kills) process.kill(attempt, "SIGKILL");
    assert.equal(await filled.code, 1, filled.stderr);
    assert.match(filled.stderr, /pnr: 0 of 1 runs done, 1 failed; the same command tries those again\n$/);
    const [failure] = /^failed: .*$/m.exec(filled.stderr) ?? [];
    assert.match(String(failure), /no room on the disk|make room on the disk/);
    disk.makeRoom();
  }
  const last = sweep();
  assert.equal(await last.code, 0, last.stderr);
  assert.deepEqual(runsOf(store).map(outcomeOf), [expected]);
  console.log(
    "sweep on a full disk: failed with the reason, its attempt killed or not; with room it ended with the same weights",
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
