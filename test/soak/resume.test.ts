// `npm run soak -- resume` with a few of its points.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Random } from "../../src/engine";
import { testFolder } from "../support/folders";
import { drawPoints, killedOnce, wholeRun } from "./resume";

const folder = testFolder("killed");

test("training killed in a step, at a file and by the clock ends with the same weights", async () => {
  const whole = await wholeRun(join(folder, "whole"));
  assert.equal(whole.counts.passes, 3 * 6 * 2);
  const operations = whole.counts.files.map((what) => what.replaceAll(/[0-9a-f]{12}/g, "#"));
  for (const moment of [
    "write .best-#.safetensors.#",
    "after renaming best.json",
    "before renaming previous.json",
    "sync .last.json.#",
    "write .log.jsonl.#",
  ])
    assert.ok(operations.includes(moment), `${moment} can be a moment to kill at`);
  const told: string[] = [];
  for (const [at, point] of drawPoints(whole, 5, new Random(7)).entries())
    told.push(await killedOnce(join(folder, String(at)), whole, point));
  assert.ok(told.filter((line) => line.startsWith("killed")).length >= 4, told.join("\n"));
});
