import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, type TestContext } from "node:test";
import { readRunResult, stateOf } from "../../src/experiments";
import { lastAttempt } from "../../src/experiments/run/claim";
import { readModel } from "../../src/model/storage";
import { testWithSlurm } from "./available";
import { Cluster } from "./cluster";

const root = mkdtempSync(join(tmpdir(), "pnr-"));
// Slurm's munge takes a folder that others can reach alone
chmodSync(root, 0o711);
const started: ChildProcess[] = [];
after(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});
const main = join(__dirname, "../../src/cli/main.js");
let folders = 0;

async function newCluster(context: TestContext, processors = 2): Promise<Cluster> {
  const cluster = await Cluster.start(join(root, String(folders++)), { processors });
  context.after(() => cluster.stop());
  return cluster;
}

/** `pnr sweep` of some runs of a plan of one setting, as a process. */
class Sweep {
  readonly child: ChildProcess;
  readonly code: Promise<number | null>;
  stderr = "";
  stdout = "";

  constructor(
    readonly store: string,
    epochs: number,
    seeds: number,
    cluster: Cluster | undefined,
    more: readonly string[] = [],
    env: object = {},
  ) {
    const args = ["sweep", "table2", "--scale", "smoke", "--engine", "wasm", "--store", store];
    const size = ["--seeds", String(seeds), "--set", `training.epochs=${epochs}`];
    const executor = cluster ? ["--executor", "slurm", "--poll", "1"] : ["--workers", "1"];
    this.child = spawn(process.execPath, [main, ...args, ...size, ...executor, ...more], {
      cwd: root,
      env: { ...process.env, ...cluster?.environment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.push(this.child);
    this.child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.code = once(this.child, "close").then(([code]) => code);
  }

  async done(): Promise<void> {
    assert.equal(await this.code, 0, this.stderr);
  }
}

/** Gives up where a process that it waits for has failed, instead of waiting for ever. */
async function until(condition: () => boolean): Promise<void> {
  for (const began = Date.now(); !condition(); ) {
    if (Date.now() - began > 180_000) throw new Error(`waited in vain: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const runsOf = (store: string): string[] =>
  !existsSync(store)
    ? []
    : readdirSync(store)
        .filter((name) => /^[0-9a-f]{16}$/.test(name))
        .map((id) => join(store, id));
const logOf = (run: string): string => {
  const path = join(run, "log.txt");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};
const times = (text: string, part: RegExp): number => text.match(new RegExp(part, "gm"))?.length ?? 0;
/** Process ids of the attempts that got as far as their first epoch. */
const atWork = (store: string): number[] =>
  runsOf(store)
    .filter(
      (run) =>
        lastAttempt(run)?.live &&
        /^epoch \d/m.test(
          logOf(run)
            .split(/^attempt /m)
            .at(-1)!,
        ),
    )
    .map((run) =>
      Number(
        /process (\d+)/.exec(
          logOf(run)
            .split(/^attempt /m)
            .at(-1)!,
        )![1],
      ),
    );
const submissions = (store: string): number => readdirSync(join(store, "slurm")).length;
/** All that must not depend on what happened on the way. */
const outcome = (run: string): unknown => {
  const { scores, epochs, measures } = readRunResult(run)!;
  const weights = [...readModel(join(run, "training", "best.json")).tensors].map(([name, { values }]) => [
    name,
    [...values],
  ]);
  return [
    scores,
    epochs.map(({ loss, dev }) => [loss, dev]),
    measures,
    weights,
    readFileSync(join(run, "predictions.json"), "utf8"),
  ];
};

// side by side, because most of their time is spent waiting
describe("a real Slurm", { concurrency: true }, () => {
  testWithSlurm(
    "a sweep on Slurm, with options of the user's and no more of the environment than must be",
    async (context) => {
      const cluster = await newCluster(context);
      const store = join(root, "with space");
      const env = {
        HUB_TOKEN: "secret",
        PNR_CORPORA: "/some'where",
        PNR_THREADS: undefined,
        SBATCH_PARTITION: "main",
        SBATCH_JOB_NAME: "mine",
      };
      const sweep = new Sweep(
        store,
        3,
        2,
        cluster,
        ["--sbatch=--partition=other --comment='two words' --cpus-per-task=2"],
        env,
      );
      await until(() => runsOf(store).some((run) => lastAttempt(run)?.live));
      const [run] = runsOf(store).filter((run) => lastAttempt(run)?.live);
      const { pid } = JSON.parse(readFileSync(join(run, "claims", "0001.json"), "utf8"));
      const given = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      assert.ok(!given.some((variable) => variable.includes("secret")));
      for (const variable of ["PNR_CORPORA=/some'where", "PNR_THREADS=2"])
        assert.ok(given.includes(variable), variable);
      assert.match(
        cluster.command("scontrol", "show", "job", "--oneliner"),
        / Partition=other .* Comment=two words /,
      );
      await sweep.done();
      assert.match(sweep.stdout, /^2 of 2 runs done in /);
      for (const run of runsOf(store))
        assert.match(logOf(run), /^attempt 1, .*\nepoch 1: .*\nepoch 2: .*\nepoch 3: .*\ndone\n$/);
      const again = new Sweep(store, 3, 2, cluster);
      await again.done();
      assert.equal(submissions(store), 1, "what is there is not run again");
    },
  );

  testWithSlurm(
    "a run whose time ends is saved, begun again by Slurm and comes to the same result",
    async (context) => {
      const cluster = await newCluster(context);
      const [store, whole] = [join(root, "limited"), join(root, "whole")];
      // Slurm looks at its jobs' time twice a minute, and sends the signal as soon as it sees that so little is left
      const limited = new Sweep(store, 8, 1, cluster, ["--sbatch=--time=1 --signal=B:USR2@55"]);
      await until(() => atWork(store).length === 1);
      const [pid] = atWork(store);
      process.kill(pid, "SIGSTOP");
      await new Sweep(whole, 8, 1, undefined).done();
      const waits = (): boolean => {
        const pending = /^ShdPnd:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))![1];
        const usr2 = 1n << 11n;
        return (BigInt(`0x${pending}`) & usr2) !== 0n;
      };
      await until(waits);
      process.kill(pid, "SIGCONT");
      await limited.done();
      const [run] = runsOf(store);
      assert.match(logOf(run), /^stopped\nto be begun again$/m);
      assert.deepEqual(
        [times(logOf(run), /^attempt /), times(logOf(run), /^done$/), submissions(store)],
        [2, 1, 1],
      );
      assert.deepEqual(outcome(run), outcome(runsOf(whole)[0]));
    },
  );

  testWithSlurm(
    "the jobs of a command that was killed go on and are found again; Ctrl-C cancels them; the same command goes on",
    async (context) => {
      const cluster = await newCluster(context, 1);
      const store = join(root, "left");
      const [epochs, seeds] = [8, 2];
      const first = new Sweep(store, epochs, seeds, cluster);
      await until(() => atWork(store).length === 1);
      // so that it is not done before what follows; Slurm lets it go on to stop it
      process.kill(atWork(store)[0], "SIGSTOP");
      first.child.kill("SIGKILL");
      await first.code;

      const second = new Sweep(store, epochs, seeds, cluster);
      await until(() => /2 runs of 2 cells/.test(second.stderr));
      second.child.kill("SIGINT");
      assert.equal(await second.code, 130, second.stderr);
      assert.equal(submissions(store), 1, "one was at work and one queued; neither is submitted again");
      assert.equal(cluster.command("squeue", "--noheader").trim(), "");
      assert.match(second.stderr, /stopped: 0 of 2 runs done; the same command goes on with the rest\n$/);
      assert.deepEqual(
        runsOf(store)
          .map((run) => stateOf(run).kind)
          .sort(),
        ["new", "stopped"],
      );

      const third = new Sweep(store, epochs, seeds, cluster, ["--detach"]);
      await third.done();
      assert.match(third.stdout, /^2 runs submitted, 0 under way before; /);
      await new Sweep(store, epochs, seeds, cluster).done();
      assert.equal(submissions(store), 2);
      for (const run of runsOf(store)) assert.equal(times(logOf(run), /^done$/), 1);
    },
  );

  testWithSlurm(
    "Slurm's daemons are killed and started again: nothing is submitted meanwhile, every run is completed once",
    async (context) => {
      const cluster = await newCluster(context);
      const store = join(root, "crashed");
      const sweep = new Sweep(store, 8, 3, cluster);
      await until(() => atWork(store).length === 2);
      const pids = atWork(store);
      for (const pid of pids) process.kill(pid, "SIGSTOP");
      await cluster.kill("slurmctld");
      await cluster.kill("slurmd");
      await until(() => /squeue: /.test(sweep.stderr));
      for (const daemon of ["slurmctld", "slurmd"] as const) cluster.begin(daemon);
      await sweep.done();
      assert.equal(runsOf(store).length, 3);
      for (const run of runsOf(store)) assert.equal(times(logOf(run), /^done$/), 1);
      const results = runsOf(store).map((run) => readFileSync(join(run, "result.json"), "utf8"));
      await new Sweep(store, 8, 3, cluster).done();
      assert.deepEqual(
        runsOf(store).map((run) => readFileSync(join(run, "result.json"), "utf8")),
        results,
      );
    },
  );
});
