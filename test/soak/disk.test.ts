import assert from "node:assert/strict";
import { test } from "node:test";
import { diskSweepTrial, diskTrial } from "./disk";

test("a full disk or a read-only one is reported in one line, and loses no checkpoint", async (context) => {
  const { lines } = await diskTrial();
  for (const line of lines) context.diagnostic(line);
  assert.equal(lines.length, 3);
  assert.match(
    lines[1],
    /^full disk: did not fit: .*best-#\.safetensors.*last-#\.safetensors.*last checkpoint stayed complete/,
  );
  assert.match(lines[2], /^read-only disk: reported before the first step/);
});

test("a sweep on a full disk fails with the reason, and completes once there is space", async (context) => {
  const { lines } = await diskSweepTrial();
  for (const line of lines) context.diagnostic(line);
  assert.equal(lines.length, 2);
  assert.match(lines[1], /^sweep on a full disk: failed with the reason/);
});
