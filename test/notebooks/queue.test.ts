import assert from "node:assert/strict";
import { test } from "node:test";
import { KernelSession } from "../../notebooks/kernel/session";

test("a thousand cells that are sent at once run in their order, and the kernel answers after them", async () => {
  const kernel = await KernelSession.start();
  try {
    const run = (code: string, onValue?: (value: unknown) => void) =>
      kernel.execute(code, ({ type, content }) => type === "execute_result" && onValue?.(content.data), 300);
    await run("let ran = 0;");
    const cells = Array.from({ length: 1000 }, (_, at) => run(`ran = ran === ${at} ? ran + 1 : -1;`));
    const replies = await Promise.all(cells);
    assert.deepEqual(
      replies.map(({ status, execution_count }) => [status, execution_count]),
      replies.map((_, at) => ["ok", at + 2]),
    );
    const values: unknown[] = [];
    await run("ran", (value) => values.push(value));
    assert.deepEqual(values, [{ "text/plain": "1000" }]);
  } finally {
    await kernel.stop();
  }
});
