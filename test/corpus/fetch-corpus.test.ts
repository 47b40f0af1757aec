import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { InputError } from "../../src/base/errors";
import { type CorpusSource, corpusSources } from "../../src/corpus/fetch/corpus-sources";
import { fetchCorpus } from "../../src/corpus/fetch/fetch-corpus";
import { testFolder } from "../support/folders";
import { type Served, serve } from "../support/server";

const folder = testFolder("fetch");
const files = new Map<string, Buffer>();
let served: Served;
before(async () => {
  served = await serve((request, response) => {
    const bytes = files.get(request.url!.slice(1));
    if (bytes) response.end(bytes);
    else response.writeHead(404, "Not Found").end();
  });
});
after(async () => {
  await served.close();
});

const checksum = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** A source with one file. */
function source(name: string, bytes: Buffer, known: boolean, member?: string): CorpusSource {
  files.set(name, bytes);
  const file = {
    address: `${served.address}/${name}`,
    name,
    ...(known && { sha256: checksum(bytes) }),
    ...(member && { member }),
  };
  return { title: "t", home: "http://home", license: [], files: [file], next: "" };
}

test("files are fetched once; without an expected checksum, that of the first download is expected from then on", async () => {
  const out = join(folder, "once");
  const one = source("once.txt", Buffer.from("one"), false);
  const [first] = await fetchCorpus(one, out);
  assert.deepEqual(first, {
    path: join(out, "once.txt"),
    sha256: checksum(Buffer.from("one")),
    existed: false,
  });
  assert.deepEqual(readdirSync(out).sort(), ["checksums.sha256", "once.txt"]);
  assert.equal((await fetchCorpus(one, out))[0].existed, true);
  assert.equal(served.requests.filter((request) => request.startsWith("/once.txt")).length, 1);
  rmSync(join(out, "once.txt"));
  files.set("once.txt", Buffer.from("other"));
  await assert.rejects(fetchCorpus(one, out), /once\.txt: has the checksum .*, not .*--any-checksum$/);
  assert.equal(
    (await fetchCorpus(one, out, { anyChecksum: true }))[0].sha256,
    checksum(Buffer.from("other")),
  );
});

test("an existing file is used if its checksum matches, and refused otherwise", async () => {
  const out = join(folder, "own");
  mkdirSync(out);
  const right = source("own.txt", Buffer.from("right"), true);
  writeFileSync(join(out, "own.txt"), "wrong");
  await assert.rejects(
    fetchCorpus(right, out),
    /own\.txt: has the checksum .*, not .*; remove it, or accept it with --any-checksum$/,
  );
  writeFileSync(join(out, "own.txt"), "right");
  assert.equal((await fetchCorpus(right, out))[0].existed, true);
});

test("without a server, the message says what to put where", async () => {
  const missing = source("gone.txt", Buffer.from("x"), true);
  files.delete("gone.txt");
  await assert.rejects(fetchCorpus(missing, join(folder, "gone")), (error: Error) => {
    assert.ok(error instanceof InputError);
    const file = join(folder, "gone", "gone.txt");
    assert.ok(
      error.message.endsWith(
        `the server answers 404 Not Found; or download ${served.address}/gone.txt as ${file} in another way (see http://home) and run this again`,
      ),
      error.message,
    );
    return true;
  });
});

test("a mirror serves the files under the same names", async () => {
  const far = source("far.txt", Buffer.from("far"), true);
  const elsewhere = {
    ...far,
    files: far.files.map((file) => ({ ...file, address: "http://127.0.0.1:1/nowhere" })),
  };
  assert.equal(
    (await fetchCorpus(elsewhere, join(folder, "far"), { mirror: `${served.address}/` }))[0].existed,
    false,
  );
});

test("only one file is unpacked from an archive; an archive without it is refused", async () => {
  const inside = join(folder, "inside");
  mkdirSync(inside);
  writeFileSync(join(inside, "corpus.xml"), "<set/>");
  writeFileSync(join(inside, "other.xml"), "no");
  const { status } = spawnSync("tar", [
    "-czf",
    join(folder, "c.tgz"),
    "-C",
    inside,
    "corpus.xml",
    "other.xml",
  ]);
  assert.equal(status, 0, "tar packs");
  const out = join(folder, "unpacked");
  const archive = readFileSync(join(folder, "c.tgz"));
  await fetchCorpus(source("c.tgz", archive, true, "corpus.xml"), out);
  assert.deepEqual(readdirSync(out).sort(), ["c.tgz", "checksums.sha256", "corpus.xml"]);
  assert.equal(readFileSync(join(out, "corpus.xml"), "utf8"), "<set/>");
  await assert.rejects(
    fetchCorpus(source("c.tgz", archive, true, "absent.xml"), out),
    (error: Error) =>
      error instanceof InputError &&
      /c\.tgz: absent\.xml cannot be unpacked \(.*\); unpack it yourself, to .*absent\.xml$/.test(
        error.message,
      ),
  );
  assert.deepEqual(readdirSync(out).sort(), ["c.tgz", "checksums.sha256", "corpus.xml"]);
});

/** Packs entries of a folder into an archive, in this order. */
function pack(archive: string, from: string, ...names: readonly string[]): Buffer {
  const { status, stderr } = spawnSync("tar", ["-czPf", archive, "-C", from, ...names]);
  assert.equal(status, 0, String(stderr));
  return readFileSync(archive);
}

test("an archive cannot write outside the folder or link outside it", async () => {
  const inside = join(folder, "hostile", "inside");
  mkdirSync(inside, { recursive: true });
  const secret = join(folder, "hostile", "secret.xml");
  writeFileSync(secret, "<secret/>");
  writeFileSync(join(inside, "corpus.xml"), "<set/>");
  const evil = join(folder, "hostile", "escaped.xml");
  writeFileSync(evil, "from the archive");
  const named = pack(join(folder, "named.tgz"), inside, "../escaped.xml", evil, "corpus.xml");
  rmSync(evil);
  const out = join(folder, "hostile", "out");
  await fetchCorpus(source("named.tgz", named, true, "corpus.xml"), out);
  assert.deepEqual(readdirSync(join(folder, "hostile")).sort(), ["inside", "out", "secret.xml"]);
  assert.equal(readFileSync(join(out, "corpus.xml"), "utf8"), "<set/>");

  // links are not followed
  for (const [number, target] of [secret, "../secret.xml", "/etc/hostname"].entries()) {
    rmSync(join(inside, "corpus.xml"));
    symlinkSync(target, join(inside, "corpus.xml"));
    const linked = pack(join(folder, `linked-${number}.tgz`), inside, "corpus.xml");
    const place = join(folder, "hostile", `linked-${number}`);
    await assert.rejects(
      fetchCorpus(source(`linked-${number}.tgz`, linked, true, "corpus.xml"), place),
      (error: Error) => error instanceof InputError && /corpus\.xml cannot be unpacked/.test(error.message),
    );
    assert.deepEqual(readdirSync(place).sort(), ["checksums.sha256", `linked-${number}.tgz`]);
  }
});

test("a folder with a colon in its name is not treated as another machine", async () => {
  const inside = join(folder, "colon-inside");
  mkdirSync(inside);
  writeFileSync(join(inside, "corpus.xml"), "<set/>");
  const bytes = pack(join(folder, "colon.tgz"), inside, "corpus.xml");
  const before = process.cwd();
  process.chdir(folder);
  try {
    await fetchCorpus(source("colon.tgz", bytes, true, "corpus.xml"), "host:corpus");
  } finally {
    process.chdir(before);
  }
  assert.equal(readFileSync(join(folder, "host:corpus", "corpus.xml"), "utf8"), "<set/>");
});

test("the sources have addresses, licenses and complete checksums", () => {
  for (const { home, license, files, next } of Object.values(corpusSources)) {
    assert.match(home, /^https?:\/\//);
    assert.ok(license.join(" ").includes("Creative Commons"));
    assert.match(next, /^pnr corpus .*\{folder\}/);
    for (const { address, name, sha256 } of files) {
      assert.ok(address.endsWith(`/${name}`), address);
      assert.match(sha256 ?? "0".repeat(64), /^[0-9a-f]{64}$/);
    }
  }
});
