import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { IdleWork } from "../../notebooks/kernel/idle-work";
import { KernelSession } from "../../notebooks/kernel/kernel-session";
import { testFolder } from "../support/folders";

test("a step runs after each idle time, none while a request is answered, and a failing step ends none of the others", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const steps: string[] = [];
  const work = new IdleWork(
    () => steps.push("first"),
    () => {
      steps.push("failing");
      throw new Error("no types");
    },
    () => steps.push("last"),
  );
  t.mock.timers.tick(5000);
  assert.deepEqual(steps, [], "the kernel has not answered a request yet");
  work.begin();
  work.begin();
  work.end();
  t.mock.timers.tick(5000);
  assert.deepEqual(steps, [], "one request is still being answered");
  work.end();
  t.mock.timers.tick(400);
  assert.deepEqual(steps, ["first"]);
  work.begin();
  t.mock.timers.tick(5000);
  assert.deepEqual(steps, ["first"]);
  work.end();
  t.mock.timers.tick(400);
  t.mock.timers.tick(400);
  t.mock.timers.tick(5000);
  assert.deepEqual(steps, ["first", "failing", "last"]);
});

/** Records the files that a process reads, in a global variable. */
const recorder = `
const fs = require("node:fs");
const { readFileSync } = fs;
globalThis.filesRead = [];
fs.readFileSync = (path, ...rest) => {
  globalThis.filesRead.push(String(path));
  return readFileSync(path, ...rest);
};
`;

test("an idle kernel reads the library's types, and then completion reads no file, also after a cell that imports nothing", async () => {
  const preload = join(testFolder("recorder"), "recorder.cjs");
  writeFileSync(preload, recorder);
  const kernel = await KernelSession.start({ NODE_OPTIONS: `--require ${preload}` });
  after(() => kernel.stop());
  const readOf = async (pattern: string): Promise<number> => {
    let text = "";
    const code = `(globalThis as any).filesRead.filter((path: string) => /${pattern}/.test(path)).length`;
    await kernel.execute(
      code,
      ({ type, content }) => {
        if (type === "execute_result") text = (content.data as Record<string, string>)["text/plain"];
      },
      300,
    );
    return Number(text);
  };
  const waitFor = async (count: () => Promise<number>): Promise<void> => {
    for (let attempt = 0; !(await count()); attempt++) {
      assert.ok(attempt < 200, "the kernel was idle and did not read the types");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  };
  await waitFor(() => readOf("dist.src.index\\.d\\.ts$"));
  await waitFor(() => readOf("dist.widgets.index\\.d\\.ts$"));
  const types = await readOf("\\.d\\.ts$");
  const code = 'import { parseConfig } from "pnr"; parseConfig({ model: { spat';
  const { reply } = await kernel.ask("complete_request", { code, cursor_pos: code.length });
  assert.deepEqual(reply?.matches, ["spatial"]);
  assert.equal(await readOf("\\.d\\.ts$"), types);
});
