import assert from "node:assert/strict";
import { join } from "node:path";
import { atWork, logOf, outcomeOf, runsOf, timesIn, until } from "../support/sweep";
import { submissions, testWithSlurm } from "./available";

testWithSlurm(
  1,
  "a run whose time ends is saved, begun again by Slurm and comes to the same result",
  async ({ folder, sweep }) => {
    const [size, whole] = ["limited", "whole"].map((name) => ({
      store: join(folder, name),
      epochs: 6,
      seeds: 1,
    }));
    // Slurm looks at its jobs' time twice a minute, and sends the signal as soon as it sees that so little is left
    const limited = sweep(size, { more: ["--sbatch=--time=2 --signal=B:USR2@115"] });
    await until(() => atWork(size.store, true).length === 1);
    // so that it is not done before; Slurm lets it go on when it sends the signal
    process.kill(atWork(size.store)[0], "SIGSTOP");
    assert.equal(await limited.code, 0, limited.stderr);
    const [run] = runsOf(size.store);
    assert.match(logOf(run), /^stopped$/m);
    assert.match(logOf(run), /^attempt 2, /m);
    assert.equal(timesIn(logOf(run), "done"), 1);
    assert.equal(submissions(size.store), 1, "Slurm itself has begun it again");
    assert.equal(await sweep(whole, { here: true }).code, 0);
    assert.equal(outcomeOf(run), outcomeOf(runsOf(whole.store)[0]));
  },
);
