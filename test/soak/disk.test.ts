import assert from "node:assert/strict";
import { test } from "node:test";
import { diskTrial } from "./disk";

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
