import assert from "node:assert/strict";
import { join } from "node:path";
import { atWork, logOf, outcomeOf, runsOf, timesIn, until } from "../support/sweep";
import { submissions, testWithSlurm } from "./slurm-test";

testWithSlurm(
  1,
  "a run whose time ends is saved, requeued by Slurm and completes with the same result",
  async ({ folder, sweep }) => {
    const [size, unlimited] = ["limited", "unlimited"].map((name) => ({
      store: join(folder, name),
      epochs: 6,
      seeds: 1,
    }));
    // Slurm checks the time of its jobs twice a minute, and sends the signal 115 seconds before the end.
    const limited = sweep(size, { options: ["--sbatch=--time=2 --signal=B:USR2@115"] });
    await until(() => atWork(size.store, true).length === 1);
    // Stopped, the attempt cannot complete before. Slurm continues it when it sends the signal.
    process.kill(atWork(size.store)[0], "SIGSTOP");
    assert.equal(await limited.code, 0, limited.stderr);
    const [run] = runsOf(size.store);
    assert.match(logOf(run), /^stopped$/m);
    assert.match(logOf(run), /^attempt 2, /m);
    assert.equal(timesIn(logOf(run), "done"), 1);
    assert.equal(submissions(size.store), 1, "Slurm has requeued it");
    assert.equal(await sweep(unlimited, { local: true }).code, 0);
    assert.equal(outcomeOf(run), outcomeOf(runsOf(unlimited.store)[0]));
  },
);
