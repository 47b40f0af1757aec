import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError } from "../../src/base/errors";
import {
  AtomicFile,
  openFile,
  readBytes,
  readJson,
  reason,
  sha256Of,
  writeAtomic,
  writeFiles,
} from "../../src/base/files";
import { inputError } from "../support/folders";
import { gathered } from "../support/streams";

const folder = mkdtempSync(join(tmpdir(), "pnr-files-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("writing creates missing folders, replaces the old file and leaves no other files", () => {
  const path = join(folder, "new/deep/a.json");
  writeAtomic(path, "first, and longer");
  writeAtomic(path, "zweites – ✓");
  assert.equal(readFileSync(path, "utf8"), "zweites – ✓");
  writeAtomic(path, new Uint8Array([0, 255]));
  assert.deepEqual([...readBytes(path)], [0, 255]);
  assert.deepEqual(readdirSync(join(folder, "new/deep")), ["a.json"]);
});

test("a failed write names the file, removes the temporary file and keeps the old file", () => {
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

const posix = process.platform === "win32" ? { skip: "Windows has no named pipes among its files" } : {};

test("a pipe, a device, or a link to one is never replaced by a file", posix, () => {
  const pipe = join(folder, "pipe");
  assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
  symlinkSync(pipe, join(folder, "to-pipe"));
  for (const path of [pipe, join(folder, "to-pipe")])
    assert.throws(
      () => writeAtomic(path, "x"),
      (error: Error) =>
        error instanceof InputError && /cannot be written \(is a device or a pipe/.test(error.message),
    );
  assert.ok(statSync(pipe).isFIFO());
  rmSync(pipe);
  rmSync(join(folder, "to-pipe"));
});

test("a file written in small and large pieces appears on commit, or not at all", () => {
  const place = join(folder, "pieces");
  const path = join(place, "a.txt");
  const pieces = ["a", "é".repeat(40_000), "b", "", "c".repeat(65_536), "d".repeat(200_000)];
  const file = new AtomicFile(path);
  for (const piece of pieces) file.write(piece);
  assert.ok(!existsSync(path));
  file.commit();
  file.discard();
  assert.equal(readFileSync(path, "utf8"), pieces.join(""));
  const other = new AtomicFile(path);
  other.write("other");
  other.discard();
  assert.equal(readFileSync(path, "utf8"), pieces.join(""));
  assert.deepEqual(readdirSync(place), ["a.txt"]);
});

test("opening returns the size, and rejects a folder and a missing file", async () => {
  const path = join(folder, "open.txt");
  writeFileSync(path, "12345");
  const { stream, size } = openFile(path);
  assert.equal(size, 5);
  assert.equal(Buffer.concat(await gathered(stream)).toString(), "12345");
  assert.throws(() => openFile(join(folder, "none")), { name: "InputError", message: /none: no such file/ });
  assert.throws(() => openFile(folder), { name: "InputError", message: /cannot be read \(is a folder\)/ });
});

test("reading and hashing in several steps give the same result as in one", () => {
  const path = join(folder, "long");
  const bytes = Buffer.from(Array.from({ length: 257 }, (_, i) => i % 256));
  writeAtomic(path, bytes);
  const hash = createHash("sha256").update(bytes).digest("hex");
  for (const step of [1, 100, 256, 257, 1000]) {
    assert.deepEqual(readBytes(path, step), bytes);
    assert.equal(sha256Of(bytes, step), hash);
  }
  assert.equal(sha256Of(new Uint8Array()), createHash("sha256").digest("hex"));
});

test("a missing, unreadable or broken file gives a one-line error that names it", () => {
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

test("the message on a file that is not JSON quotes it whole, and names YAML", () => {
  const path = join(folder, "settings.yaml");
  writeFileSync(path, "training:\n  epochs: 2\n");
  assert.throws(
    () => readJson(path),
    inputError(
      /settings\.yaml: not valid JSON \(.*training.*is not valid JSON\); YAML is not read: write it as JSON$/,
    ),
  );
});

test("many files are written, or none of them if one cannot be written", async () => {
  const path = join(folder, "many");
  const files = Array.from({ length: 40 }, (_, at) => [`f${at}`, `text ${at}`] as const);
  await writeFiles(path, files);
  assert.deepEqual(readdirSync(path).sort(), files.map(([name]) => name).sort());
  assert.equal(readFileSync(join(path, "f7"), "utf8"), "text 7");
  await assert.rejects(
    writeFiles(path, [
      ["f7", "other"],
      ["no/such", "x"],
    ]),
    /many: cannot be written/,
  );
  assert.equal(readFileSync(join(path, "f7"), "utf8"), "text 7");
  assert.equal(readdirSync(path).length, 40, "nothing is left behind");
});
