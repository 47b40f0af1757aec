import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { thisProcess } from "../../../src/base/owner";
import { drive, type Executor, type Job, submitMissing } from "../../../src/experiments";

const root = mkdtempSync(join(tmpdir(), "pnr-drive-"));
after(() => rmSync(root, { recursive: true }));
let sweeps = 0;
const newJobs = (...ids: string[]): Job[] => {
  const sweep = join(root, String(sweeps++));
  return ids.map((id) => {
    const folder = join(sweep, id);
    mkdirSync(join(folder, "claims"), { recursive: true });
    return { id, folder };
  });
};

const attempts = new Map<string, number>();
/** Writes the files of an attempt that has ended. */
function attempted({ folder }: Job, outcome: "done" | "failed" | "stopped"): void {
  const number = (attempts.get(folder) ?? 0) + 1;
  attempts.set(folder, number);
  const claim = join(folder, "claims", `000${number}.json`);
  writeFileSync(claim, JSON.stringify(thisProcess()));
  writeFileSync(`${claim}.over`, "");
  if (outcome === "done") writeFileSync(join(folder, "result.json"), "{}");
  if (outcome === "failed") {
    const failure = { attempt: number, message: `broken ${number}`, expected: true };
    writeFileSync(join(folder, "failure.json"), JSON.stringify(failure));
  }
}

/** An executor that runs `attempt` at once for each job. */
class Fake implements Executor {
  readonly submitted: string[] = [];
  cancelled = 0;
  constructor(private readonly attempt: (job: Job) => void) {}
  async submit(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      this.submitted.push(job.id);
      this.attempt(job);
    }
  }
  async live(): Promise<ReadonlySet<string>> {
    return new Set();
  }
  async cancel(): Promise<void> {
    this.cancelled++;
  }
}

const driven = (jobs: readonly Job[], executor: Executor, more: object = {}) =>
  drive({ jobs, executor, signal: new AbortController().signal, interval: 1, ...more });
const kinds = (states: Awaited<ReturnType<typeof driven>>) =>
  Object.fromEntries([...states].map(([id, { kind }]) => [id, kind]));

test("every run is attempted once, and a failed run does not stop the others", async () => {
  const jobs = newJobs("a", "b", "c");
  const executor = new Fake((job) => attempted(job, job.id === "a" ? "failed" : "done"));
  const states = await driven(jobs, executor);
  assert.deepEqual(kinds(states), { a: "failed", b: "done", c: "done" });
  assert.deepEqual(executor.submitted, ["a", "b", "c"]);
  const [{ folder }] = jobs;
  assert.deepEqual(states.get("a"), {
    kind: "failed",
    attempts: 1,
    failure: { attempt: 1, message: "broken 1", expected: true },
  });

  const second = new Fake((job) => attempted(job, "done"));
  assert.deepEqual(kinds(await driven(jobs, second)), { a: "done", b: "done", c: "done" });
  assert.deepEqual(second.submitted, ["a"], `only the failed run is tried again: ${folder}`);
});

test("a run that fails again is not tried a third time", async () => {
  const jobs = newJobs("a");
  attempted(jobs[0], "failed");
  const executor = new Fake((job) => attempted(job, "failed"));
  const state = (await driven(jobs, executor)).get("a")!;
  assert.deepEqual(executor.submitted, ["a"]);
  assert.equal(state.kind === "failed" && state.attempts, 2);
});

test("attempts without an outcome are repeated, up to a limit", async () => {
  const jobs = newJobs("killed", "silent", "unlucky");
  const executor = new Fake((job) => {
    if (job.id === "killed") attempted(job, "stopped");
    if (job.id === "unlucky") attempted(job, (attempts.get(job.folder) ?? 0) < 2 ? "stopped" : "done");
  });
  const states = await driven(jobs, executor);
  assert.deepEqual(kinds(states), { killed: "failed", silent: "failed", unlucky: "done" });
  for (const { id } of jobs) assert.equal(executor.submitted.filter((one) => one === id).length, 3, id);
  assert.match(JSON.stringify(states.get("killed")), /ended 3 times without an error message/);
});

test("an executor that does not answer gets no jobs, is asked again, and is reported", async () => {
  const jobs = newJobs("a", "b");
  const executor = new Fake((job) => attempted(job, attempts.has(job.folder) ? "done" : "stopped"));
  let polls = 0;
  const live = executor.live.bind(executor);
  executor.live = async () => {
    if (++polls < 4 || polls === 5) throw new Error(`timed out\n${polls}`);
    return live();
  };
  const troubles: string[] = [];
  const submitted: number[] = [];
  const onLook = (): void => {
    submitted.push(executor.submitted.length);
  };
  const states = await driven(jobs, executor, { onTrouble: (text: string) => troubles.push(text), onLook });
  assert.deepEqual(kinds(states), { a: "done", b: "done" });
  assert.deepEqual(troubles, ["timed out", "timed out"], "once per failure, again when it fails again");
  assert.deepEqual(submitted, [0, 0, 0, 0, 2, 2, 4]);
  assert.deepEqual(executor.submitted, ["a", "b", "a", "b"]);
});

test("submitting and canceling are tried again after a failure", async () => {
  const jobs = newJobs("a");
  const stop = new AbortController();
  const executor = new Fake((job) => attempted(job, "stopped"));
  const [submit, cancel] = [executor.submit.bind(executor), executor.cancel.bind(executor)];
  let refusals = 2;
  executor.submit = async (some) => {
    if (refusals-- > 0) throw new Error("too many jobs");
    await submit(some);
    stop.abort();
    refusals = 2;
  };
  executor.cancel = async () => {
    if (refusals-- > 0) throw new Error("no answer");
    await cancel();
  };
  executor.live = async () => new Set(stop.signal.aborted && !executor.cancelled ? ["a"] : []);
  const troubles: string[] = [];
  const onTrouble = (text: string) => troubles.push(text);
  const states = await drive({ jobs, executor, signal: stop.signal, interval: 1, onTrouble });
  assert.deepEqual(kinds(states), { a: "stopped" });
  assert.deepEqual(troubles, ["too many jobs", "no answer"]);
  assert.ok(executor.cancelled >= 1);
});

test("submitMissing submits runs without an attempt once and does not wait", async () => {
  const jobs = newJobs("done", "at work", "queued", "stopped", "new");
  attempted(jobs[0], "done");
  writeFileSync(join(jobs[1].folder, "claims", "0001.json"), JSON.stringify(thisProcess()));
  attempted(jobs[3], "stopped");
  const executor = new Fake(() => {});
  executor.live = async () => new Set(["queued"]);
  assert.deepEqual(await submitMissing(jobs, executor), { submitted: 2, underWay: 2 });
  assert.deepEqual(executor.submitted, ["stopped", "new"]);
});

test("a run that another process is running is waited for, not attempted", async () => {
  const jobs = newJobs("a");
  const claim = join(jobs[0].folder, "claims", "0001.json");
  writeFileSync(claim, JSON.stringify(thisProcess()));
  const executor = new Fake(() => assert.fail("attempted"));
  let looks = 0;
  const onLook = (): void => {
    if (++looks === 5) writeFileSync(join(jobs[0].folder, "result.json"), "{}");
  };
  assert.deepEqual(kinds(await driven(jobs, executor, { onLook })), { a: "done" });
  assert.ok(looks >= 5);
});

test("a stopped sweep submits no more, cancels, and waits for running attempts", async () => {
  const jobs = newJobs("a", "b");
  const stop = new AbortController();
  const executor = new Fake(() => {});
  let under = 3;
  executor.submit = async (some) => {
    executor.submitted.push(...some.map(({ id }) => id));
    stop.abort();
  };
  executor.live = async () => new Set(stop.signal.aborted && under-- > 0 ? ["a"] : []);
  const states = await drive({ jobs, executor, signal: stop.signal, interval: 1 });
  assert.deepEqual(kinds(states), { a: "new", b: "new" });
  assert.deepEqual(executor.submitted, ["a", "b"]);
  assert.ok(executor.cancelled >= 3);
});
