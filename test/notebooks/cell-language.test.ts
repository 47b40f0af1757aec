import assert from "node:assert/strict";
import { test } from "node:test";
import { contents, resultText, testKernel } from "./test-kernel";

const kernel = testKernel();
const { run } = kernel;

async function value(code: string): Promise<unknown> {
  const answer = await run(code);
  assert.equal(answer.reply.status, "ok", answer.reply.traceback?.join("\n"));
  return resultText(answer);
}

async function failure(code: string): Promise<string> {
  const { reply } = await run(code);
  assert.equal(reply.status, "error", code);
  return String(reply.evalue);
}

async function completed(code: string): Promise<string[]> {
  const request = { code, cursor_pos: code.length };
  const { reply } = await kernel.session.ask("complete_request", request);
  return reply?.matches as string[];
}

test("the array methods of 2023 run", async () => {
  assert.equal(await value("[3, 1, 2].toSorted().with(0, 9).findLast((n) => n < 3)"), "2");
});

test("a newer standard is checked against what the running Node has", async () => {
  const code = "Object.groupBy([1, 2, 3], String)[3]";
  if ("groupBy" in Object) assert.equal(await value(code), "[ 3 ]");
  else
    assert.equal(
      await failure(code),
      `line 1, column 8: Property 'groupBy' does not exist on type 'ObjectConstructor'. Node ${process.versions.node} lacks it; a newer Node may have it.`,
    );
});

test("using disposes at the end of the cell, and the last value is displayed", async () => {
  await value(
    "const log: string[] = []; class Opened { constructor(readonly name: string) { log.push(name); } [Symbol.dispose]() { log.push('end'); } }",
  );
  assert.equal(await value("using file = new Opened('a');\nlog.push('used');\nfile.name"), "'a'");
  assert.equal(await value("log"), "[ 'a', 'used', 'end' ]");
  assert.equal(
    await value("await using late = { async [Symbol.asyncDispose]() { log.push('late'); } };\nlog.length"),
    "3",
  );
  assert.equal(await value("log.at(-1)"), "'late'");
});

test("decorators are those of the standard", async () => {
  const code = `const names: unknown[] = [];
function noted(_: unknown, context: ClassMethodDecoratorContext): void { names.push(context.name); }
class Marked { @noted run(): void {} }
names`;
  assert.equal(await value(code), "[ 'run' ]");
});

test("await is the keyword wherever it stands outside of functions", async () => {
  assert.equal(await value("await (async () => 1)()"), "1");
  assert.equal(
    await value(
      "async function* two() { yield 1; yield 2; }\nlet sum = 0;\nfor await (const n of two()) sum += n;\nsum",
    ),
    "3",
  );
  assert.equal(await value("[await Promise.resolve(4), String(await 5)]"), "[ 4, '5' ]");
});

test("types are strict", async () => {
  assert.match(
    await failure("const first = [1].find((n) => n > 1);\nfirst.toFixed()"),
    /^line 2, column 1: 'first' is possibly 'undefined'/,
  );
  assert.match(await failure("const f = (x) => x;"), /implicitly has an 'any' type/);
});

test("a missing name of the library is an error that names its import", async () => {
  const line = "line 1, column 1: Cannot find name";
  assert.equal(
    await failure("describeEngine"),
    `${line} 'describeEngine'. Add: import { describeEngine } from "pnr";`,
  );
  assert.equal(
    await failure("showTable([])"),
    `${line} 'showTable'. Add: import { showTable } from "pnr/widgets";`,
  );
  assert.equal(await failure("describeEngines"), `${line} 'describeEngines'.`);
});

test("there are no types of a web page, neither in errors nor in completions", async () => {
  assert.equal(
    await failure("document.title"),
    "line 1, column 1: Cannot find name 'document'. Cells run in Node, which has no page.",
  );
  assert.deepEqual(await completed("SpeechRec"), []);
  const globals = await completed("");
  assert.deepEqual(
    globals.filter((name) => /^(HTML|SVG|CSS|window$|document$|alert$)/.test(name)),
    [],
  );
  for (const name of ["fetch", "URL", "setTimeout", "Buffer", "structuredClone", "performance"])
    assert.ok(globals.includes(name), name);
});

test("a syntax error fails the cell, with its position", async () => {
  assert.equal(await failure("const a = 1;\nconst b = (;"), "line 2, column 12: Expression expected.");
});

test("constants, classes and functions can be declared again, with other types", async () => {
  await value("const again = 1; class Same { a = 1 } function same() { return 1; }");
  await value("const again = 'text'; class Same { b = 2 } function same() { return 'text'; }");
  assert.equal(await value("[again.length, new Same().b, same().length]"), "[ 4, 2, 4 ]");
  assert.match(await failure("new Same().a"), /Property 'a' does not exist on type 'Same'/);
});

test("a cell of 2,000 lines runs, and its errors have their lines", async () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `const line${i}: number = ${i};`);
  assert.equal(await value(`${lines.join("\n")}\nline1999`), "1999");
  assert.match(
    await failure(lines.with(1500, "const wrong: number = 'text';").join("\n")),
    /^line 1501, column 7: Type 'string'/,
  );
  const { reply } = await run(lines.with(1500, "throw new Error('here');").join("\n"));
  assert.match(String(reply.traceback?.join("\n")), /at cell \[\d+\], line 1501: throw new Error/);
});

test("10 MB of output arrive, and so do bytes that are not text", async () => {
  const answer = await run("for (let i = 0; i < 10_000; i++) console.log('x'.repeat(1000));");
  const texts = contents(answer, "stream").map(({ text }) => String(text));
  assert.equal(
    texts.reduce((sum, text) => sum + text.length, 0),
    10_010_000,
  );
  assert.ok(texts.length < 1000, `${texts.length} messages`);
  const binary = await run(
    "process.stdout.write(Buffer.from([0xff, 0x00, 0x41]));\nnew Uint8Array([1, 255])",
  );
  assert.deepEqual(contents(binary, "stream"), [{ name: "stdout", text: "\ufffd\0A" }]);
  assert.equal(resultText(binary), "Uint8Array(2) [ 1, 255 ]");
});
