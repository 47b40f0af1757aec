import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ChildFailure, runInChild } from "../../src/engine/child";
import { testFolder } from "../support/folders";

const folder = testFolder("child");

/** The output of a script, or the message of its failure and whether that is lasting. */
async function outcome(code: string, timeout = 100_000): Promise<string | [string, boolean]> {
  const script = join(folder, "script.js");
  writeFileSync(script, code);
  try {
    return await runInChild(script, ["one", "two"], { timeout, env: { ...process.env, WORD: "three" } });
  } catch (error) {
    assert.ok(error instanceof ChildFailure);
    return [error.message, error.lasting];
  }
}

test("passes arguments and environment to a script, and returns its output", async () => {
  const code = "process.stdout.write([...process.argv.slice(2), process.env.WORD].join())";
  assert.equal(await outcome(code), "one,two,three");
});

test("a failure reports the last line of standard error, or how the process ended", async () => {
  assert.deepEqual(await outcome("console.error('a\\nb'); process.exitCode = 1"), ["b", true]);
  assert.deepEqual(await outcome("console.error('a'); process.exitCode = 3"), [
    "a trial in a child process ended with exit code 3",
    true,
  ]);
  assert.deepEqual(await outcome("process.abort()"), ["a trial in a child process ended with SIGABRT", true]);
});

test("a process killed from outside, or for its timeout, is not a lasting failure", async () => {
  assert.deepEqual(await outcome("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)"), [
    "a trial in a child process ended with SIGTERM",
    false,
  ]);
  assert.deepEqual(await outcome("setInterval(() => {}, 1000)", 500), [
    "a trial in a child process took longer than 0.5 s",
    false,
  ]);
});
