import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Dealer } from "zeromq";
import { KernelSession, type Reply } from "../../notebooks/kernel/session";
import { pack, type WireMessage } from "../../notebooks/kernel/wire";

let kernel: KernelSession;
before(async () => {
  kernel = await KernelSession.start();
});
after(() => kernel.stop()); // again and harmless where the last test has run

interface Answer {
  readonly reply: Reply;
  readonly messages: readonly WireMessage[];
}

async function run(code: string): Promise<Answer> {
  const messages: WireMessage[] = [];
  const reply = await kernel.execute(code, (message) => messages.push(message), 20);
  return { reply, messages };
}

const contents = ({ messages }: Answer, type: string): WireMessage["content"][] =>
  messages.filter((message) => message.type === type).map((message) => message.content);

async function gone(pid: number): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(50);
  }
  assert.fail(`process ${pid} is still there`);
}

test("a cell gets its count, its stream and its result", async () => {
  const answer = await run("const words: string[] = ['a', 'b'];\nconsole.log('said');\nwords");
  const [{ code, execution_count }] = contents(answer, "execute_input");
  assert.match(String(code), /words/);
  assert.equal(answer.reply.status, "ok");
  assert.equal(answer.reply.execution_count, execution_count);
  assert.deepEqual(contents(answer, "stream"), [{ name: "stdout", text: "said\n" }]);
  assert.deepEqual(contents(answer, "execute_result"), [
    { execution_count, data: { "text/plain": "[ 'a', 'b' ]" }, metadata: {} },
  ]);
  assert.equal((await run("words.length")).reply.execution_count, Number(execution_count) + 1);
});

test("one display holds several MIME types, can be replaced and cleared", async () => {
  const answer = await run(`const kernel = globalThis[Symbol.for("pnr.kernel")];
kernel.display({ "text/plain": "one", "text/html": "<b>one</b>" }, { id: "x" });
kernel.display({ "text/plain": "two" }, { id: "x", update: true });
kernel.clearOutput();`);
  assert.deepEqual(contents(answer, "display_data"), [
    {
      data: { "text/plain": "one", "text/html": "<b>one</b>" },
      metadata: {},
      transient: { display_id: "x" },
    },
  ]);
  assert.deepEqual(contents(answer, "update_display_data"), [
    { data: { "text/plain": "two" }, metadata: {}, transient: { display_id: "x" } },
  ]);
  assert.deepEqual(contents(answer, "clear_output"), [{ wait: false }]);
});

test("tslab's own display functions still work", async () => {
  const answer = await run("import * as tslab from 'tslab';\ntslab.display.html('<i>x</i>');");
  assert.deepEqual(contents(answer, "display_data"), [
    { data: { "text/html": "<i>x</i>" }, metadata: {}, transient: {} },
  ]);
});

test("an error names the lines of the cells it went through", async () => {
  const { reply: defined } = await run(
    "function fail(what: string): never {\n  throw new RangeError('no ' + what);\n}",
  );
  const answer = await run("const outer = (): void => {\n  fail('luck');\n};\nouter();");
  const [{ ename, evalue, traceback }] = contents(answer, "error");
  assert.deepEqual([ename, evalue], ["RangeError", "no luck"]);
  assert.deepEqual((traceback as string[]).slice(0, 3), [
    "RangeError: no luck",
    `    at cell [${defined.execution_count}], line 2: throw new RangeError('no ' + what); (in fail)`,
    `    at cell [${answer.reply.execution_count}], line 2: fail('luck'); (in outer)`,
  ]);
  assert.equal(answer.reply.status, "error");
});

test("a wrong type fails the cell before it runs", async () => {
  const answer = await run("console.log('ran');\nconst n: number = 'text';");
  assert.equal(answer.reply.ename, "TypeScriptError");
  assert.match(String(answer.reply.evalue), /^line 2, column 7: Type 'string'/);
  assert.deepEqual(contents(answer, "stream"), []);
});

test("a rejection that nobody handles fails the cell", async () => {
  const answer = await run("void Promise.reject(new Error('unseen'));\nconsole.log('went on');");
  assert.equal(answer.reply.status, "error");
  assert.equal(answer.reply.evalue, "unseen");
  assert.equal(
    (await run("await new Promise(() => void Promise.reject(new Error('stuck')))")).reply.evalue,
    "stuck",
  );
});

test("cells that wait behind a failing one are aborted, later ones run", async () => {
  const answers = await Promise.all([run("throw new Error('first');"), run("console.log('second');")]);
  assert.deepEqual(
    answers.map(({ reply }) => reply.status),
    ["error", "aborted"],
  );
  assert.deepEqual(contents(answers[1], "stream"), []);
  assert.equal((await run("1")).reply.status, "ok");
});

/** Runs a cell that prints once it may be interrupted. */
async function runInterrupted(code: string): Promise<Answer> {
  const messages: WireMessage[] = [];
  const take = (message: WireMessage): void => {
    messages.push(message);
    if (message.type === "stream") kernel.interrupt();
  };
  return { reply: await kernel.execute(code, take, 20), messages };
}

test("an interrupt aborts the signal and lets a listening cell end by itself", async () => {
  const answer = await runInterrupted(`const { signal } = globalThis[Symbol.for("pnr.kernel")];
setTimeout(() => console.log("waiting"), 50);
await new Promise((resolve) => signal.addEventListener("abort", resolve));
"stopped"`);
  assert.equal(answer.reply.status, "ok");
  assert.match(JSON.stringify(contents(answer, "execute_result")), /stopped/);
});

test("an interrupt stops a cell that does not listen", async () => {
  const code = "setTimeout(() => console.log('waiting'), 50);\nawait new Promise(() => undefined);";
  const { reply } = await runInterrupted(code);
  assert.deepEqual([reply.status, reply.ename], ["error", "Interrupted"]);
});

test("an interrupt stops a cell that never waits", async () => {
  const again = setInterval(() => kernel.interrupt(), 200); // one that comes as the cell begins is lost
  const { reply } = await run("for (;;);");
  clearInterval(again);
  assert.deepEqual([reply.status, reply.ename], ["error", "Interrupted"]);
});

test("a cell that runs too long is interrupted", async () => {
  const late = kernel.execute("await new Promise(() => undefined);", () => undefined, 0.3);
  await assert.rejects(late, /the cell was still running after 0\.3 s and was interrupted/);
  assert.equal((await run("1")).reply.status, "ok");
});

test("a request without our key is not answered, and does no harm", async () => {
  const stranger = new Dealer({ linger: 0, receiveTimeout: 300 });
  stranger.connect(`tcp://127.0.0.1:${kernel.connection.shell_port}`);
  const { frames } = pack("another key", "session", "execute_request", { code: "globalThis.broken = true" });
  await stranger.send(frames);
  await assert.rejects(stranger.receive());
  stranger.close();
  const answer = await run("(globalThis as { broken?: boolean }).broken ?? 'whole'");
  assert.match(JSON.stringify(contents(answer, "execute_result")), /whole/);
});

test("the kernel that Jupyter is told to start is ours", () => {
  const folder = join(__dirname, "../../../notebooks/kernel/jupyter/kernels/tslab");
  const { argv } = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
  const launcher = join(__dirname, "../../notebooks/kernel/launch.js");
  assert.equal(resolve(argv[1].replace("{resource_dir}", folder)), launcher);
  assert.equal(argv[2], "{connection_file}");
});

test("a kernel leaves when the process that started it is killed", async () => {
  const session = join(__dirname, "../../notebooks/kernel/session.js");
  const code = `require(${JSON.stringify(session)}).KernelSession.start().then((kernel) => console.log(kernel.pid))`;
  const parent = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const [pid] = await once(parent.stdout, "data");
  process.kill(Number(pid), 0);
  parent.kill("SIGKILL");
  await gone(Number(pid));
});

test("a kernel leaves when it is told to", async () => {
  const { pid } = kernel;
  assert.ok(pid);
  await kernel.stop();
  await gone(pid);
});
