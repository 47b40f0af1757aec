import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runCommand } from "../../../src/engine/install/command";
import { testFolder } from "../../support/folders";

const root = testFolder("command");
let folders = 0;

/** A folder for one command, whose growth no other command causes. */
function newFolder(): string {
  const folder = join(root, `${folders++}`);
  mkdirSync(folder);
  return folder;
}

const shell = (script: string, options: Omit<Parameters<typeof runCommand>[2], "log">) =>
  runCommand("sh", ["-c", script], { log: join(newFolder(), "log"), ...options });

// They mostly wait, so they run at the same time.
describe("a command", { concurrency: true }, () => {
  it("returns the status and both streams, and logs them", async () => {
    const log = join(newFolder(), "log");
    const script = "echo out; echo err >&2; exit 3";
    const outcome = await runCommand("sh", ["-c", script], { log, patience: 60 });
    assert.deepEqual([outcome.status, outcome.stalled], [3, false]);
    assert.match(outcome.output, /out\n/);
    assert.match(outcome.output, /err\n/);
    assert.ok(readFileSync(log, "utf8").includes(outcome.output));
    const missing = await runCommand(join(root, "missing"), [], { log, patience: 60 });
    assert.equal(missing.status, 127);
  });

  it("kills a command without progress, and its child processes", async () => {
    const pidFile = join(root, "pid");
    const { stalled, status } = await shell(`sleep 600 & echo $! > ${pidFile}; wait`, { patience: 2 });
    assert.ok(stalled);
    assert.notEqual(status, 0);
    // A killed process without a parent may remain as a zombie for a while.
    const stat = `/proc/${readFileSync(pidFile, "utf8").trim()}/stat`;
    if (existsSync(stat)) assert.match(readFileSync(stat, "latin1"), /\) Z /);
  });

  it("counts output and the growth of the folder as progress", async () => {
    const folder = newFolder();
    const repeat = (step: string): string => `for i in 1 2 3 4 5 6 7; do ${step}; sleep 1; done`;
    const outcomes = await Promise.all([
      shell(repeat("echo step"), { patience: 5 }),
      shell(repeat(`echo step >> ${join(folder, "grown")}`), { fills: folder, patience: 5 }),
    ]);
    assert.deepEqual(
      outcomes.map(({ stalled, status }) => [stalled, status]),
      [
        [false, 0],
        [false, 0],
      ],
    );
  });

  it("does not count announced retries as progress", async () => {
    const script = "for i in 1 2 3 4 5 6 7 8; do echo WARNING: retry $i; sleep 1; done";
    const { stalled } = await shell(script, { vain: /retry/, patience: 3 });
    assert.ok(stalled);
  });

  it("notes the growth of the folder and the last activity", async () => {
    const folder = newFolder();
    const notes: string[] = [];
    const script = `echo Collecting one; echo 'Downloading two: a, b, c'; echo 'details of two'; head -c 2000 /dev/zero > ${join(folder, "filled")}; sleep 2.5`;
    await shell(script, {
      fills: folder,
      patience: 60,
      activity: /^(Collecting|Downloading) [^:]+/,
      note: (text) => notes.push(text),
    });
    assert.match(notes.at(-1) ?? "", /^2\.\d kB, Downloading two$/);
  });
});
