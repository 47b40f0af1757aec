import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ChildFailure, runInChild } from "../../src/engine/child";
import { testFolder } from "../support/folders";

const folder = testFolder("child");

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

test("a script gets its arguments and environment, and its output is returned", async () => {
  const code = "process.stdout.write([...process.argv.slice(2), process.env.WORD].join())";
  assert.equal(await outcome(code), "one,two,three");
});

test("a failure says what the script said last, or how its process ended", async () => {
  assert.deepEqual(await outcome("console.error('a\\nb'); process.exitCode = 1"), ["b", true]);
  assert.deepEqual(await outcome("console.error('a'); process.exitCode = 3"), [
    "a trial of it ended its process with exit code 3",
    true,
  ]);
  assert.deepEqual(await outcome("process.abort()"), ["a trial of it ended its process with SIGABRT", true]);
});

test("a failure from outside may not last", async () => {
  assert.deepEqual(await outcome("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)"), [
    "a trial of it ended its process with SIGTERM",
    false,
  ]);
  assert.deepEqual(await outcome("setInterval(() => {}, 1000)", 500), [
    "a trial of it took longer than 0.5 s",
    false,
  ]);
});
