import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError } from "../../src/base/errors";
import { readBytes, readJson, reason, writeAtomic } from "../../src/base/files";

const folder = mkdtempSync(join(tmpdir(), "pnr-files-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("a file is written whole, replaces the old one, makes its folders and leaves nothing else", () => {
  const path = join(folder, "new/deep/a.json");
  writeAtomic(path, "first, and longer");
  writeAtomic(path, "zweites – ✓");
  assert.equal(readFileSync(path, "utf8"), "zweites – ✓");
  writeAtomic(path, new Uint8Array([0, 255]));
  assert.deepEqual([...readBytes(path)], [0, 255]);
  assert.deepEqual(readdirSync(join(folder, "new/deep")), ["a.json"]);
});

test("a write that fails names the file, leaves no temporary file and does not touch what was there", () => {
  const place = join(folder, "taken");
  mkdirSync(join(place, "inside"), { recursive: true });
  assert.throws(() => writeAtomic(place, "x"), { name: "InputError", message: /taken: cannot be written/ });
  assert.deepEqual(readdirSync(place), ["inside"]);
  assert.ok(!readdirSync(folder).some((name) => name.startsWith(".taken")));
  const blocked = join(folder, "file");
  writeFileSync(blocked, "kept");
  assert.throws(() => writeAtomic(join(blocked, "b.json"), "x"), InputError);
  assert.equal(readFileSync(blocked, "utf8"), "kept");
});

test("a missing, unreadable or broken file is an error of one line that names it", () => {
  assert.throws(() => readBytes(join(folder, "none")), { name: "InputError", message: /none: no such file/ });
  assert.throws(() => readBytes(folder), { name: "InputError", message: /cannot be read/ });
  const broken = join(folder, "broken.json");
  writeFileSync(broken, '[{"tokens": [\n');
  assert.throws(() => readJson(broken), {
    name: "InputError",
    message: /^[^\n]*broken\.json: not valid JSON[^\n]*$/,
  });
});

test("the reason of an error is its first line", () => {
  assert.equal(reason(new Error("first\nsecond")), "first");
  assert.equal(reason("plain"), "plain");
});
