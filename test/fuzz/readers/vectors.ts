// Files of word vectors.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { parseVectors } from "../../../src/corpus/vectors/read-vectors";
import { binaryOf, type Rows, textOf } from "../../corpus/vectors/vector-files";
import { inChunks } from "../../support/streams";
import { type Growing, type Parts, pick, type Reader } from "../reader";

const rows: Rows = [
  ["the", [0.5, -1, 2e-3]],
  ["的", [1, 2, 3]],
  [".", [-0.25, 0, 4]],
];

const file = "vectors.txt";

const read: Reader["read"] = async ([bytes], random) => {
  let width: number | undefined;
  const chunks = inChunks(bytes, pick([1, 3, 17, 4096, 65_536], random) + Math.floor(bytes.length / 1000));
  const { dimension, rows: count } = await parseVectors(chunks, file, {
    wants: (word) => word !== "的",
    take(_, values) {
      assert.ok(values.every(Number.isFinite));
      width ??= values.length;
      assert.equal(values.length, width);
    },
  });
  assert.ok(width === undefined || width === dimension);
  assert.ok(count >= 1);
};

const one = (text: string): Parts => [Buffer.from(text, "latin1")];
const filled = (part: string, size: number): string =>
  part.repeat(Math.max(1, Math.floor(size / part.length)));

const textGrowing: readonly Growing[] = [
  { what: "words", ends: "read", of: (size) => one(filled("a 1 2\n", size)) },
  { what: "blank lines", ends: "read", of: (size) => one(`a 1 2\n${"\n".repeat(size)}`) },
  {
    what: "digits of one number",
    ends: /finite number/,
    of: (size) => one(`a 1 2\n${filled(`b ${"1".repeat(500_000)}x 2\n`, size)}`),
  },
  {
    what: "points of one number",
    ends: /finite number/,
    of: (size) => one(`a 1 2\n${filled(`b ${"1.".repeat(250_000)} 2\n`, size)}`),
  },
  {
    what: "a word of blanks and digits",
    ends: /holds .* numbers/,
    of: (size) => one(`a 1 2\n${filled(`${"1 ".repeat(250_000)}\n`, size)}`),
  },
  {
    what: "words with spaces",
    ends: "read",
    of: (size) => one(`a 1 2\n${filled(`${"b ".repeat(250_000)}1 2\n`, size)}`),
  },
  {
    what: "blanks between numbers",
    ends: "read",
    of: (size) => one(`a 1 2\n${filled(`b 1${" ".repeat(500_000)}2\n`, size)}`),
  },
  { what: "a line", ends: /longer than 1 MiB|read/, of: (size) => one(`a 1 2\nb ${"1".repeat(size)}`) },
  {
    what: "a first line",
    ends: /does not end|numbers per word|should be/,
    of: (size) => one(filled("a", size)),
  },
];

const packedGrowing: readonly Growing[] = [
  { what: "words", ends: "read", of: (size) => [gzipSync(Buffer.from(filled("a 1 2\n", 20 * size)))] },
  {
    what: "a line",
    ends: /longer than 1 MiB/,
    of: (size) => [gzipSync(Buffer.from(`a 1 2\nb ${"1".repeat(500 * size)}`))],
  },
  {
    what: "empty members",
    ends: "read",
    of: (size) => [
      Buffer.concat([gzipSync("a 1 2\n"), ...new Array<Buffer>(Math.floor(size / 20)).fill(gzipSync(""))]),
    ],
  },
];

const binaryGrowing: readonly Growing[] = [
  {
    what: "words",
    ends: "read",
    of: (size) => [binaryOf(Array.from({ length: size / 6 }, () => ["a", [1]]))],
  },
  {
    what: "a word",
    ends: /does not end/,
    of: (size) => [Buffer.concat([binaryOf([["a", [1]]]), Buffer.alloc(size + 2 ** 17, 0x61)])],
  },
  {
    what: "promised words",
    ends: /cut off|header says|holds 0 numbers/,
    of: () => [Buffer.concat([Buffer.from("999999999999999 4096\n"), Buffer.alloc(9000, 1)])],
  },
];

const words = [
  "1e5",
  "-.5",
  "nan",
  "inf",
  "3 3\n",
  "0 0\n",
  "9 4096\n",
  " ",
  "\t",
  "\n",
  "\r\n",
  "的",
  ". . .",
];

/** Packs a broken file into a valid archive. */
const packed =
  (change: (bytes: Buffer) => Buffer): Reader["seal"] =>
  ([bytes]) => [change(bytes)];

export const vectors: readonly Reader[] = [
  {
    name: "vectors as text",
    shapes: ["text"],
    seeds: [[textOf(rows)], [textOf(rows, true)]],
    words,
    source: file,
    read,
    growing: textGrowing,
  },
  {
    name: "vectors in binary",
    shapes: ["binary"],
    seeds: [[binaryOf(rows)], [binaryOf(rows, "\n")]],
    words,
    source: file,
    read,
    growing: binaryGrowing,
  },
  {
    name: "packed vectors",
    shapes: ["binary"],
    seeds: [textOf(rows), textOf(rows, true), binaryOf(rows)].map((bytes) => [gzipSync(bytes)]),
    words,
    source: file,
    read,
    growing: packedGrowing,
  },
  {
    name: "broken vectors, packed",
    shapes: ["text"],
    seeds: [[textOf(rows)], [textOf(rows, true)], [binaryOf(rows)]],
    words,
    source: file,
    seal: packed((bytes) => gzipSync(bytes, { level: 1 })),
    read,
  },
];
