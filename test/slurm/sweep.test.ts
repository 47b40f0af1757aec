import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stateOf } from "../../src/experiments";
import { lastAttempt } from "../../src/experiments/run/claim";
import { atWork, logOf, runsOf, timesIn, until } from "../support/sweep";
import { submissions, testWithSlurm } from "./slurm-test";

testWithSlurm(
  2,
  "a sweep on Slurm passes the user's options, and only the necessary environment",
  async ({ cluster, folder, sweep }) => {
    const size = { store: join(folder, "with space"), epochs: 2, seeds: 2 };
    const first = sweep(size, {
      options: ["--sbatch=--partition=other --comment='two words' --cpus-per-task=2"],
      env: {
        HUB_TOKEN: "secret",
        PNR_CORPORA: "/some'where",
        SBATCH_PARTITION: "main",
        SBATCH_JOB_NAME: "mine",
      },
    });
    await until(() => atWork(size.store).length > 0);
    const [run] = runsOf(size.store).filter((run) => lastAttempt(run)?.live);
    const { pid } = JSON.parse(readFileSync(join(run, "claims", "0001.json"), "utf8"));
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    assert.ok(!environment.some((variable) => variable.includes("secret")));
    for (const variable of ["PNR_CORPORA=/some'where", "PNR_THREADS=2"])
      assert.ok(environment.includes(variable), variable);
    assert.match(
      cluster.command("scontrol", "show", "job", "--oneliner"),
      / Partition=other .* Comment=two words /,
    );
    assert.equal(await first.code, 0, first.stderr);
    assert.match(first.stdout, /^2 of 2 runs done in /);
    for (const run of runsOf(size.store))
      assert.match(logOf(run), /^attempt 1, .*\nepoch 1: .*\n(?:after step .*\n)?epoch 2: .*\ndone\n$/);
    const second = sweep(size);
    assert.equal(await second.code, 0, second.stderr);
    assert.equal(submissions(size.store), 1, "complete runs are not repeated");
  },
);

testWithSlurm(
  1,
  "jobs continue after their command is killed, and the same command finds them; Ctrl-C cancels them; the command resumes",
  async ({ cluster, folder, sweep }) => {
    const size = { store: join(folder, "runs"), epochs: 6, seeds: 2 };
    const first = sweep(size);
    await until(() => atWork(size.store, true).length === 1);
    // Stopped, the attempt cannot complete early. Slurm continues it to end it.
    process.kill(atWork(size.store)[0], "SIGSTOP");
    first.child.kill("SIGKILL");
    await first.code;

    const second = sweep(size);
    await until(() => /2 runs of 2 cells/.test(second.stderr));
    second.child.kill("SIGINT");
    assert.equal(await second.code, 130, second.stderr);
    assert.equal(submissions(size.store), 1, "one was running and one queued; neither is submitted again");
    assert.equal(cluster.command("squeue", "--noheader").trim(), "");
    assert.match(second.stderr, /stopped: 0 of 2 runs done; the same command computes the rest\n$/);
    const kinds = runsOf(size.store).map((run) => stateOf(run).kind);
    assert.deepEqual(kinds.sort(), ["new", "stopped"]);

    const third = sweep(size, { options: ["--detach"] });
    assert.equal(await third.code, 0, third.stderr);
    assert.match(third.stdout, /^2 runs submitted, 0 already running; /);
    const last = sweep(size);
    assert.equal(await last.code, 0, last.stderr);
    assert.equal(submissions(size.store), 2);
    for (const run of runsOf(size.store)) assert.equal(timesIn(logOf(run), "done"), 1);
  },
);
