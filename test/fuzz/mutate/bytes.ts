// Ways to break any file.
import type { Random } from "../../../src/engine/random";
import { pick } from "../reader";

/** @param other another valid file of the same kind */
export type Mutator = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

/** Maximum size of a mutated input in bytes. Growing inputs are larger. */
export const largest: number = 2 ** 16;

/** A random range of up to `most` bytes, rarely longer. */
function range({ length }: Buffer, random: Random, most = 64): [from: number, to: number] {
  const from = random.below(length + 1);
  return [from, Math.min(length, from + random.below(1 + (random.below(8) ? most : length)))];
}

function replaced(bytes: Buffer, from: number, to: number, ...by: readonly Uint8Array[]): Buffer {
  return Buffer.concat([bytes.subarray(0, from), ...by, bytes.subarray(to)]);
}

const special: readonly number[] = [0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x2e, 0x7f, 0x80, 0xc0, 0xed, 0xfe, 0xff];

const byte: Mutator = (bytes, random) => {
  const result = Buffer.from(bytes);
  if (result.length)
    result[random.below(result.length)] = random.below(2) ? pick(special, random) : random.below(256);
  return result;
};

const bit: Mutator = (bytes, random) => {
  const result = Buffer.from(bytes);
  if (result.length) result[random.below(result.length)] ^= 1 << random.below(8);
  return result;
};

/** Overwrites a binary number with one at or near a limit. */
const word: Mutator = (bytes, random) => {
  const width = 2 ** random.below(4);
  if (bytes.length < width) return bytes;
  const value = Buffer.alloc(8);
  const numbers = [
    0n,
    1n,
    0x7fn,
    0xffn,
    0x7fffn,
    0xffffn,
    0x7fffffffn,
    0xffffffffn,
    2n ** 53n,
    2n ** 64n - 1n,
  ];
  const near = BigInt(bytes.length) + BigInt(random.below(17)) - 8n;
  const number = random.below(3) ? pick(numbers, random) : near < 0n ? 0n : near;
  value.writeBigUInt64LE(number);
  const cut = random.below(4) ? value.subarray(0, width) : value.subarray(0, width).reverse();
  // Binary formats align numbers to their width.
  const position = random.below(2)
    ? random.below(bytes.length - width + 1)
    : width * random.below(bytes.length / width);
  return replaced(bytes, position, position + width, cut);
};

const remove: Mutator = (bytes, random) => replaced(bytes, ...range(bytes, random));

const repeat: Mutator = (bytes, random) => {
  const [from, to] = range(bytes, random);
  const times = Math.min(2 ** random.below(10), Math.floor(largest / Math.max(1, to - from)));
  return replaced(bytes, from, from, ...new Array<Buffer>(times).fill(bytes.subarray(from, to)));
};

const move: Mutator = (bytes, random) => {
  const [from, to] = range(bytes, random);
  const rest = replaced(bytes, from, to);
  const position = random.below(rest.length + 1);
  return replaced(rest, position, position, bytes.subarray(from, to));
};

const cut: Mutator = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1));

const insert: Mutator = (bytes, random) => {
  const position = random.below(bytes.length + 1);
  const noise = Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)));
  return replaced(bytes, position, position, noise);
};

/** Joins the beginning of one file and the end of another. */
const splice: Mutator = (bytes, random, other) =>
  Buffer.concat([
    bytes.subarray(0, random.below(bytes.length + 1)),
    other.subarray(random.below(other.length + 1)),
  ]);

const append: Mutator = (bytes, _, other) => Buffer.concat([bytes, other]);

export const byteMutators: readonly Mutator[] = [
  byte,
  byte,
  bit,
  word,
  word,
  remove,
  repeat,
  move,
  cut,
  insert,
  splice,
  append,
];
