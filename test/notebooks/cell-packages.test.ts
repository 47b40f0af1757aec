import assert from "node:assert/strict";
import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { testFolder } from "../support/folders";
import { resultText, testKernel } from "./test-kernel";

/** A project in which this library is installed. */
const project = realpathSync(testFolder("project"));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
}

/** Writes a package as npm would. @param manifest fields of its package.json */
function install(name: string, manifest: object, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) write(`node_modules/${name}/${path}`, content);
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", ...manifest }));
}

mkdirSync(join(project, "node_modules"));
mkdirSync(join(project, "notebooks"));
symlinkSync(join(__dirname, "../../.."), join(project, "node_modules/pnr"));

const { run } = testKernel(join(project, "notebooks"));

/** The text of a cell's value. */
async function value(code: string): Promise<unknown> {
  const answer = await run(code);
  assert.equal(answer.reply.status, "ok", answer.reply.traceback?.join("\n"));
  return resultText(answer);
}

test("a notebook in a subfolder runs in its project's folder and imports the library", async () => {
  assert.equal(await value("process.cwd()"), `'${project}'`);
  assert.equal(await value('import { InputError } from "pnr"; new InputError("x").exitCode'), "2");
});

test("cells run after packages were installed, changed and removed", async () => {
  const path = 'import { InputError as E } from "pnr"; new E("x").exitCode';
  assert.equal(await value(path), "2");
  for (const version of ["1.0.0", "2.0.0"]) {
    install("unrelated", { version }, { "index.js": "exports.a = 1;" });
    assert.equal(await value(path), "2");
  }
  rmSync(join(project, "node_modules/unrelated"), { recursive: true });
  assert.equal(await value(path), "2");
});

test("a missing package fails the cell with the command that installs it, and runs once it is installed", async () => {
  const code = 'import { two } from "@later/on/deep"; two * 21';
  const { reply } = await run(code);
  assert.equal(
    reply.evalue,
    `line 1, column 21: the package @later/on is not installed: run "npm install @later/on" in ${project}, or this in a cell: ` +
      'require("child_process").execSync("npm install @later/on"); then run this cell again',
  );
  install("@later/on", {}, { "deep.js": "exports.two = 2;", "deep.d.ts": "export declare const two: 2;" });
  assert.equal(await value(code), "42");
});

test("the command that a missing package names works in a cell", async () => {
  write("packed/package.json", JSON.stringify({ name: "packed", version: "1.0.0" }));
  write("packed/index.js", "exports.name = 'packed';");
  write("package.json", JSON.stringify({ private: true }));
  await run(
    'require("child_process").execSync("npm install --offline --no-audit --no-fund ./packed", { stdio: "pipe" });',
  );
  assert.equal(await value('import { name } from "packed"; name'), "'packed'");
});

test("a missing file of the project is named with the folder", async () => {
  const { reply } = await run('import { x } from "./mine/none";');
  assert.match(
    String(reply.evalue),
    /no such file: \.\/mine\/none, relative to the project folder \/.*project/,
  );
});

test("a package without types is any", async () => {
  install("untyped", {}, { "index.js": "exports.shout = (text) => text.toUpperCase();" });
  assert.equal(await value('import { shout } from "untyped"; shout("a")'), "'A'");
});

test("packages of ES modules only can be imported, including those that await", async () => {
  const module = { type: "module" };
  const types = { "index.d.ts": "export declare const n: number; export default n;" };
  const code = "export const n = 1; export default 2;";
  install("esm-plain", module, { "index.js": code, ...types });
  const exports = { import: "./index.js", types: "./index.d.ts" };
  install("esm-strict", { ...module, exports }, { "index.js": code, ...types });
  install("esm-waits", module, { "index.js": `await null; ${code}`, ...types });
  for (const name of ["esm-plain", "esm-strict", "esm-waits"])
    assert.equal(await value(`import two, { n } from "${name}"; [n, two]`), "[ 1, 2 ]", name);
});

test("an error while a package loads has its position in the cell", async () => {
  install("esm-broken", { type: "module" }, { "index.js": "await null; throw new RangeError('broken');" });
  const { reply } = await run('const before = 1;\nimport "esm-broken";');
  assert.match(String(reply.traceback?.join("\n")), /RangeError: broken|ERR_REQUIRE/);
});

test("a changed module of the project is imported again", async () => {
  const code = 'import { answer } from "./mine/helper"; answer';
  write("mine/helper.ts", "export const answer: number = 1;");
  assert.equal(await value(code), "1");
  write("mine/helper.ts", "export const answer: string = 'two';");
  assert.equal(await value(`${code}.length`), "3");
  write("mine/helper.ts", "export const answer: string = 3;");
  const { reply } = await run(code);
  assert.match(String(reply.evalue), /mine\/helper\.ts, line 1, column 14: Type 'number'/);
});
