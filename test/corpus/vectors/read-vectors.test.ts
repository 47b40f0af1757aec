import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { InputError } from "../../../src/base/errors";
import { parseVectors, type VectorFile } from "../../../src/corpus/vectors/read-vectors";
import { inChunks } from "../../support/streams";
import { binaryOf, type Rows, textOf } from "./vector-files";

interface Read {
  readonly file: VectorFile;
  readonly rows: [string, number[]][];
}

async function read(
  bytes: Uint8Array,
  sizes: readonly number[] = [7],
  wants = (_: string) => true,
): Promise<Read> {
  const rows: [string, number[]][] = [];
  const take = (word: string, values: Float32Array) => rows.push([word, [...values]]);
  const file = await parseVectors(inChunks(bytes, ...sizes), "vectors.txt", { wants, take });
  return { file, rows };
}

const rows: Rows = [
  ["the", [0.5, -1, 2]],
  ["日本", [1, 0, -0.25]],
  ["😀", [0, 0, 0]],
  ["IL-2", [1e-3, 4, 100]],
].map(([word, values]) => [word as string, (values as number[]).map(Math.fround)] as const);

const writers: Readonly<Record<VectorFile["format"], (rows: Rows) => Buffer>> = {
  text: (all) => textOf(all),
  "text with header": (all) => textOf(all, true),
  binary: (all) => binaryOf(all),
};

test("every format gives the words and numbers, plain and packed", async () => {
  for (const [format, write] of Object.entries(writers)) {
    for (const zipped of [false, true]) {
      const result = await read(zipped ? gzipSync(write(rows)) : write(rows));
      assert.deepEqual(result.rows, rows, format);
      const { file } = result;
      assert.deepEqual(file, { file: "vectors.txt", format, dimension: 3, zipped, rows: 4, unreadable: 0 });
    }
  }
});

test("variants of writers give the same result", async () => {
  const text = textOf(rows, true).toString();
  const variants = [
    `\ufeff${text}`,
    text.replaceAll("\n", "\r\n"),
    text.replaceAll("\n", " \n"),
    text.replaceAll(" ", "\t"),
    text.trimEnd(),
    `${text}\n\n`,
  ];
  for (const variant of variants) assert.deepEqual((await read(Buffer.from(variant))).rows, rows, variant);
  assert.deepEqual((await read(binaryOf(rows, "\n"))).rows, rows);
  const members = Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]);
  assert.deepEqual((await read(members)).rows, rows);
});

test("words may contain spaces, and numbers may have any notation", async () => {
  const text = "the .5 -1e0\n. . . +1 2.\nat name@x.org 1E+1 0\n 3 4\n";
  assert.deepEqual((await read(Buffer.from(text))).rows, [
    ["the", [0.5, -1]],
    [". . .", [1, 2]],
    ["at name@x.org", [10, 0]],
    ["", [3, 4]],
  ]);
});

test("a vertical tab is not a number, and does not shorten a vector", async () => {
  const lines = Buffer.from("a 1 2\nb 3 \v\n");
  await assert.rejects(read(lines), /line 2: number 2 of "b" is "\\u000b": expected a finite number/);
});

test("numbers of other words are not parsed, but counted", async () => {
  const lines = Buffer.from("a 1 2\nb nan 2\nc 5 6\n");
  assert.deepEqual((await read(lines, [7], (word) => word === "c")).rows, [["c", [5, 6]]]);
  await assert.rejects(read(lines), /line 2: number 1 of "b" is "nan": expected a finite number/);
  await assert.rejects(
    read(Buffer.from("a 1 2\nb 2\n"), [7], () => false),
    /line 2: holds 1 numbers/,
  );
});

const binary = binaryOf(rows);
const many = (count: number, bad: number): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, index) =>
      index < bad ? Buffer.from([0xff, 0x61, 0x20, 0x31, 0x0a]) : Buffer.from(`w${index} 1\n`),
    ),
  );

test("faults are one line with location, value and way out", async () => {
  const cases: [string, Uint8Array | string, RegExp][] = [
    ["empty", "", /^vectors\.txt: is empty; expected GloVe/],
    ["blank", "\n\n", /its first line holds 0 numbers/],
    ["no vectors", '{\n  "name": 1\n}', /its first line holds 0 numbers per word/],
    ["words", "what is this\n", /line 1 holds "is" where a number should be/],
    [
      "too few",
      "a 1 2\n\nb 1\n",
      /line 3: holds 1 numbers, but the lines before it hold 2; get the file again/,
    ],
    ["too many", "a 1 2\nb 1 2 3\n", /line 2: holds 3 numbers, but the lines before it hold 2/],
    ["header's width", "2 3\na 1 2\nb 1 2\n", /line 2: holds 2 numbers, but the lines before it hold 3/],
    ["not finite", "a 1 2\nb 1 inf\n", /line 2: number 2 of "b" is "inf"/],
    ["too large for float32", "a 1 1e39\n", /line 1: number 2 of "a" is "1e39"/],
    ["no number", "a 1 2\nb 1 2x\n", /line 2: number 2 of "b" is "2x"/],
    ["hexadecimal", "a 1 2\nb 1 0x10\n", /line 2: number 2 of "b" is "0x10"/],
    [
      "fewer rows than promised",
      "3 1\na 1\nb 2\n",
      /its header says 3 words, but it has 2: the file is truncated/,
    ],
    [
      "more rows than promised",
      "1 1\na 1\nb 2\n",
      /its header says 1 words, but it has 2: the header is wrong/,
    ],
    ["header alone", "1 5\n", /its header says 1 words, but it has 0/],
    ["no rows promised", "0 5\n", /holds no word/],
    ["width of a bomb", "1 99999999999\na 1\n", /its header says 99999999999 numbers per word \(1 to 4096/],
    ["rows of a bomb", "999999999999999 2\na 1 2\n", /its header says 999999999999999 words, but it has 1/],
    ["zip", Buffer.from("PK\x03\x04rest"), /is a zip archive; unpack it first/],
    ["UTF-16", Buffer.from("\ufeffthe 1 2\n", "utf16le"), /is UTF-16 text/],
    ["another encoding", many(99, 2), /2 of 99 words are not valid UTF-8/],
    ["gzip cut off", gzipSync(textOf(rows)).subarray(0, 40), /damaged or truncated \.gz \(unexpected end/],
    ["gzip damaged", gzipSync(textOf(rows)).fill(0x55, 12, 20), /damaged or truncated \.gz/],
    ["binary cut off", binary.subarray(0, -1), /truncated in word 4 of the 4 in its header/],
    [
      "binary cut after a row",
      binary.subarray(0, -17),
      /header says 4 words, but it has 3: the file is truncated/,
    ],
    ["binary with more", Buffer.concat([binary, Buffer.from("xyz")]), /3 bytes follow the 4 words/],
    ["binary not finite", binaryOf([["a", [1, Number.NaN]]]), /word 1: number 2 of "a" is NaN/],
    [
      "binary word without end",
      Buffer.concat([binary, Buffer.alloc(2 ** 17, 1)]),
      /word 5 does not end; this is not a word2vec file/,
    ],
    [
      "line without end",
      Buffer.concat([Buffer.from("a 1 2\nb "), Buffer.alloc(2 ** 21, 0x31)]),
      /line 2: is longer/,
    ],
    ["first line without end", Buffer.alloc(2 ** 19, 0x61), /its first line does not end/],
  ];
  for (const [name, bytes, problem] of cases) {
    await assert.rejects(read(Buffer.from(bytes as string), [1000]), (error: Error) => {
      assert.ok(error instanceof InputError, `${name}: ${error.stack}`);
      assert.match(error.message, problem, name);
      return !error.message.includes("\n");
    });
  }
});

test("a few words that are not UTF-8 are skipped and counted", async () => {
  const { file, rows: found } = await read(many(300, 3), [1000]);
  assert.deepEqual([file.rows, file.unreadable, found.length], [300, 3, 297]);
});

const anyWord = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 6 })
  .filter((word) => !/[ \t\r\n]/.test(word));
const anyRows: fc.Arbitrary<Rows> = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc.array(
      fc.tuple(
        anyWord,
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: width, maxLength: width }),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  );
const anySizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
const normal = (all: Rows) => all.map(([word, values]) => [word, values.map((value) => value + 0)]);

test("every format preserves any words and numbers, for any chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyRows,
      fc.constantFrom(...Object.keys(writers)),
      anySizes,
      fc.boolean(),
      async (all, format, sizes, zip) => {
        // a first line of two integers is a header
        fc.pre(format !== "text" || !/^\d+ \d+$/.test(textOf(all.slice(0, 1)).toString().trim()));
        const bytes = writers[format as VectorFile["format"]](all);
        const { rows: found } = await read(zip ? gzipSync(bytes) : bytes, sizes);
        assert.deepEqual(normal(found), normal(all));
      },
    ),
  );
});

test("any bytes are read, or refused with a typed error", async () => {
  const damaged = fc
    .tuple(
      anyRows,
      fc.constantFrom(...Object.values(writers)),
      fc.nat(),
      fc.uint8Array({ maxLength: 8 }),
      fc.boolean(),
    )
    .map(([all, write, place, patch, cut]) => {
      const bytes = write(all);
      const index = place % bytes.length;
      return cut
        ? bytes.subarray(0, index)
        : Buffer.concat([bytes.subarray(0, index), patch, bytes.subarray(index)]);
    });
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 60 })), anySizes, async (bytes, sizes) => {
      const whole = await read(bytes, [1 << 20]).catch((error: Error) => error);
      assert.ok(!(whole instanceof Error) || whole instanceof InputError, String(whole));
      const cut = await read(bytes, sizes).catch((error: Error) => error);
      if (whole instanceof Error) assert.equal(String(cut), String(whole));
      else assert.deepEqual(cut, whole);
    }),
    { numRuns: 500 },
  );
});
