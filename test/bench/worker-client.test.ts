import assert from "node:assert/strict";
import { it } from "node:test";
import { InputError } from "../../src/base/errors";
import { Runner } from "./runner";
import { Worker, WorkerFailure } from "./worker-client";

const corpus = { path: "nowhere", split: "dev", limit: 1 } as const;
const task = { config: "small", variant: "released", corpus } as const;

it("answers, distinguishes wrong input from other failures, and reports that its process has ended", async () => {
  const { worker, detail } = await Worker.start("cpu");
  assert.match(detail, /tfjs-backend-cpu/);
  assert.ok((await worker.ask("memory", {})) > 2 ** 24);
  await assert.rejects(worker.ask("open", { ...task, key: "a" }), InputError);
  await assert.rejects(worker.ask("train", { key: "a" }), new WorkerFailure('there is no workload "a"'));
  const request = worker.ask("open", { ...task, key: "a" });
  worker.stop();
  await assert.rejects(request, /^WorkerFailure: its process ended with /);
  await assert.rejects(worker.ask("memory", {}), WorkerFailure);
});

it("does nothing after a failure, and reports its reason", async () => {
  const runner = await Runner.start("cpu", task);
  try {
    await runner.measure("shuffled");
    await runner.measure("single");
    await runner.profile(1);
    const { failure, shuffled, config, engine } = runner.result();
    assert.deepEqual(
      [failure, shuffled, config, engine],
      ['there is no workload "only"', undefined, "small", "cpu"],
    );
  } finally {
    runner.stop();
  }
});
