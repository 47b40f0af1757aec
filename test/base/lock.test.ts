import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { takeLock } from "../../src/base/lock";
import { thisProcess } from "../../src/base/owner";
import { inputError, testFolder } from "../support/folders";

const folder = testFolder("lock");
let count = 0;

const take = (file: string): (() => void) => takeLock(file, (holder) => `${file}: ${holder} holds the lock`);

/** The lock of another process, written some minutes ago. */
function lockOf(owner: object | string, minutes = 0): string {
  const file = join(folder, String(count++), "lock.json");
  mkdirSync(dirname(file));
  writeFileSync(file, typeof owner === "string" ? owner : JSON.stringify({ ...thisProcess(), ...owner }));
  const then = new Date(Date.now() - minutes * 60_000);
  utimesSync(file, then, then);
  return file;
}

test("a lock holds against the same process too, and names its holder", () => {
  const file = join(folder, "new", "folder", "lock.json");
  const release = take(file);
  const holder = `process ${process.pid} on ${hostname()}`;
  assert.throws(() => take(file), { name: "InputError", message: `${file}: ${holder} holds the lock` });
  release();
  take(file)();
});

test("the lock of a killed process is taken over, even if its pid belongs to another process now", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
  for (const owner of [{ pid: child.pid }, { pid: process.pid, started: "before" }]) {
    const file = lockOf(owner);
    const release = take(file);
    assert.throws(() => take(file), inputError(/ holds the lock$/));
    release();
    assert.deepEqual(readdirSync(dirname(file)), []);
  }
});

test("a holder on another machine, or an unreadable one, counts as live until it is silent for five minutes", () => {
  for (const owner of [{ host: "elsewhere" }, "", "{"]) {
    assert.throws(() => take(lockOf(owner, 4)), inputError(/ holds the lock$/));
    take(lockOf(owner, 6))();
  }
});

test("a release leaves a lock alone that another process has taken over", () => {
  const file = join(folder, "lost", "lock.json");
  const release = take(file);
  const other = JSON.stringify({ ...thisProcess(), token: "another" });
  writeFileSync(file, other);
  release();
  assert.equal(readFileSync(file, "utf8"), other);
});
