// `npm run soak -- resume` with fewer kills.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Random } from "../../src/engine";
import { testFolder } from "../support/folders";
import { completeRun, drawPoints, tryKill } from "./resume";

const folder = testFolder("killed");

test("training killed in a step, at a file and by the clock ends with the same weights", async () => {
  const complete = await completeRun(join(folder, "complete"));
  assert.equal(complete.counts.passes, 3 * 6 * 2);
  const operations = complete.counts.files.map((what) => what.replaceAll(/[0-9a-f]{12}/g, "#"));
  for (const operation of [
    "write .best-#.safetensors.#",
    "after renaming best.json",
    "before renaming previous.json",
    "sync .last.json.#",
    "write .log.jsonl.#",
  ])
    assert.ok(operations.includes(operation), `${operation} is a possible moment`);
  const lines: string[] = [];
  for (const [number, point] of drawPoints(complete, 5, new Random(7)).entries())
    lines.push(await tryKill(join(folder, String(number)), complete, point));
  assert.ok(lines.filter((line) => line.startsWith("killed")).length >= 4, lines.join("\n"));
});
