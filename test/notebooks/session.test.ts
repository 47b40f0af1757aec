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
  assert.deepEqual((traceback as string[]).slice(0, 6), [
    "RangeError: no luck",
    "    1 | function fail(what: string): never {",
    ">   2 |   throw new RangeError('no ' + what);",
    "    3 | }",
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

test("a name that a failing cell gave its value is kept, and one that it did not come to stays what it was", async () => {
  await run("const early = 1, late = 'old'; let counted = 0; class Kind { old = true }");
  const failing =
    "import { sep } from 'node:path';\nconst early = 'new', added = { a: 1 };\ntype Added = typeof added;";
  await run(
    `${failing}\ncounted++;\nthrow new Error("here");\nconst late = 2, unmade = 3;\nclass Kind { fresh = true }`,
  );
  const answer = await run(
    "const again: Added = added;\n[early.length, late.length, counted, again.a, new Kind().old, sep]",
  );
  assert.equal(answer.reply.status, "ok", answer.reply.traceback?.join("\n"));
  assert.match(JSON.stringify(contents(answer, "execute_result")), /\[ 3, 3, 1, 1, true, '\/' \]/);
  assert.match(String((await run("unmade")).reply.evalue), /Cannot find name 'unmade'/);
});

test("what an interrupted cell has made is kept", async () => {
  await runInterrupted("const made = [1, 2];\nconsole.log('made');\nfor (;;) made.push(3);");
  assert.equal((await run("made.length > 1")).reply.status, "ok");
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

/** Runs a cell and interrupts it as it prints for the first time, or these times. One interrupt more might reach the next cell. */
async function runInterrupted(code: string, prints: readonly number[] = [1]): Promise<Answer> {
  const messages: WireMessage[] = [];
  const take = (message: WireMessage): void => {
    messages.push(message);
    const printed = messages.filter(({ type }) => type === "stream").length;
    if (message.type === "stream" && prints.includes(printed)) kernel.interrupt();
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

test("Ctrl-C does the same as an interrupt of the front end", async () => {
  const { pid = assert.fail() } = kernel;
  const code = "setTimeout(() => console.log('waiting'), 50);\nawait new Promise(() => undefined);";
  const take = ({ type }: WireMessage): void => {
    if (type === "stream") process.kill(pid, "SIGINT");
  };
  assert.equal((await kernel.execute(code, take, 20)).ename, "Interrupted");
});

test("an interrupt stops a cell that never waits, wherever it stands", async () => {
  const says = `console.log("runs");`;
  const endless = [
    `${says} for (;;);`,
    `await new Promise((resolve) => setTimeout(resolve, 300)); ${says} for (;;);`,
    `await new Promise((resolve) => setTimeout(resolve)); ${says} for (;;);`,
    `setTimeout(() => { ${says} for (;;); }, 20); await new Promise(() => undefined);`,
    `${says} const again = async (): Promise<void> => { await null; return again(); };\nawait again();`, // leaves no turn to messages
    `const spin = () => { do {} while (true); };\nawait null;\n${says} spin();`,
    `${says} let text = 'a'.repeat(28); /^(a+)+$/.test(text + 'b');`, // no check there, hence a signal
  ];
  for (const code of endless) {
    const { reply } = await runInterrupted(code);
    assert.deepEqual([reply.status, reply.ename], ["error", "Interrupted"], code);
    assert.equal((await run("1 + 1")).reply.status, "ok");
  }
});

test("what an interrupted cell waits for as it tidies up comes to its end", async () => {
  await runInterrupted(`console.log("runs");
try { for (;;) Math.random(); } finally {
  await new Promise((resolve) => setTimeout(resolve, 20));
  (globalThis as { tidied?: boolean }).tidied = true;
}`);
  const { messages } = await run(`await new Promise((resolve) => setTimeout(resolve, 100));
(globalThis as { tidied?: boolean }).tidied`);
  assert.match(JSON.stringify(messages), /"text\/plain":"true"/);
});

test("an interrupt frees the kernel from what a cell has left behind that never waits", async () => {
  await run("setTimeout(() => { for (;;); }, 100);");
  await delay(500);
  kernel.interrupt();
  assert.match(JSON.stringify((await run("1 + 1")).messages), /"text\/plain":"2"/);
});

test("an interrupt between cells is none", async () => {
  await run(`globalThis.setTimeout(async () => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 100));
  (globalThis as { late?: boolean }).late = true;
}, 0); undefined`);
  kernel.interrupt();
  await delay(500); // it comes by another socket than the next cell
  const { messages } = await run(`await new Promise((resolve) => setTimeout(resolve, 1500));
(globalThis as { late?: boolean }).late`);
  assert.match(JSON.stringify(messages), /"text\/plain":"true"/);
});

test("an interrupted cell does not go on behind the reader's back", async () => {
  const wait = "new Promise((resolve) => setTimeout(resolve, 30))";
  const loops = [
    `for (let i = 0; i < 5; i++) { console.log("a" + i); await ${wait}; }`,
    `async function* ticks() { for (let i = 0; i < 5; i++) yield ${wait}; }
const go = async () => { for await (const _ of ticks()) { console.log("b"); } };
await go();`,
  ];
  for (const code of loops) {
    const { reply } = await runInterrupted(code);
    assert.equal(reply.ename, "Interrupted", code);
    const { messages } = await run("await new Promise((resolve) => setTimeout(resolve, 200));");
    assert.deepEqual(
      messages.map(({ type }) => type),
      ["execute_input"],
      code,
    );
  }
});

test("an interrupt stops a cell that prints without a pause; what it printed came while it ran", async () => {
  const answer = await runInterrupted(
    "for (let i = 0; ; i++) { const began = Date.now(); while (Date.now() === began); console.log(i); }",
    [3],
  );
  assert.equal(answer.reply.ename, "Interrupted");
  const texts = contents(answer, "stream").map(({ text }) => text);
  assert.match(texts.join(""), /^0\n1\n2\n/);
  assert.ok(texts.length >= 3);
});

test("a second interrupt stops a listening cell that never waits", async () => {
  const answer = await runInterrupted(
    `globalThis[Symbol.for("pnr.kernel")].signal;\nconsole.log("1");\nconst began = Date.now();
await new Promise((resolve) => setTimeout(resolve, 20));
while (Date.now() - began < 1500);\nconsole.log("2");\nfor (;;);`,
    [1, 2],
  );
  assert.deepEqual(
    contents(answer, "stream").map(({ text }) => text),
    ["1\n", "2\n"],
  );
  assert.equal(answer.reply.ename, "Interrupted");
});

test("a cell that runs too long is interrupted", async () => {
  const late = kernel.execute("await new Promise(() => undefined);", () => undefined, 0.3);
  await assert.rejects(late, /the cell was still running after 0\.3 s and was interrupted/);
  assert.equal((await run("1")).reply.status, "ok");
});

test("what worker threads print belongs to the cell, and no character is torn", async () => {
  const answer = await run(`import { Worker } from "node:worker_threads";
import { once } from "node:events";
const code = "process.stdout.write(Buffer.from([0xe4, 0xb8])); process.stdout.write(Buffer.from([0xad])); console.error('e')";
await once(new Worker(code, { eval: true }), "exit");
await new Promise((resolve) => setTimeout(resolve, 50));`);
  const text = (name: string): string =>
    contents(answer, "stream")
      .filter((stream) => stream.name === name)
      .map((stream) => stream.text)
      .join("");
  assert.deepEqual([text("stdout"), text("stderr")], ["中", "e\n"]);
});

test("what is printed comes before what is shown after it", async () => {
  const answer = await run(
    `console.log("a");\nglobalThis[Symbol.for("pnr.kernel")].display({ "text/plain": "b" });\nconsole.log("c");\n"d"`,
  );
  assert.deepEqual(
    answer.messages.map(({ type }) => type),
    ["execute_input", "stream", "display_data", "stream", "execute_result"],
  );
});

test("a silent cell is neither shown nor counted", async () => {
  const count = (await run("1")).reply.execution_count;
  const { news, reply } = await kernel.ask("execute_request", { code: "console.log(1); 2", silent: true });
  assert.deepEqual([reply?.status, reply?.execution_count], ["ok", count]);
  assert.deepEqual(
    news.map(({ type }) => type),
    ["status", "status"],
  );
});

test("code is completed, explained and found complete or not; places count characters", async () => {
  await run("const sentences: string[] = [];");
  const asked = { code: "'😀'; sentences.leng", cursor_pos: 19 };
  const { reply: completed } = await kernel.ask("complete_request", asked);
  assert.deepEqual(completed, {
    status: "ok",
    matches: ["length"],
    cursor_start: 15,
    cursor_end: 19,
    metadata: {},
  });
  const { reply: explained } = await kernel.ask("inspect_request", {
    ...asked,
    cursor_pos: 8,
    detail_level: 0,
  });
  assert.match(JSON.stringify(explained), /let|const sentences: string\[\]/);
  const state = async (code: string): Promise<unknown> =>
    (await kernel.ask("is_complete_request", { code })).reply?.status;
  assert.deepEqual([await state("1 + 1"), await state("if (true) {")], ["complete", "incomplete"]);
});

test("a request that cannot be served is answered with an error", async () => {
  const { reply } = await kernel.ask("complete_request", { code: null, cursor_pos: 1 });
  assert.equal(reply?.status, "error");
});

test("the history gives back what was run", async () => {
  const { reply: ran } = await run("const remembered = 1;");
  const history = async (request: object): Promise<unknown> =>
    (await kernel.ask("history_request", { output: false, raw: true, ...request })).reply?.history;
  const entry = [1, ran.execution_count, "const remembered = 1;"];
  assert.deepEqual(await history({ hist_access_type: "tail", n: 1 }), [entry]);
  assert.deepEqual(await history({ hist_access_type: "search", pattern: "*remembered*", n: 9 }), [entry]);
  assert.deepEqual(await history({ hist_access_type: "search", pattern: "remembered" }), []);
  const range = {
    hist_access_type: "range",
    session: 0,
    start: ran.execution_count,
    stop: 1e6,
    output: true,
  };
  assert.deepEqual(await history(range), [[1, ran.execution_count, ["const remembered = 1;", null]]]);
});

test("a request beside a running cell leaves the kernel busy in the eyes of a front end", async () => {
  const states: unknown[] = [];
  const cell = kernel.ask("execute_request", {
    code: "await new Promise((resolve) => setTimeout(resolve, 300))",
  });
  await kernel.ask("kernel_info_request", {});
  states.push(...(await cell).news.map(({ content }) => content.execution_state));
  assert.deepEqual(
    states.filter((state) => state !== undefined),
    ["busy", "busy", "idle"],
  );
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
