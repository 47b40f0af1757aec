import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cacheFolder, cachesFolder } from "../../src/base/caches";
import { testFolder } from "../support/folders";

const root = join(__dirname, "../../..");
const folder = testFolder("caches");
const packages = join(folder, "node_modules");
const caches = join(packages, "pnr/dist/src/base/caches.js");

mkdirSync(join(caches, ".."), { recursive: true });
cpSync(join(root, "dist/src/base/caches.js"), caches);
cpSync(join(root, "node_modules/cachedir"), join(packages, "cachedir"), { recursive: true });

/** The cache folder of the installed package. */
function installed(env: Readonly<Record<string, string>>, before = ""): string {
  const script = `${before}; process.stdout.write(require(${JSON.stringify(caches)}).cachesFolder())`;
  return execFileSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8", env });
}

test("PNR_CACHE names the folder of all caches; without it, a clone uses its own, from any working directory", () => {
  const { PNR_CACHE } = process.env;
  const here = process.cwd();
  try {
    process.env.PNR_CACHE = join(folder, "all");
    assert.equal(cachesFolder(), join(folder, "all"));
    assert.equal(cacheFolder("bert"), join(folder, "all", "bert"));
    process.env.PNR_CACHE = "";
    process.chdir(folder);
    assert.equal(cachesFolder(), join(root, ".cache"));
  } finally {
    process.chdir(here);
    if (PNR_CACHE === undefined) delete process.env.PNR_CACHE;
    else process.env.PNR_CACHE = PNR_CACHE;
  }
});

test("an installed package uses the user's cache folder", () => {
  const xdg = join(folder, "xdg");
  if (process.platform === "linux")
    assert.equal(installed({ HOME: folder, XDG_CACHE_HOME: xdg }), join(xdg, "pnr"));
  assert.ok(installed({ HOME: folder, USERPROFILE: folder }).startsWith(folder));
  assert.equal(installed({ HOME: folder, PNR_CACHE: xdg }), xdg);
});

test("a user without an entry in the system's database has a cache, too", () => {
  const unknown = 'require("node:os").homedir = () => { throw new Error("no such user") }';
  assert.equal(installed({}, unknown), join(packages, "pnr/.cache"));
});
