import assert from "node:assert/strict";
import { it } from "node:test";
import { Progress } from "../../../src/base/progress";
import { runStage } from "../../../src/engine/install/installation";

/** The output of a stage without a terminal. */
async function outputOf(work: () => Promise<void>): Promise<string> {
  let text = "";
  const write = (part: string): boolean => {
    text += part;
    return true;
  };
  const progress = new Progress({
    stream: { isTTY: false, write } as unknown as NodeJS.WriteStream,
    interval: 0,
  });
  await runStage(progress, "Fetching", async (note) => {
    note("120 MB");
    await work();
  }).catch(() => {});
  return text;
}

it("prints the current stage, its measurement and its duration", async () => {
  const text = await outputOf(() => new Promise((resolve) => setTimeout(resolve, 600)));
  assert.match(text, /^Fetching …\n(Fetching … {2}[\d.]+ s, 120 MB\n)+Fetching: done in [\d.]+ s\n$/);
});

it("prints that a stage failed", async () => {
  const text = await outputOf(() => Promise.reject(new Error("no")));
  assert.match(text, /^Fetching …\nFetching: failed after [\d.]+ s\n$/);
});
