import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { testFolder } from "../support/folders";

const folder = testFolder("lab");
const pnr = join(__dirname, "../../src/cli/main.js");

const linux = process.platform === "win32" ? { skip: "the fake Jupyter is a shell script" } : {};

interface Start {
  readonly args: readonly string[];
  /** The JUPYTER variables. */
  readonly settings: readonly string[];
  readonly folder: string;
}

/** How `pnr lab` starts Jupyter. @param cwd the folder in which it is called */
function started(given: readonly string[] = [], cwd?: string): Start {
  const record = join(folder, "record");
  // Answers a request for its version, else records its arguments and environment.
  const script = `#!/bin/sh\n[ "$2" = --version ] && exit 0\nprintf '%s\\0' "$@" > "${record}"\nenv > "${record}.env"\npwd > "${record}.cwd"\n`;
  writeFileSync(join(folder, "jupyter"), script, { mode: 0o755 });
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("JUPYTER"));
  const env = { ...Object.fromEntries(inherited), PATH: `${folder}${delimiter}${process.env.PATH}` };
  const { status, stderr } = spawnSync(process.execPath, [pnr, "lab", ...given], {
    env,
    cwd,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return {
    args: readFileSync(record, "utf8").split("\0").slice(0, -1),
    settings: readFileSync(`${record}.env`, "utf8")
      .split("\n")
      .filter((line) => /^JUPYTER/.test(line)),
    folder: readFileSync(`${record}.cwd`, "utf8").trim(),
  };
}

test("Jupyter starts on 127.0.0.1 with a token, and no option weakens its checks", linux, () => {
  for (const kind of [[], ["--classic"]]) {
    const { args, settings } = started(kind);
    const expected =
      /^--(ip=127\.0\.0\.1|allow-root|(Lab|Notebook|JupyterNotebook)App\.default_url=\/(lab\/)?tree\/notebooks)$/;
    assert.equal(args[0], kind.length ? "notebook" : "lab");
    assert.deepEqual(
      args.slice(1).filter((arg) => !expected.test(arg)),
      [],
      "no option about token, password, origin or XSRF",
    );
    assert.ok(args.includes("--ip=127.0.0.1"));
    assert.deepEqual(
      settings.map((line) => line.split("=")[0]),
      ["JUPYTER_PATH"],
      "no token and no other folder of settings",
    );
  }
});

test("--ip changes the address, and other options are passed on", linux, () => {
  assert.ok(started(["--ip=0.0.0.0"]).args.every((arg) => arg !== "--ip=127.0.0.1"));
  const { args } = started(["--no-browser", "--port", "9000"]);
  assert.ok(args.includes("--ip=127.0.0.1"));
  assert.deepEqual(args.slice(-3), ["--no-browser", "--port", "9000"]);
});

const root = join(__dirname, "../../..");

test("Jupyter's root is the project, and its notebooks are open", linux, () => {
  const { args, folder: start } = started([], join(root, "docs"));
  assert.equal(start, realpathSync(root));
  assert.ok(args.includes("--LabApp.default_url=/lab/tree/notebooks"));
  const { args: classic } = started(["--classic"], root);
  assert.ok(classic.includes("--NotebookApp.default_url=/tree/notebooks"));
  assert.ok(classic.includes("--JupyterNotebookApp.default_url=/tree/notebooks"));
});

test("a page that the user chooses is not replaced", linux, () => {
  const hasPage = (...given: string[]): boolean =>
    started(given, root).args.some((argument) => argument.startsWith("--LabApp.default_url=/lab"));
  assert.equal(hasPage("--port", "9000"), true);
  assert.equal(hasPage("notebooks/00-quickstart.ipynb"), false);
  assert.equal(hasPage("--LabApp.default_url=/tree"), false);
});

test("a project without notebooks gets an example, once", linux, () => {
  const project = join(folder, "empty");
  mkdirSync(join(project, "node_modules"), { recursive: true });
  symlinkSync(root, join(project, "node_modules/pnr"));
  for (const _ of [1, 2]) {
    const { args, folder: start } = started([], project);
    assert.equal(start, realpathSync(project));
    assert.ok(args.includes("--LabApp.default_url=/lab/tree/pnr-example.ipynb"));
    assert.deepEqual(readdirSync(project).sort(), ["node_modules", "pnr-example.ipynb"]);
  }
});

test("a project that has notebooks gets no example", linux, () => {
  const project = join(folder, "own");
  mkdirSync(project);
  writeFileSync(join(project, "mine.ipynb"), "{}");
  assert.ok(started([], project).args.includes("--LabApp.default_url=/lab/tree/"));
  assert.deepEqual(readdirSync(project), ["mine.ipynb"]);
});
