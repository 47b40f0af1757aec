import assert from "node:assert/strict";
import { test } from "node:test";
import { resultText, testKernel } from "./test-kernel";

const { run } = testKernel();

test("a thousand cells sent at once run in order, and the kernel answers after them", async () => {
  await run("let count = 0;");
  const cells = Array.from({ length: 1000 }, (_, i) => run(`count = count === ${i} ? count + 1 : -1;`));
  const replies = (await Promise.all(cells)).map(({ reply }) => reply);
  assert.deepEqual(
    replies.map(({ status, execution_count }) => [status, execution_count]),
    replies.map((_, i) => ["ok", i + 2]),
  );
  assert.equal(resultText(await run("count")), "1000");
});
