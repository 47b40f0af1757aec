import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Dealer } from "zeromq";
import { KernelSession } from "../../notebooks/kernel/kernel-session";
import { pack, type WireMessage } from "../../notebooks/kernel/wire";
import { type CellAnswer, contents, resultText, testKernel } from "./test-kernel";

const kernel = testKernel();
const { run } = kernel;

async function waitForEnd(pid: number): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(50);
  }
  assert.fail(`process ${pid} still runs`);
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

test("a display has several MIME types and can be replaced and cleared", async () => {
  const answer = await run(`const kernel = (globalThis as any)[Symbol.for("pnr.kernel")];
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

test("a value with the display method of the standard protocol is shown by that method", async () => {
  const value = (bundle: string): string =>
    `({ async [Symbol.for("Jupyter.display")]() { return ${bundle}; } })`;
  const answer = await run(value('{ "text/html": "<b>own</b>", "application/json": { own: 1 } }'));
  const [{ data }] = contents(answer, "execute_result");
  assert.deepEqual(data, { "text/html": "<b>own</b>", "application/json": { own: 1 } });
  for (const wrong of ['"text"', "null", "{}", "{ html: 'x' }"])
    assert.match(
      String((await run(value(wrong))).reply.evalue),
      /^Jupyter\.display must return an object with MIME types/,
      wrong,
    );
});

test("tslab's own display functions still work", async () => {
  const answer = await run("import * as tslab from 'tslab';\ntslab.display.html('<i>x</i>');");
  assert.deepEqual(contents(answer, "display_data"), [
    { data: { "text/html": "<i>x</i>" }, metadata: {}, transient: {} },
  ]);
});

test("an error names the lines of its cells", async () => {
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

test("an unhandled rejection fails the cell", async () => {
  const answer = await run("void Promise.reject(new Error('unseen'));\nconsole.log('went on');");
  assert.equal(answer.reply.status, "error");
  assert.equal(answer.reply.evalue, "unseen");
  assert.equal(
    (await run("await new Promise(() => void Promise.reject(new Error('stuck')))")).reply.evalue,
    "stuck",
  );
});

test("a failing cell keeps the names that got their values, and leaves others unchanged", async () => {
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
  assert.equal(resultText(answer), "[ 3, 3, 1, 1, true, '/' ]");
  assert.match(String((await run("unmade")).reply.evalue), /Cannot find name 'unmade'/);
});

test("an interrupted cell keeps its names", async () => {
  await runInterrupted("const made = [1, 2];\nconsole.log('made');\nfor (;;) made.push(3);");
  assert.equal((await run("made.length > 1")).reply.status, "ok");
});

test("cells queued after a failing one are aborted, and later ones run", async () => {
  const answers = await Promise.all([run("throw new Error('first');"), run("console.log('second');")]);
  assert.deepEqual(
    answers.map(({ reply }) => reply.status),
    ["error", "aborted"],
  );
  assert.deepEqual(contents(answers[1], "stream"), []);
  assert.equal((await run("1")).reply.status, "ok");
});

/** Runs a cell and interrupts it at these prints, counted from 1. An interrupt too many could reach the next cell. */
function runInterrupted(code: string, prints: readonly number[] = [1]): Promise<CellAnswer> {
  let count = 0;
  return run(code, ({ type }) => {
    if (type === "stream" && prints.includes(++count)) kernel.session.interrupt();
  });
}

test("an interrupt aborts the signal, and a listening cell ends by itself", async () => {
  const answer = await runInterrupted(`const { signal } = (globalThis as any)[Symbol.for("pnr.kernel")];
setTimeout(() => console.log("waiting"), 50);
await new Promise((resolve) => signal.addEventListener("abort", resolve));
"stopped"`);
  assert.equal(answer.reply.status, "ok");
  assert.equal(resultText(answer), "'stopped'");
});

test("an interrupt stops a cell that does not listen", async () => {
  const code = "setTimeout(() => console.log('waiting'), 50);\nawait new Promise(() => undefined);";
  const { reply } = await runInterrupted(code);
  assert.deepEqual([reply.status, reply.ename], ["error", "Interrupted"]);
});

test("Ctrl-C interrupts like a front end", async () => {
  const { pid = assert.fail() } = kernel.session;
  const code = "setTimeout(() => console.log('waiting'), 50);\nawait new Promise(() => undefined);";
  const interruptOnPrint = ({ type }: WireMessage): void => {
    if (type === "stream") process.kill(pid, "SIGINT");
  };
  assert.equal((await run(code, interruptOnPrint)).reply.ename, "Interrupted");
});

test("an interrupt stops an endless computation anywhere in a cell", async () => {
  const print = `console.log("runs");`;
  const endless = [
    `${print} for (;;);`,
    `await new Promise((resolve) => setTimeout(resolve, 300)); ${print} for (;;);`,
    `await new Promise((resolve) => setTimeout(resolve)); ${print} for (;;);`,
    `setTimeout(() => { ${print} for (;;); }, 20); await new Promise(() => undefined);`,
    `${print} const again = async (): Promise<void> => { await null; return again(); };\nawait again();`, // never lets messages through
    `const spin = () => { do {} while (true); };\nawait null;\n${print} spin();`,
    `${print} let text = 'a'.repeat(28); /^(a+)+$/.test(text + 'b');`, // without checks, stopped by a signal
  ];
  for (const code of endless) {
    const { reply } = await runInterrupted(code);
    assert.deepEqual([reply.status, reply.ename], ["error", "Interrupted"], code);
    assert.equal((await run("1 + 1")).reply.status, "ok");
  }
});

test("an interrupted cell can await in its cleanup", async () => {
  await runInterrupted(`console.log("runs");
try { for (;;) Math.random(); } finally {
  await new Promise((resolve) => setTimeout(resolve, 20));
  (globalThis as { cleaned?: boolean }).cleaned = true;
}`);
  const answer = await run(`await new Promise((resolve) => setTimeout(resolve, 100));
(globalThis as { cleaned?: boolean }).cleaned`);
  assert.equal(resultText(answer), "true");
});

test("an interrupt stops an endless computation that a cell has left behind", async () => {
  await run("setTimeout(() => { for (;;); }, 100);");
  await delay(500);
  kernel.session.interrupt();
  assert.equal(resultText(await run("1 + 1")), "2");
});

test("an interrupt between cells is ignored", async () => {
  await run(`globalThis.setTimeout(async () => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 100));
  (globalThis as { late?: boolean }).late = true;
}, 0); undefined`);
  kernel.session.interrupt();
  await delay(500); // it arrives on another socket than the next cell
  const answer = await run(`await new Promise((resolve) => setTimeout(resolve, 1500));
(globalThis as { late?: boolean }).late`);
  assert.equal(resultText(answer), "true");
});

test("an interrupted cell does not continue in the background", async () => {
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

test("an interrupt stops a cell that prints without a pause, and its output arrives while it runs", async () => {
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
    `(globalThis as any)[Symbol.for("pnr.kernel")].signal;\nconsole.log("1");\nconst began = Date.now();
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

test("a cell is interrupted after its timeout", async () => {
  const late = kernel.session.execute("await new Promise(() => undefined);", () => undefined, 0.3);
  await assert.rejects(late, /the cell was still running after 0\.3 s and was interrupted/);
  assert.equal((await run("1")).reply.status, "ok");
});

test("output of worker threads belongs to the cell, and no character is split", async () => {
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

test("prints and displays keep their order", async () => {
  const answer = await run(
    `console.log("a");\n(globalThis as any)[Symbol.for("pnr.kernel")].display({ "text/plain": "b" });\nconsole.log("c");\n"d"`,
  );
  assert.deepEqual(
    answer.messages.map(({ type }) => type),
    ["execute_input", "stream", "display_data", "stream", "execute_result"],
  );
});

test("a silent cell is neither published nor counted", async () => {
  const count = (await run("1")).reply.execution_count;
  const { published, reply } = await kernel.session.ask("execute_request", {
    code: "console.log(1); 2",
    silent: true,
  });
  assert.deepEqual([reply?.status, reply?.execution_count], ["ok", count]);
  assert.deepEqual(
    published.map(({ type }) => type),
    ["status", "status"],
  );
});

test("code is completed, explained and checked for completeness, with positions in characters", async () => {
  await run("const sentences: string[] = [];");
  const request = { code: "'😀'; sentences.joi", cursor_pos: 18 };
  const { reply: completed } = await kernel.session.ask("complete_request", request);
  assert.deepEqual(completed, {
    status: "ok",
    matches: ["join"],
    cursor_start: 15,
    cursor_end: 18,
    metadata: {},
  });
  const { reply: explained } = await kernel.session.ask("inspect_request", {
    ...request,
    cursor_pos: 8,
    detail_level: 0,
  });
  assert.match(JSON.stringify(explained), /const sentences: string\[\]/);
  const state = async (code: string): Promise<unknown> =>
    (await kernel.session.ask("is_complete_request", { code })).reply?.status;
  assert.deepEqual([await state("1 + 1"), await state("if (true) {")], ["complete", "incomplete"]);
});

test("an invalid request is answered with an error", async () => {
  const { reply } = await kernel.session.ask("complete_request", { code: null, cursor_pos: 1 });
  assert.equal(reply?.status, "error");
});

test("the history returns the inputs of cells", async () => {
  const { reply: ran } = await run("const remembered = 1;");
  const history = async (request: object): Promise<unknown> =>
    (await kernel.session.ask("history_request", { output: false, raw: true, ...request })).reply?.history;
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

test("after another request, front ends still see the kernel busy with its cell", async () => {
  const states: unknown[] = [];
  const cell = kernel.session.ask("execute_request", {
    code: "await new Promise((resolve) => setTimeout(resolve, 300))",
  });
  await kernel.session.ask("kernel_info_request", {});
  states.push(...(await cell).published.map(({ content }) => content.execution_state));
  assert.deepEqual(
    states.filter((state) => state !== undefined),
    ["busy", "busy", "idle"],
  );
});

test("a request signed with another key is not answered or run", async () => {
  const stranger = new Dealer({ linger: 0, receiveTimeout: 300 });
  stranger.connect(`tcp://127.0.0.1:${kernel.session.connection.shell_port}`);
  const { frames } = pack("another key", "session", "execute_request", { code: "globalThis.broken = true" });
  await stranger.send(frames);
  await assert.rejects(stranger.receive());
  stranger.close();
  const answer = await run("(globalThis as { broken?: boolean }).broken ?? 'whole'");
  assert.equal(resultText(answer), "'whole'");
});

test("the kernel specification starts our kernel", () => {
  const folder = join(__dirname, "../../../notebooks/kernel/jupyter/kernels/tslab");
  const { argv } = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
  const launcher = join(__dirname, "../../notebooks/kernel/launch.js");
  assert.equal(resolve(argv[1].replace("{resource_dir}", folder)), launcher);
  assert.equal(argv[2], "{connection_file}");
});

test("a kernel ends when the process that started it is killed", async () => {
  const session = join(__dirname, "../../notebooks/kernel/kernel-session.js");
  const code = `require(${JSON.stringify(session)}).KernelSession.start().then((kernel) => console.log(kernel.pid))`;
  const parent = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const [pid] = await once(parent.stdout, "data");
  process.kill(Number(pid), 0);
  parent.kill("SIGKILL");
  await waitForEnd(Number(pid));
});

test("a cell that exhausts the memory ends its kernel, and the error says why", async () => {
  const session = await KernelSession.start({ NODE_OPTIONS: "--max-old-space-size=300" });
  const code = "const all: number[][] = []; for (;;) all.push(Array.from({ length: 1e5 }, Math.random));";
  await assert.rejects(
    session.execute(code, () => undefined, 300),
    /the notebook kernel died \(SIGABRT\), probably because its memory was exhausted; NODE_OPTIONS=/,
  );
  await session.stop();
});

test("a kernel ends when it is stopped", async () => {
  const { pid } = kernel.session;
  assert.ok(pid);
  await kernel.session.stop();
  await waitForEnd(pid);
});
