import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { loadCorpus, readSentences } from "../../../src/corpus";
import { Reading } from "../../../src/corpus/formats/reading";
import { formatOf } from "../../../src/corpus/formats/registry";
import { Source } from "../../../src/corpus/formats/source";
import { spans } from "../../support/reading";
import { gathered, inChunks } from "../../support/streams";

const folder = mkdtempSync(join(tmpdir(), "pnr-source-"));
after(() => rmSync(folder, { recursive: true }));

const text = "Ada\tB-PER\nwrote\tO\n\n我\tB-PER\n😀\tO\n";
const utf16 = (bigEndian: boolean): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return bigEndian ? bytes.swap16() : bytes;
};

async function read(name: string, bytes: Uint8Array) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const reading = new Reading();
  const sentences = await gathered(readSentences(path, {}, reading));
  return { found: sentences.map((one) => [one.tokens.join(" "), spans(one).join()]), told: reading.lines() };
}

const expected = [
  ["Ada wrote", "0-1 PER"],
  ["我 😀", "0-1 PER"],
];

test("gzip and UTF-16 are read as what they hold, and reported", async () => {
  for (const [name, bytes, told] of [
    ["plain.txt", Buffer.from(text), []],
    ["packed.txt.gz", gzipSync(text), ["unpacked from gzip"]],
    ["packed.txt", gzipSync(text), ["unpacked from gzip"]],
    ["little.txt", utf16(false), ["read as UTF-16"]],
    ["big.txt", utf16(true), ["read as UTF-16"]],
    ["unmarked.txt", Buffer.from(text, "utf16le"), ["read as UTF-16"]],
    ["both.txt.gz", gzipSync(utf16(false)), ["unpacked from gzip", "read as UTF-16"]],
  ] as const) {
    const { found, told: lines } = await read(name, bytes);
    assert.deepEqual(found, expected, name);
    assert.deepEqual(lines, [...told, "columns are token, tag", "tags are IOB2"]);
  }
});

test("characters that chunks cut are whole again", async () => {
  for (const size of [1, 2, 3, 5]) {
    const source = new Source("f", () => inChunks(utf16(false), size));
    assert.equal((await source.bytes()).toString("utf8").replace("\ufeff", ""), text);
    const packed = new Source("f", () => inChunks(gzipSync(text), size));
    assert.equal((await packed.bytes()).toString("utf8"), text);
  }
  assert.equal((await new Source("f", () => inChunks(Buffer.alloc(0), 1)).bytes()).length, 0);
});

test("damaged gzip and half characters are refused in one line", async () => {
  const cut = gzipSync(Buffer.from(text.repeat(1000)));
  await assert.rejects(
    read("cut.txt.gz", cut.subarray(0, cut.length / 2)),
    /cut\.txt\.gz: is damaged gzip \(.*\); get it again$/,
  );
  await assert.rejects(
    read("half.txt", utf16(false).subarray(0, -3)),
    /half\.txt: is not valid UTF-16; save it as UTF-8$/,
  );
});

test("a packed corpus has the formats and splits of an unpacked one", async () => {
  const corpus = join(folder, "corpus");
  mkdirSync(corpus);
  writeFileSync(join(corpus, "train.json.gz"), gzipSync('[{"tokens": ["a"], "entities": []}]'));
  writeFileSync(join(corpus, "dev.jsonl.gz"), gzipSync('{"tokens": ["b"], "entities": []}\n'));
  writeFileSync(join(corpus, "test.txt.gz"), gzipSync("c O\n"));
  assert.equal(formatOf(join(corpus, "train.json.gz")).name, "json");
  const { splits } = await loadCorpus(corpus, { cache: join(folder, "cache") });
  assert.deepEqual(
    [splits.train, splits.dev, splits.test].map(([{ tokens }]) => tokens[0]),
    ["a", "b", "c"],
  );
});
