import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stateOf } from "../../src/experiments";
import { lastAttempt } from "../../src/experiments/run/claim";
import { atWork, logOf, runsOf, timesIn, until } from "../support/sweep";
import { submissions, testWithSlurm } from "./available";

testWithSlurm(
  2,
  "a sweep on Slurm, with options of the user's and no more of the environment than must be",
  async ({ cluster, folder, sweep }) => {
    const size = { store: join(folder, "with space"), epochs: 2, seeds: 2 };
    const first = sweep(size, {
      more: ["--sbatch=--partition=other --comment='two words' --cpus-per-task=2"],
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
    const given = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    assert.ok(!given.some((variable) => variable.includes("secret")));
    for (const variable of ["PNR_CORPORA=/some'where", "PNR_THREADS=2"])
      assert.ok(given.includes(variable), variable);
    assert.match(
      cluster.command("scontrol", "show", "job", "--oneliner"),
      / Partition=other .* Comment=two words /,
    );
    assert.equal(await first.code, 0, first.stderr);
    assert.match(first.stdout, /^2 of 2 runs done in /);
    for (const run of runsOf(size.store))
      assert.match(logOf(run), /^attempt 1, .*\nepoch 1: .*\n(?:after step .*\n)?epoch 2: .*\ndone\n$/);
    const again = sweep(size);
    assert.equal(await again.code, 0, again.stderr);
    assert.equal(submissions(size.store), 1, "what is there is not run again");
  },
);

testWithSlurm(
  1,
  "the jobs of a command that was killed go on and are found again; Ctrl-C cancels them; the same command goes on",
  async ({ cluster, folder, sweep }) => {
    const size = { store: join(folder, "runs"), epochs: 6, seeds: 2 };
    const first = sweep(size);
    await until(() => atWork(size.store, true).length === 1);
    // so that it is not done before what follows; Slurm lets it go on to stop it
    process.kill(atWork(size.store)[0], "SIGSTOP");
    first.child.kill("SIGKILL");
    await first.code;

    const second = sweep(size);
    await until(() => /2 runs of 2 cells/.test(second.stderr));
    second.child.kill("SIGINT");
    assert.equal(await second.code, 130, second.stderr);
    assert.equal(submissions(size.store), 1, "one was at work and one queued; neither is submitted again");
    assert.equal(cluster.command("squeue", "--noheader").trim(), "");
    assert.match(second.stderr, /stopped: 0 of 2 runs done; the same command computes the rest\n$/);
    const kinds = runsOf(size.store).map((run) => stateOf(run).kind);
    assert.deepEqual(kinds.sort(), ["new", "stopped"]);

    const third = sweep(size, { more: ["--detach"] });
    assert.equal(await third.code, 0, third.stderr);
    assert.match(third.stdout, /^2 runs submitted, 0 already running; /);
    const last = sweep(size);
    assert.equal(await last.code, 0, last.stderr);
    assert.equal(submissions(size.store), 2);
    for (const run of runsOf(size.store)) assert.equal(timesIn(logOf(run), "done"), 1);
  },
);
