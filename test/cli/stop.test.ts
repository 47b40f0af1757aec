import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { writeCorpus } from "../support/corpus";
import { testFolder } from "../support/folders";
import { signaled, trainArgs } from "./tiny-run";

const folder = testFolder("stop");
const corpus = join(folder, "corpus");
const main = join(__dirname, "../../src/cli/main.js");
const train = (run: string) => trainArgs(corpus, run, "--epochs", "100000");

before(() => writeCorpus(corpus, 1));

for (const [signal, exitCode] of [
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  test(`${signal} saves a training run like Ctrl-C, and prints how to resume it`, async () => {
    const run = join(folder, signal);
    const { code, stderr } = await signaled(train(run), "best\n", signal);
    assert.equal(code, exitCode, stderr);
    const [, step, steps, epoch] =
      stderr.match(/\npnr: stopped after step (\d+) of (\d+) in epoch (\d+); resume with: pnr train /) ??
      assert.fail(stderr);
    const resumed = await signaled(train(run), "resuming after", signal);
    const place = step === steps ? `epoch ${epoch}` : `step ${step} of epoch ${epoch}`;
    assert.match(resumed.stderr, new RegExp(`^resuming after ${place}: `, "m"));
  });
}

test("a training run whose output is lost, as when ssh disconnects, saves and exits", async () => {
  const run = join(folder, "lost");
  const child = spawn(process.execPath, [main, ...train(run)], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    if (stderr.includes("best\n")) child.stderr.destroy();
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 141, stderr);
  assert.ok(existsSync(join(run, "last.json")));
  assert.ok(!existsSync(join(run, "running.json")), "the folder is free again");
});
