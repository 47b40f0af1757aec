import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const library = JSON.stringify(join(__dirname, "../../src/cli/shared/interrupt.js"));

/** Runs a task that signals stop in a process, and sends the signal that the process names. */
function interrupted(task: string): Promise<{ code: number | null; signal: string | null; output: string }> {
  const script = `
    const { interruptible } = require(${library});
    const turn = () => new Promise(setImmediate);
    // No handler runs during this loop.
    const compute = (seconds) => { const end = Date.now() + 1000 * seconds; while (Date.now() < end); };
    const say = (text) => require("node:fs").writeSync(1, text + "\\n");
    setInterval(() => {}, 1000).unref();
    interruptible({ print: say, stop() {} }, "step", async (signal) => { ${task} })
      .then(() => process.exit(0), () => process.exit(1));`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let sent = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    const requests = [...output.matchAll(/(Ctrl-C|SIG[A-Z]+)!/g)];
    for (; sent < requests.length; sent++)
      child.kill(requests[sent][1] === "Ctrl-C" ? "SIGINT" : (requests[sent][1] as NodeJS.Signals));
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, output }));
  });
}

const untilAborted = "while (!signal.aborted) await turn();";

test("the first Ctrl-C lets the task finish", async () => {
  const { code, output } = await interrupted(
    `say("Ctrl-C!"); ${untilAborted} compute(0.2); await turn(); say("saved");`,
  );
  assert.equal(code, 0);
  assert.match(output, /^Ctrl-C!\nstopping after this step; Ctrl-C again exits at once\nsaved\n$/);
});

test("a second Ctrl-C exits at once, even from a long computation", async () => {
  const { signal, output } = await interrupted(
    `say("Ctrl-C!"); ${untilAborted} await turn(); say("saving, Ctrl-C!"); compute(60); say("saved");`,
  );
  assert.equal(signal, "SIGINT", "as if nothing handled it");
  assert.doesNotMatch(output, /saved/);
});

test("two Ctrl-C during one computation exit after it", async () => {
  const { code, output } = await interrupted(
    `say("Ctrl-C!"); compute(0.5); say("Ctrl-C!"); compute(0.5); ${untilAborted} await turn(); say("saving"); compute(60);`,
  );
  assert.equal(code, 130);
  assert.doesNotMatch(output, /saving/);
});

for (const signal of ["SIGTERM", "SIGHUP"]) {
  test(`${signal} lets the task finish, even if it is sent twice`, async () => {
    const { code, output } = await interrupted(
      `say("${signal}!"); ${untilAborted} await turn(); say("${signal}!"); compute(0.3); await turn(); say("saved");`,
    );
    assert.equal(code, 0);
    assert.equal(output, `${signal}!\n${signal}: stopping after this step\n${signal}!\nsaved\n`);
  });
}
