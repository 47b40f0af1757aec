import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { atWork, logOf, runsOf, timesIn, until } from "../support/sweep";
import { submissions, testWithSlurm } from "./slurm-test";

testWithSlurm(
  2,
  "while Slurm's daemons are killed, nothing is submitted; after their restart, every run is completed once",
  async ({ cluster, folder, sweep }) => {
    const size = { store: join(folder, "runs"), epochs: 6, seeds: 3 };
    const first = sweep(size);
    await until(() => atWork(size.store, true).length === 2);
    // Stopped, the attempts cannot complete before the daemons are back.
    const pids = atWork(size.store);
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    await cluster.kill("slurmctld");
    await cluster.kill("slurmd");
    await until(() => /squeue: /.test(first.stderr));
    assert.equal(submissions(size.store), 1);
    cluster.startDaemon("slurmctld");
    cluster.startDaemon("slurmd");
    for (const pid of pids) process.kill(pid, "SIGCONT");
    // Slurm drains a node with jobs that it does not know, until an administrator resumes it.
    while (!first.ended) await cluster.ready();
    assert.equal(await first.code, 0, first.stderr);
    const runs = runsOf(size.store);
    assert.equal(runs.length, 3);
    for (const run of runs) assert.equal(timesIn(logOf(run), "done"), 1);
    const results = runs.map((run) => readFileSync(join(run, "result.json"), "utf8"));
    const second = sweep(size);
    assert.equal(await second.code, 0, second.stderr);
    assert.deepEqual(
      runs.map((run) => readFileSync(join(run, "result.json"), "utf8")),
      results,
    );
  },
);
