import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { testFolder } from "../support/folders";

const folder = testFolder("lab");
const lab = join(__dirname, "../../notebooks/kernel/lab.js");

const linux = process.platform === "win32" ? { skip: "the fake Jupyter is a shell script" } : {};

/** The arguments and JUPYTER variables with which `npm run lab` starts Jupyter. */
function started(...given: string[]): { args: string[]; settings: string[] } {
  const record = join(folder, "record");
  // Answers a request for its version, else records its arguments and environment.
  const script = `#!/bin/sh\n[ "$2" = --version ] && exit 0\nprintf '%s\\0' "$@" > "${record}"\nenv > "${record}.env"\n`;
  writeFileSync(join(folder, "jupyter"), script, { mode: 0o755 });
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("JUPYTER"));
  const env = { ...Object.fromEntries(inherited), PATH: `${folder}${delimiter}${process.env.PATH}` };
  const { status, stderr } = spawnSync(process.execPath, [lab, ...given], { env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return {
    args: readFileSync(record, "utf8").split("\0").slice(0, -1),
    settings: readFileSync(`${record}.env`, "utf8")
      .split("\n")
      .filter((line) => /^JUPYTER/.test(line)),
  };
}

test("Jupyter starts on 127.0.0.1 with a token, and no option weakens its checks", linux, () => {
  for (const kind of [[], ["--classic"]]) {
    const { args, settings } = started(...kind);
    const expected = ["--ip=127.0.0.1", "--allow-root"];
    assert.equal(args[0], kind.length ? "notebook" : "lab");
    assert.deepEqual(
      args.slice(1).filter((arg) => !expected.includes(arg)),
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
  assert.ok(started("--ip=0.0.0.0").args.every((arg) => arg !== "--ip=127.0.0.1"));
  const { args } = started("--no-browser", "--port", "9000");
  assert.ok(args.includes("--ip=127.0.0.1"));
  assert.deepEqual(args.slice(-3), ["--no-browser", "--port", "9000"]);
});
