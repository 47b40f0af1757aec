import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { atWork, logOf, runsOf, timesIn, until } from "../support/sweep";
import { submissions, testWithSlurm } from "./available";

testWithSlurm(
  2,
  "Slurm's daemons are killed and started again: nothing is submitted meanwhile, every run is completed once",
  async ({ cluster, folder, sweep }) => {
    const size = { store: join(folder, "runs"), epochs: 6, seeds: 3 };
    const killed = sweep(size);
    await until(() => atWork(size.store, true).length === 2);
    // stopped, they are not done before the daemons are back
    const pids = atWork(size.store);
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    await cluster.kill("slurmctld");
    await cluster.kill("slurmd");
    await until(() => /squeue: /.test(killed.stderr));
    assert.equal(submissions(size.store), 1);
    cluster.begin("slurmctld");
    cluster.begin("slurmd");
    for (const pid of pids) process.kill(pid, "SIGCONT");
    // Slurm takes a node out of use where it finds jobs on it that it has forgotten, and someone has to give it back
    while (!killed.ended) await cluster.ready();
    assert.equal(await killed.code, 0, killed.stderr);
    const runs = runsOf(size.store);
    assert.equal(runs.length, 3);
    for (const run of runs) assert.equal(timesIn(logOf(run), "done"), 1);
    const results = runs.map((run) => readFileSync(join(run, "result.json"), "utf8"));
    const again = sweep(size);
    assert.equal(await again.code, 0, again.stderr);
    assert.deepEqual(
      runs.map((run) => readFileSync(join(run, "result.json"), "utf8")),
      results,
    );
  },
);
