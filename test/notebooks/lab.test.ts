import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { testFolder } from "../support/folders";

const folder = testFolder("lab");
const lab = join(__dirname, "../../notebooks/kernel/lab.js");

const linux = process.platform === "win32" ? { skip: "the stand-in is a shell script" } : {};

/** What `npm run lab` starts Jupyter with. */
function started(...given: string[]): { args: string[]; settings: string[] } {
  const said = join(folder, "said");
  // asked for its version it is there; else it writes down what it was given
  const script = `#!/bin/sh\n[ "$2" = --version ] && exit 0\nprintf '%s\\0' "$@" > "${said}"\nenv > "${said}.env"\n`;
  writeFileSync(join(folder, "jupyter"), script, { mode: 0o755 });
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("JUPYTER"));
  const env = { ...Object.fromEntries(inherited), PATH: `${folder}${delimiter}${process.env.PATH}` };
  const { status, stderr } = spawnSync(process.execPath, [lab, ...given], { env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return {
    args: readFileSync(said, "utf8").split("\0").slice(0, -1),
    settings: readFileSync(`${said}.env`, "utf8")
      .split("\n")
      .filter((line) => /^JUPYTER/.test(line)),
  };
}

test(
  "Jupyter is started on 127.0.0.1 with the token that it makes: nothing takes it or its checks away",
  linux,
  () => {
    for (const kind of [[], ["--classic"]]) {
      const { args, settings } = started(...kind);
      const allowed = ["--ip=127.0.0.1", "--allow-root"];
      assert.equal(args[0], kind.length ? "notebook" : "lab");
      assert.deepEqual(
        args.slice(1).filter((arg) => !allowed.includes(arg)),
        [],
        "no option about token, password, origin or XSRF",
      );
      assert.ok(args.includes("--ip=127.0.0.1"));
      assert.deepEqual(
        settings.map((line) => line.split("=")[0]),
        ["JUPYTER_PATH"],
        "no token, nor another folder of settings",
      );
    }
  },
);

test("an address is another one only where it is asked for, and other options are handed on", linux, () => {
  assert.ok(started("--ip=0.0.0.0").args.every((arg) => arg !== "--ip=127.0.0.1"));
  const { args } = started("--no-browser", "--port", "9000");
  assert.ok(args.includes("--ip=127.0.0.1"));
  assert.deepEqual(args.slice(-3), ["--no-browser", "--port", "9000"]);
});
