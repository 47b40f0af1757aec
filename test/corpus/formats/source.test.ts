import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { encodingNamed, utf8From } from "../../../src/base/encodings";
import { loadCorpus, readSentences, writeSentences } from "../../../src/corpus";
import { Reading } from "../../../src/corpus/formats/reading";
import { formatOf, type ReadOptions } from "../../../src/corpus/formats/registry";
import { Source } from "../../../src/corpus/formats/source";
import { inputError, testFolder } from "../../support/folders";
import { spans } from "../../support/reading";
import { gathered, inChunks } from "../../support/streams";

const folder = testFolder("source");

const text = "Ada\tB-PER\nwrote\tO\n\n我\tB-PER\n😀\tO\n";
const utf16 = (bigEndian: boolean): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return bigEndian ? bytes.swap16() : bytes;
};

async function read(name: string, bytes: Uint8Array, options: ReadOptions = {}) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const reading = new Reading();
  const sentences = await gathered(readSentences(path, options, reading));
  return { found: sentences.map((one) => [one.tokens.join(" "), spans(one).join()]), lines: reading.lines() };
}

const expected = [
  ["Ada wrote", "0-1 PER"],
  ["我 😀", "0-1 PER"],
];

test("gzip and UTF-16 are decoded and reported", async () => {
  for (const [name, bytes, facts] of [
    ["plain.txt", Buffer.from(text), []],
    ["packed.txt.gz", gzipSync(text), ["unpacked from gzip"]],
    ["packed.txt", gzipSync(text), ["unpacked from gzip"]],
    ["little.txt", utf16(false), ["read as utf-16le"]],
    ["big.txt", utf16(true), ["read as utf-16be"]],
    ["unmarked.txt", Buffer.from(text, "utf16le"), ["read as utf-16le"]],
    ["both.txt.gz", gzipSync(utf16(false)), ["unpacked from gzip", "read as utf-16le"]],
  ] as const) {
    const { found: result, lines } = await read(name, bytes);
    assert.deepEqual(result, expected, name);
    assert.deepEqual(lines, [...facts, "columns are token, tag", "tags are IOB2"]);
  }
});

test("characters split between chunks are decoded correctly", async () => {
  for (const size of [1, 2, 3, 5]) {
    const source = new Source("f", () => inChunks(utf16(false), size));
    assert.equal((await source.bytes()).toString("utf8").replace("\ufeff", ""), text);
    const packed = new Source("f", () => inChunks(gzipSync(text), size));
    assert.equal((await packed.bytes()).toString("utf8"), text);
  }
  assert.equal((await new Source("f", () => inChunks(Buffer.alloc(0), 1)).bytes()).length, 0);
});

/** Words in encodings with one, two and four bytes per character. */
const encoded: readonly (readonly [encoding: string, bytes: readonly number[], word: string])[] = [
  ["windows-1252", [0x4d, 0xfc, 0x6c, 0x80, 0x92], "Mül€’"],
  ["iso-8859-2", [0xa3, 0xf3, 0x64, 0xbc], "Łódź"],
  ["koi8-r", [0xeb, 0xc9, 0xc5, 0xd7], "Киев"],
  ["gb18030", [0xce, 0xd2, 0x94, 0x39, 0xfc, 0x36], "我😀"],
  ["shift_jis", [0x93, 0x8c, 0x8b, 0x9e], "東京"],
  ["utf-16be", [0x54, 0xc9], "哉"],
];

test("a named encoding is read in every text format, plain and packed", async () => {
  for (const [encoding, word, expectedWord] of encoded) {
    const wide = encoding === "utf-16be";
    const ascii = (part: string): Buffer =>
      wide ? Buffer.from(part, "utf16le").swap16() : Buffer.from(part);
    const around = (before: string, after: string): Buffer =>
      Buffer.concat([ascii(before), Buffer.from(word), ascii(after)]);
    for (const [name, bytes] of [
      ["rows.txt", around("", "\tB-X\na\tO\n")],
      ["rows.txt.gz", gzipSync(around("", "\tB-X\na\tO\n"))],
      [
        "whole.json",
        around('[{"tokens": ["', '", "a"], "entities": [{"start": 0, "end": 1, "type": "X"}]}]'),
      ],
      [
        "lines.jsonl",
        around('{"tokens": ["', '", "a"], "entities": [{"start": 0, "end": 1, "type": "X"}]}\n'),
      ],
      [
        "words.xml",
        around('<set><sentence><w><cons sem="G#DNA_X">', "</cons></w> <w>a</w></sentence></set>"),
      ],
      ["table.csv", around("word,tag\n", ",B-X\na,O\n")],
    ] as const) {
      const { found: source, lines } = await read(`${encoding}-${name}`, bytes, { encoding });
      assert.equal(source[0][0], `${expectedWord} a`, `${encoding} ${name}`);
      assert.equal(source[0][1].replace(/DNA$/, "X"), "0-1 X", `${encoding} ${name}`);
      assert.ok(lines.includes(`read as ${encoding}`), lines.join());
    }
    const pieces = utf8From(encoding, inChunks(around("", ""), 1), "f");
    assert.equal(Buffer.concat(await gathered(pieces)).toString(), expectedWord, "chunks cut characters");
  }
});

test("a corpus in another encoding is the same corpus; without a name, the message asks for one", async () => {
  const rows = "Müller B-PER\nsang O\n\n";
  const [latin, utf8] = ["latin-corpus", "utf8-corpus"].map((name) => join(folder, name));
  for (const [path, encoding] of [
    [latin, "latin1"],
    [utf8, "utf8"],
  ] as const) {
    mkdirSync(path);
    writeFileSync(join(path, "train.txt"), Buffer.from(rows, encoding));
  }
  await assert.rejects(
    loadCorpus(latin),
    /train\.txt: line 1: is not valid UTF-8; .* name its encoding with --encoding$/,
  );
  const named = await loadCorpus(latin, { encoding: encodingNamed("Latin1") });
  assert.equal(named.hash, (await loadCorpus(utf8)).hash);
});

test("brat's files are read in a named encoding, and offsets count characters", async () => {
  const documents = join(folder, "documents");
  mkdirSync(documents);
  writeFileSync(join(documents, "d.txt"), Buffer.from("Käthe sah Müller.", "latin1"));
  writeFileSync(join(documents, "d.ann"), Buffer.from("T1\tPER 10 16\tMüller\n", "latin1"));
  const reading = new Reading();
  const [sentence] = await gathered(readSentences(documents, { encoding: "windows-1252" }, reading));
  assert.deepEqual([sentence.tokens, spans(sentence)], [["Käthe", "sah", "Müller", "."], ["2-3 PER"]]);
  assert.ok(reading.lines().includes("read as windows-1252"));
});

test("refused: unknown encodings, and encodings for binary files", async () => {
  assert.equal(encodingNamed("cp1252"), "windows-1252");
  assert.throws(() => encodingNamed("ebcdic"), inputError(/must be an encoding such as windows-1252/));
  await assert.rejects(
    read("wrong.txt", Buffer.from([0x61, 0xff, 0xff, 0x20, 0x4f]), { encoding: "gb18030", from: "conll" }),
    /wrong\.txt: is not valid gb18030; /,
  );
  const arrow = join(folder, "a.arrow");
  await writeSentences(arrow, [], { to: "arrow" });
  assert.throws(
    () => formatOf(arrow, { encoding: "gb18030" }),
    inputError(/a\.arrow: arrow is not text and has no encoding/),
  );
});

test("damaged gzip and half characters are refused in one line", async () => {
  const cut = gzipSync(Buffer.from(text.repeat(1000)));
  await assert.rejects(
    read("cut.txt.gz", cut.subarray(0, cut.length / 2)),
    /cut\.txt\.gz: is damaged gzip \(.*\); download it again$/,
  );
  await assert.rejects(
    read("half.txt", utf16(false).subarray(0, -3)),
    /half\.txt: is not valid utf-16le; save the file as UTF-8, or name its encoding with --encoding$/,
  );
});

test("a packed corpus has the same formats and splits as an unpacked one", async () => {
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
