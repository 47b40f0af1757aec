import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { isRunning, parseOwner, thisProcess } from "../../../src/base/owner";
import { Claim, lastAttempt } from "../../../src/experiments/run/claim";

const folder = mkdtempSync(join(tmpdir(), "pnr-claim-"));
after(() => rmSync(folder, { recursive: true }));
let runs = 0;
const newRun = (): string => {
  const run = join(folder, String(runs++));
  mkdirSync(join(run, "claims"), { recursive: true });
  return run;
};
const writeClaim = (run: string, number: number, owner: object): void =>
  writeFileSync(join(run, "claims", `000${number}.json`), JSON.stringify({ ...thisProcess(), ...owner }));
const setBack = (run: string, file: string, minutes: number): void => {
  const then = new Date(Date.now() - minutes * 60_000);
  utimesSync(join(run, "claims", file), then, then);
};

test("a process holds its claim until it releases it; then another can take the next attempt", () => {
  const run = newRun();
  assert.equal(lastAttempt(run), undefined);
  const claim = Claim.take(run)!;
  assert.deepEqual([claim.attempt, claim.holds()], [1, true]);
  assert.deepEqual(lastAttempt(run), { number: 1, live: true });
  assert.equal(Claim.take(run), undefined);
  claim.release();
  assert.deepEqual(lastAttempt(run), { number: 1, live: false });
  const next = Claim.take(run)!;
  assert.deepEqual([next.attempt, next.holds(), claim.holds()], [2, true, false]);
});

test("the claim of a killed process is taken over, even if its pid belongs to another process now", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const run = newRun();
  const alive = { ...thisProcess(), pid: child.pid! };
  assert.equal(isRunning(alive), false, "another process's start time");
  writeClaim(run, 1, { pid: child.pid });
  assert.equal(lastAttempt(run)?.live, false);
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
  assert.equal(isRunning(alive), false);
  assert.equal(Claim.take(run)?.attempt, 2);
});

test("a process of another machine counts as running until ten minutes without a heartbeat", () => {
  const run = newRun();
  writeClaim(run, 1, { host: `not-${hostname()}` });
  assert.equal(lastAttempt(run)?.live, true);
  const back = (file: string, minutes: number): void => setBack(run, file, minutes);
  back("0001.json", 11);
  assert.equal(lastAttempt(run)?.live, false);
  writeFileSync(join(run, "claims", "0001.json.alive"), "");
  back("0001.json.alive", 9);
  assert.equal(lastAttempt(run)?.live, true, "its last heartbeat counts");
  back("0001.json.alive", 11);
  assert.equal(Claim.take(run)?.attempt, 2);
  assert.deepEqual(
    readdirSync(join(run, "claims")).filter((name) => name.includes("probe")),
    [],
  );
});

test("a claim without a valid owner counts as another machine's: running until it is silent", () => {
  for (const text of ["", "{", "null", "[]", '{"host": "here"}', '{"host": 1, "pid": "x", "started": 3}']) {
    const run = newRun();
    writeFileSync(join(run, "claims", "0001.json"), text);
    assert.deepEqual(lastAttempt(run), { number: 1, live: true }, text);
    assert.equal(Claim.take(run), undefined);
    setBack(run, "0001.json", 11);
    assert.deepEqual(lastAttempt(run), { number: 1, live: false }, text);
    assert.equal(Claim.take(run)?.attempt, 2);
  }
});

test("a process that cannot be checked does not count as ended: on another machine of this name, in another container", () => {
  const self = thisProcess();
  const runs = (change: object): boolean | undefined => isRunning({ ...self, ...change });
  assert.equal(runs({}), true);
  assert.equal(runs({ started: "0" }), false, "its pid belongs to another process now");
  assert.equal(runs({ machine: "another" }), undefined);
  assert.equal(runs({ space: "pid:[1]", pid: 1 }), undefined);
  // This machine has restarted since, if it is the same machine.
  assert.equal(runs({ boot: "earlier", space: "pid:[1]" }), self.machine ? false : undefined);
  assert.deepEqual(parseOwner(JSON.stringify(self)), self);
});

test("each heartbeat changes its file's content, so that no file system skips the write", async () => {
  const run = newRun();
  const claim = Claim.take(run)!;
  const alive = (): string => readFileSync(join(run, "claims", "0001.json.alive"), "utf8");
  claim.beat();
  const first = alive();
  await new Promise((resolve) => setTimeout(resolve, 2));
  claim.beat();
  assert.notEqual(alive(), first);
});

test("exactly one of many processes takes over a run whose owner has ended", async () => {
  const run = newRun();
  writeClaim(run, 1, { started: "long ago" });
  const module = join(__dirname, "../../../src/experiments/run/claim.js");
  // Each tries at the same moment, prints whether it has the claim, and stays until its input ends.
  const script = `
    const { Claim } = require(${JSON.stringify(module)});
    while (Date.now() < Number(process.argv[1]));
    const claim = Claim.take(${JSON.stringify(run)});
    console.log(claim ? "mine" : "taken");
    process.stdin.resume();`;
  const start = String(Date.now() + 1500);
  const children = Array.from({ length: 6 }, () => spawn(process.execPath, ["-e", script, start]));
  const answers = await Promise.all(
    children.map(async ({ stdout }) => String((await once(stdout, "data"))[0]).trim()),
  );
  for (const child of children) child.stdin.end();
  await Promise.all(children.map((child) => once(child, "exit")));
  assert.deepEqual(answers.sort(), ["mine", "taken", "taken", "taken", "taken", "taken"]);
  assert.equal(Claim.take(run)?.attempt, 3, "after it has ended, the next attempt");
});

test("processes that take turns and are killed never run at the same time, and no attempt has the same number", async () => {
  const run = newRun();
  const module = join(__dirname, "../../../src/experiments/run/claim.js");
  // Takes the run five times and is killed during the fifth; "wx" fails if another process is inside.
  const script = `
    const { Claim } = require(${JSON.stringify(module)});
    const { rmSync, writeFileSync } = require("node:fs");
    const inside = ${JSON.stringify(join(run, "inside"))};
    const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    for (let taken = 0; taken < 5; wait()) {
      const claim = Claim.take(${JSON.stringify(run)});
      if (!claim) continue;
      writeFileSync(inside, "", { flag: "wx" });
      wait();
      if (!claim.holds()) throw new Error("lost the claim");
      rmSync(inside);
      console.log(claim.attempt);
      if (++taken < 5) claim.release();
    }
    process.kill(process.pid, "SIGKILL");`;
  const lanes = [0, 1, 2].map(async () => {
    const numbers: number[] = [];
    for (let times = 0; times < 3; times++) {
      const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.on("data", (text) => numbers.push(...String(text).trim().split("\n").map(Number)));
      const [code, signal] = await once(child, "close");
      assert.deepEqual([code, signal], [null, "SIGKILL"]);
    }
    return numbers;
  });
  const numbers = (await Promise.all(lanes)).flat().sort((a, b) => a - b);
  assert.deepEqual(
    numbers,
    Array.from({ length: 45 }, (_, at) => at + 1),
  );
});
