// Two trainings never save into the same folder.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { thisProcess } from "../../src/base/owner";
import { parseConfig } from "../../src/config/config";
import { train } from "../../src/training";
import { occupiedFile, occupy } from "../../src/training/occupation";
import { tinySetting } from "../soak/task";
import { tinyCorpus } from "../support/corpus";
import { inputError, testFolder } from "../support/folders";

const folder = testFolder("occupation");
const refusal = inputError(
  /: process \d+ on .+ is training into it.*; wait for it, stop it, or choose another folder$/,
);
let count = 0;

/** A folder with the file of another training. */
function occupiedBy(owner: object | string, minutes = 0): string {
  const directory = join(folder, String(count++));
  mkdirSync(directory);
  const file = join(directory, occupiedFile);
  writeFileSync(file, typeof owner === "string" ? owner : JSON.stringify({ ...thisProcess(), ...owner }));
  const then = new Date(Date.now() - minutes * 60_000);
  utimesSync(file, then, then);
  return directory;
}

test("a second training into a folder is refused while the first is at work, which it does not disturb", async () => {
  const [config, corpus] = [parseConfig(tinySetting, "the tiny setting"), tinyCorpus(1)];
  const [directory, alone] = [join(folder, "both"), join(folder, "alone")];
  const refused: Promise<void>[] = [];
  const first = await train(config, corpus, {
    directory,
    onStep: ({ epoch, step }) => {
      if (epoch === 1 && step === 2)
        refused.push(assert.rejects(train(config, corpus, { directory }), refusal));
    },
  });
  assert.equal(refused.length, 1);
  await Promise.all(refused);
  const losses = ({ epochs }: typeof first) => epochs.map(({ loss }) => loss);
  assert.deepEqual(losses(first), losses(await train(config, corpus, { directory: alone })));
  assert.deepEqual(readdirSync(directory).length, readdirSync(alone).length);
  assert.ok(!readdirSync(directory).includes(occupiedFile));
});

test("what a killed process has left is taken away, also where its number has gone to another process", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
  for (const owner of [{ pid: child.pid }, { pid: process.pid, started: "before" }]) {
    const directory = occupiedBy(owner);
    const leave = occupy(directory);
    assert.throws(() => occupy(directory), refusal);
    leave();
    assert.deepEqual(readdirSync(directory), []);
  }
});

test("a process of another machine, or one that cannot be told, counts as at work until it is silent for five minutes", () => {
  for (const owner of [{ host: "elsewhere" }, "", "{"]) {
    assert.throws(() => occupy(occupiedBy(owner, 4)), inputError(/is training into it/));
    occupy(occupiedBy(owner, 6))();
  }
});

test("who has lost a folder to another takes nothing from that one", () => {
  const directory = join(folder, "lost");
  const leave = occupy(directory);
  const file = join(directory, occupiedFile);
  const other = JSON.stringify({ ...thisProcess(), training: "another" });
  writeFileSync(file, other);
  leave();
  assert.equal(readFileSync(file, "utf8"), other);
});
