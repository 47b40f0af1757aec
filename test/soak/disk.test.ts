import assert from "node:assert/strict";
import { test } from "node:test";
import { diskSweepTrial, diskTrial } from "./disk";

test("a full disk and a read-only one are told in one line, and cost no checkpoint", async (context) => {
  const { lines } = await diskTrial();
  for (const line of lines) context.diagnostic(line);
  assert.equal(lines.length, 3);
  assert.match(
    lines[1],
    /^full disk: did not fit .*best-#\.safetensors.*last-#\.safetensors.*last checkpoint stayed whole/,
  );
  assert.match(lines[2], /^read-only disk: told before the first step/);
});

test("a sweep on a full disk fails with the reason, its attempt killed or not, and ends as if there had been room", async (context) => {
  const { lines } = await diskSweepTrial();
  for (const line of lines) context.diagnostic(line);
  assert.equal(lines.length, 2);
  assert.match(lines[1], /^sweep on a full disk: failed with the reason/);
});
