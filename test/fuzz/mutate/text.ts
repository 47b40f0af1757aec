// Ways to break a text: its lines, words and numbers. Texts are read as Latin-1, which keeps every byte.
import type { Random } from "../../../src/engine/random";
import { hostileNames } from "../../support/hostile";
import { pick } from "../reader";
import { largest, type Mutator } from "./bytes";

const latin = (bytes: Buffer): string => bytes.toString("latin1");
const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");
/** The UTF-8 bytes of a text, read as Latin-1. */
const encoded = (text: string): string => latin(Buffer.from(text, "utf8"));

export const extremes: readonly string[] = [
  "-1",
  "-0",
  "0",
  "0.5",
  "1e999",
  "-1e999",
  "1e-999",
  "255",
  "65536",
  "2147483647",
  "2147483648",
  "4294967296",
  "9007199254740993",
  "99999999999999999999999999",
  "NaN",
  "Infinity",
  "0x10",
  "1_000",
  "٣",
];

const byLines =
  (change: (lines: string[], random: Random) => string[]): Mutator =>
  (bytes, random) =>
    bytesOf(change(latin(bytes).split("\n"), random).join("\n"));

const removeLine = byLines((lines, random) =>
  lines.toSpliced(random.below(lines.length), 1 + random.below(3)),
);

const repeatLine = byLines((lines, random) => {
  const lineIndex = random.below(lines.length);
  const times = Math.min(2 ** random.below(9), Math.floor(largest / (lines[lineIndex].length + 1)));
  return lines.toSpliced(lineIndex, 0, ...new Array<string>(times).fill(lines[lineIndex]));
});

const shuffleLines = byLines((lines, random) => random.shuffled(lines));

const joinLines = byLines((lines, random) => {
  const index = random.below(lines.length);
  return lines.toSpliced(index, 2, lines.slice(index, index + 2).join(pick([" ", "", "\t", "\r"], random)));
});

/** Replaces one match of a pattern. */
function replacing(pattern: RegExp, by: (match: string, random: Random) => string): Mutator {
  return (bytes, random) => {
    const text = latin(bytes);
    const matches = [...text.matchAll(pattern)];
    if (!matches.length) return bytes;
    const { 0: old, index } = pick(matches, random);
    return bytesOf(text.slice(0, index) + by(old, random) + text.slice(index + old.length));
  };
}

const word = /[^\s"'<>()[\]{},:;|/\\=]+/g;

const hostileWord = replacing(word, (_, random) => encoded(pick(hostileNames, random)));

const repeatedWord = replacing(/[^\s]|[^\s]+/g, (match, random) =>
  match.repeat(Math.min(2 ** random.below(14), Math.floor(largest / match.length))),
);

const number = replacing(/-?\d+(?:\.\d+)?/g, (_, random) => encoded(pick(extremes, random)));

/** Inserts deeply nested brackets or elements. */
const deep: Mutator = (bytes, random) => {
  const text = latin(bytes);
  const position = random.below(text.length + 1);
  const [open, close] = pick(
    [
      ["[", "]"],
      ["{", "}"],
      ['{"a":', "}"],
      ["(", ")"],
      ["<w>", "</w>"],
      ['<cons sem="G#x">', "</cons>"],
      ['"', '"'],
    ],
    random,
  );
  const times = 2 ** random.below(13);
  const end = random.below(2) ? close.repeat(times) : "";
  return bytesOf(text.slice(0, position) + open.repeat(times) + end + text.slice(position));
};

/** @param words with a meaning in the format */
export function textMutators(words: readonly string[]): readonly Mutator[] {
  if (!words.length) return common;
  const replaceWord = replacing(word, (_, random) => encoded(pick(words, random)));
  const insertWords: Mutator = (bytes, random) => {
    const text = latin(bytes);
    const position = random.below(text.length + 1);
    const parts = Array.from({ length: 1 + random.below(6) }, () => encoded(pick(words, random)));
    return bytesOf(text.slice(0, position) + parts.join("") + text.slice(position));
  };
  return [...common, replaceWord, replaceWord, insertWords, insertWords];
}

const common: readonly Mutator[] = [
  removeLine,
  repeatLine,
  shuffleLines,
  joinLines,
  hostileWord,
  hostileWord,
  repeatedWord,
  number,
  number,
  deep,
];
