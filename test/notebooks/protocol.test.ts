import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Dealer, XPublisher } from "zeromq";
import { KernelSession } from "../../notebooks/kernel/kernel-session";
import { pack, unpack, type WireMessage } from "../../notebooks/kernel/wire";
import { resultText, testKernel } from "./test-kernel";

const kernel = testKernel();
const { run } = kernel;

test("a silent cell is not counted, whatever its request says about the history", async () => {
  const { reply: last } = await run("1");
  const { reply } = await kernel.session.ask("execute_request", {
    code: "2",
    silent: true,
    store_history: true,
  });
  assert.equal(reply?.execution_count, last.execution_count);
  const { reply: history } = await kernel.session.ask("history_request", { hist_access_type: "tail", n: 1 });
  assert.deepEqual(history?.history, [[1, last.execution_count, "1"]]);
});

test("user expressions are evaluated after a cell and published nowhere", async () => {
  const { reply, published } = await kernel.session.ask("execute_request", {
    code: "const asked = [1, 2]; 'shown'",
    user_expressions: { length: "asked.length", unknown: "nothing", later: "await Promise.resolve('w')" },
  });
  const { length, unknown, later } = (reply ?? assert.fail()).user_expressions as Record<
    string,
    Record<string, unknown>
  >;
  assert.deepEqual(length, { status: "ok", data: { "text/plain": "2" }, metadata: {} });
  assert.deepEqual(later.data, { "text/plain": "'w'" });
  assert.deepEqual([unknown.status, unknown.ename], ["error", "TypeScriptError"]);
  assert.equal(reply?.status, "ok");
  assert.deepEqual(
    published.map(({ type }) => type),
    ["status", "execute_input", "execute_result", "status"],
  );
  assert.equal((await run("asked[0]")).reply.status, "ok");
});

test("a function is explained from within its call, and an unknown name is not", async () => {
  await run(
    "/** Doubles. @throws RangeError never */ function twice(n: number, times = 1): number { return 2 * n * times; }",
  );
  const explained = async (code: string): Promise<string> => {
    const { reply } = await kernel.session.ask("inspect_request", {
      code,
      cursor_pos: code.length,
      detail_level: 0,
    });
    return reply?.found ? JSON.stringify(reply.data) : "nothing";
  };
  for (const code of ["twice(", "twice(1, ", "twice(Math.max(1, 2), ", "if (true) { twice("]) {
    assert.match(
      await explained(code),
      /twice\(n: number, times\?: number\): number.*Doubles.*@throws RangeError never/,
      code,
    );
  }
  assert.match(await explained("twice(Math.max("), /Math\.max|max\(/);
  assert.deepEqual([await explained("unknownName"), await explained("twice(1)")], ["nothing", "nothing"]);
});

test("the keys of a config are completed and explained where they are typed", async () => {
  await run('import { parseConfig } from "pnr";');
  const code = "parseConfig({ model: { sp";
  const { reply } = await kernel.session.ask("complete_request", { code, cursor_pos: code.length });
  const matches = (reply ?? assert.fail()).matches as string[];
  assert.deepEqual(matches.slice(0, 2), ["spanWidth", "spatial"]);
  const typed = "parseConfig({ model: { heads: 4 } }, 'here')";
  const request = { code: typed, cursor_pos: typed.indexOf("heads") + 2, detail_level: 0 };
  const { reply: explained } = await kernel.session.ask("inspect_request", request);
  const { "text/markdown": text } = (explained ?? assert.fail()).data as Record<string, string>;
  assert.match(text, /^```typescript\n\(property\) heads\?: number/);
});

test("in an empty cell, variables of the cells are completed first", async () => {
  await run("const zebra = { ape: 1, zebra: 2 };");
  const { reply: members } = await kernel.session.ask("complete_request", { code: "zebra.", cursor_pos: 6 });
  assert.deepEqual(members?.matches, ["ape", "zebra"]);
  const { reply } = await kernel.session.ask("complete_request", { code: "", cursor_pos: 0 });
  const matches = reply?.matches as string[];
  assert.ok(matches.indexOf("zebra") < matches.indexOf("AbortController"));
});

test("code is complete, incomplete or invalid", async () => {
  const codes = ["const f = (n: number) => n;", "`two\nlines", "n =>", "a b c", '"open', "await f(1)"];
  const replies = codes.map(
    async (code) => (await kernel.session.ask("is_complete_request", { code })).reply?.status,
  );
  assert.deepEqual(await Promise.all(replies), [
    "complete",
    "incomplete",
    "incomplete",
    "invalid",
    "invalid",
    "complete",
  ]);
});

test("a cell that would end the kernel fails with the reason", async () => {
  const { pid } = kernel.session;
  assert.match(
    String((await run("process.exit(3)")).reply.evalue),
    /^process\.exit\(3\) would end the kernel/,
  );
  const later =
    "setTimeout(() => process.exit(), 20); await new Promise((resolve) => setTimeout(resolve, 5000));";
  assert.match(String((await run(later)).reply.evalue), /^process\.exit\(\) would end the kernel/);
  assert.equal((await run("1")).reply.status, "ok");
  assert.equal(kernel.session.pid, pid);
});

test("a cell that asks for input fails with a way out", async () => {
  const refusal = /^a cell cannot ask for input; write the value into the cell/;
  const codes = [
    `import { createInterface } from "node:readline/promises";
await createInterface({ input: process.stdin, output: process.stdout }).question("name? ");`,
    "for await (const chunk of process.stdin) console.log(chunk);",
    "process.stdin.on('data', console.log); await new Promise(() => undefined);",
  ];
  for (const code of codes) assert.match(String((await run(code)).reply.evalue), refusal, code);
  assert.equal((await run("process.stdin.isTTY")).reply.status, "ok");
});

test("an error that no code awaits stops the rest of its cell", async () => {
  const { reply } = await run(`const { signal } = (globalThis as any)[Symbol.for("pnr.kernel")];
setTimeout(() => { throw new Error("stray"); }, 30);
for (;;) { await new Promise((resolve) => setTimeout(resolve, 10)); (globalThis as { turns?: number }).turns = Date.now(); }`);
  assert.equal(reply.evalue, "stray");
  assert.equal(resultText(await run("signal.aborted")), "true");
  const turns = "(globalThis as { turns?: number }).turns";
  const quiet = await run(
    `const before = ${turns}; await new Promise((resolve) => setTimeout(resolve, 100)); before === ${turns}`,
  );
  assert.equal(resultText(quiet), "true");
});

test("alternating streams come in few messages, in order if there are few", async () => {
  const texts = (messages: readonly WireMessage[]): string[] =>
    messages.flatMap(({ type, content }) => (type === "stream" ? [`${content.name}: ${content.text}`] : []));
  const { messages: few } = await run("console.log(1); console.log(2); console.error(3); console.log(4);");
  assert.deepEqual(texts(few).slice(-2), ["stderr: 3\n", "stdout: 4\n"]);
  const { messages: many } = await run(
    "for (let i = 0; i < 2000; i++) { console.log(i); console.error(i); }",
  );
  assert.ok(texts(many).length < 200, `${texts(many).length} messages`);
  const all = (name: string): string =>
    many.flatMap(({ content }) => (content.name === name ? [String(content.text)] : [])).join("");
  const numbers = Array.from({ length: 2000 }, (_, index) => index);
  assert.equal(all("stdout"), numbers.map((number) => `${number}\n`).join(""));
  assert.equal(all("stderr"), numbers.map((number) => `${number}\n`).join(""));
});

test("a very long value is cut", async () => {
  const answer = await run(
    "const wide: Record<string, string> = {}; for (let i = 0; i < 2e4; i++) wide['k' + i] = 'some text'; wide",
  );
  const text = String(resultText(answer));
  assert.ok(text.length < 110_000, `${text.length} characters`);
  assert.match(text, /k1: 'some text'.*… [\d,]+ more characters$/s);
});

test("a cell can export its declarations", async () => {
  await run("export const given = 1, { a: taken } = { a: 2 };\nexport type Given = typeof given;");
  await run(
    "export function add(x: number): number { return x + given; }\nexport default class Kept { v = add(taken); }\nexport { add };",
  );
  assert.equal(resultText(await run("const copy: Given = given; [copy, new Kept().v]")), "[ 1, 3 ]");
  assert.match(
    String((await run("export const bad: string = 5")).reply.evalue),
    /^line 1, column 14: Type 'number'/,
  );
});

test("a front end that reconnects under its old name is answered", async () => {
  const { key, shell_port } = kernel.session.connection;
  const connect = (): Dealer => {
    const dealer = new Dealer({ linger: 0, routingId: "front-end", receiveTimeout: 20_000 });
    dealer.connect(`tcp://127.0.0.1:${shell_port}`);
    return dealer;
  };
  const ask = async (dealer: Dealer): Promise<string> => {
    await dealer.send(pack(key, "session", "kernel_info_request", {}).frames);
    return unpack(key, await dealer.receive()).type;
  };
  const lost = connect();
  assert.equal(await ask(lost), "kernel_info_reply");
  const fresh = connect();
  assert.equal(await ask(fresh), "kernel_info_reply");
  for (const dealer of [lost, fresh]) dealer.close();
});

test("a session ignores what a stranger publishes on the port of its kernel", async () => {
  const session = await KernelSession.start();
  const { iopub_port } = session.connection;
  const { pid = assert.fail() } = session;
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", note);
  process.kill(pid, "SIGKILL");
  await assert.rejects(
    session.execute("1", () => undefined, 5),
    /the notebook kernel died/,
  );
  const stranger = new XPublisher({ linger: 0 });
  await stranger.bind(`tcp://127.0.0.1:${iopub_port}`);
  await stranger.receive(); // the session's socket has reconnected and subscribed
  await stranger.send(pack("another key", "session", "status", { execution_state: "busy" }).frames);
  await delay(300);
  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
  stranger.close();
  await session.stop();
});
