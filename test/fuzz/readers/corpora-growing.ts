// Inputs of any size that take a careless reader quadratic time, or memory that depends on a few bytes.
import type { Growing } from "../reader";

const text =
  (of: (size: number) => string) =>
  (size: number): Buffer[] => [Buffer.from(of(size), "utf8")];

/** Repeats a part up to a size. */
const filled = (part: string, size: number): string =>
  part.repeat(Math.max(1, Math.floor(size / Buffer.byteLength(part))));

const nested = (open: string, close: string, size: number): string => {
  const times = Math.floor(size / (open.length + close.length));
  return open.repeat(times) + close.repeat(times);
};

const grows = (what: string, ends: Growing["ends"], of: (size: number) => string): Growing => ({
  what,
  ends,
  of: text(of),
});

const genia = (inside: string): string => `<set><article><sentence>${inside}</sentence></article></set>`;

export const corpusGrowing: Readonly<Record<string, readonly Growing[]>> = {
  conll: [
    grows("tiny sentences", "read", (size) => filled("a B-X\n\n", size)),
    grows("blanks in one line", "read", (size) => `a O\n\n${filled(" \t", size)}`),
    grows("columns in one line", /characters long|columns/, (size) => `a${filled(" O", size)}\n`),
    grows("rows of one sentence", /is still in the same sentence/, (size) =>
      filled("a B-X\n", size + 400_000),
    ),
    grows("a type as long as lines may be", "read", (size) => filled(`a B-${"x".repeat(30_000)}\n\n`, size)),
    grows("carriage returns", /characters long/, (size) => `a O\n${"\r".repeat(size)}x\n`),
    grows("entities that never end", "read", (size) => filled("a B-X\nb I-Y\nc O\n\n", size)),
    grows("marks of documents", "read", (size) => `a O\n\n${filled("-DOCSTART- O\n\n", size)}`),
  ],
  nested: [
    grows("levels of nesting", "read", (size) => filled(`a${"\tB-X".repeat(2000)}\n\n`, size)),
    grows(
      "levels in a row of another width",
      /line 1: has 3 columns instead of 2001/,
      (size) => `a\tO\tO\n${filled(`a${"\tB-X".repeat(2000)}\n`, size)}`,
    ),
  ],
  weibo: [
    grows("digits in one cell", /characters long/, (size) => `我${"1".repeat(size)}\tO\n`),
    grows("cells of digits", /is not a character/, (size) => filled(`我${"0".repeat(1000)}x\tO\n`, size)),
    grows("characters of one word", "read", (size) => {
      const rows = Array.from({ length: 9999 }, (_, at) => `a${at}\tI-X\n`).join("");
      return filled(`${rows}\n`, Math.max(size, rows.length + 1));
    }),
  ],
  genia: [
    grows("words", "read", (size) => genia(filled('<w c="NN">a</w> ', size))),
    grows("parts of words", "read", (size) => genia(filled('<w c="*">a</w>', size))),
    grows("mentions", "read", (size) => genia(filled('<cons sem="G#DNA_x">a</cons> ', size))),
    grows("nested elements", /nests 200 elements/, (size) => genia(nested("<cons>", "</cons>", size))),
    grows(
      "a long attribute",
      /within a million|holds no/,
      (size) => `<set><sentence><cons sem="${filled("G#x ", size)}">a</cons></sentence></set>`,
    ),
    grows(
      "names of one attribute",
      "read",
      (size) =>
        `<set><sentence><cons sem="${filled("G#x ", Math.min(size, 2 ** 19))}G#RNA_x">a</cons></sentence></set>`,
    ),
    grows(
      "a long comment",
      /within a million|no <sentence>/,
      (size) => `<set><!--${filled("- ", size)}--></set>`,
    ),
    grows("brackets", /not well-formed XML/, (size) => `<set>${"<".repeat(size)}`),
    grows("quotes", /not well-formed XML/, (size) => `<set><w ${'"'.repeat(size)}`),
    grows("entities of XML", "read", (size) => genia(filled("&amp;", Math.min(size, 2 ** 19)))),
    grows("a text without tags", "read", (size) => genia(filled("a ", Math.min(size, 2 ** 19)))),
    grows(
      "attributes of one element",
      /within a million|holds no|read/,
      (size) =>
        `<set><w ${Array.from({ length: Math.floor(size / 12) }, (_, at) => `a${at}="" `).join("")}/></set>`,
    ),
    grows(
      "an entity that expands to many",
      /not well-formed XML|within a million/,
      (size) => `<!DOCTYPE set [<!ENTITY a "${filled("ha", size)}"><!ENTITY b "&a;&a;">]>${genia("&b;&b;")}`,
    ),
  ],
  jsonl: [
    grows("sentences of a token", "read", (size) => filled('{"tokens":["a"],"entities":[]}\n', size)),
    grows("nested brackets", /nested lists and objects/, (size) => `${nested("[", "]", size)}\n`),
    grows("opened brackets", /nested lists and objects/, (size) => "[".repeat(size)),
    grows("blank lines", "read", (size) => "\n".repeat(size)),
    grows(
      "entities",
      "read",
      (size) =>
        `{"tokens":["a","b"],"entities":[${filled('{"start":0,"end":1,"type":"X"},', size)}{"start":0,"end":1,"type":"X"}]}\n`,
    ),
    grows(
      "a repeated key",
      "read",
      (size) => `{"tokens":["a"],"entities":[],${filled('"a":1,', size)}"b":1}\n`,
    ),
  ],
  json: [
    grows(
      "sentences of a token",
      "read",
      (size) => `[${filled('{"tokens":["a"],"entities":[]},', size)}{"tokens":["a"],"entities":[]}]`,
    ),
    grows("nested brackets", /nested lists and objects/, (size) => nested("[", "]", size)),
    grows("nested objects", /nested lists and objects/, (size) =>
      nested('{"a":', "}", size).replace(":}", ":1}"),
    ),
    grows("an error after many lines", /not valid JSON/, (size) => `[${filled("\n", size)}x]`),
    grows("quotes", /not valid JSON/, (size) => `["${'\\"'.repeat(size / 2)}`),
    grows("a number of digits", /must be an object/, (size) => `[${"9".repeat(size)}]`),
  ],
  brat: [
    bratGrows("mentions", "read", (size) => [
      "ab\n".repeat(size / 12),
      Array.from({ length: size / 12 }, (_, at) => `T${at}\tX ${3 * at} ${3 * at + 2}\n`).join(""),
    ]),
    bratGrows("a word of letters", "read", (size) => ["a".repeat(size), ""]),
    bratGrows("a word of hyphens", "read", (size) => ["a-".repeat(size / 2), ""]),
    bratGrows("white space", "read", (size) => [" ".repeat(size), ""]),
    bratGrows("mentions of all the text", /the text at its offsets is/, (size) => [
      "a ".repeat(size / 2),
      filled(`T1\tX 0 ${2 * Math.floor(size / 2)}\ta\n`, size),
    ]),
    bratGrows("mentions of white space", "read", (size) => [
      `${" ".repeat(size)}a`,
      filled(`T1\tX 0 ${size}\n`, size),
    ]),
    bratGrows("fragments of all the text", "read", (size) => [
      "a ".repeat(size / 2),
      `T1\tX ${filled(`0 ${2 * Math.floor(size / 2)};`, size)}0 1\n`,
    ]),
    bratGrows("fragments at both ends", "read", (size) => [
      `${" ".repeat(size)}a`,
      `T1\tX ${filled(`0 1;${size} ${size + 1};`, size)}0 1\n`,
    ]),
    bratGrows("fragments", /the text at its offsets is/, (size) => [
      "a ".repeat(size / 12),
      `T1\tX ${Array.from({ length: size / 12 }, (_, at) => `${2 * at} ${2 * at + 1}`).join(";")}\ta\n`,
    ]),
  ],
  recognition: [
    grows("blanks", "read", (size) => filled(" ", size)),
    grows("columns", "read", (size) => filled("a ", size)),
  ],
};

function bratGrows(what: string, ends: Growing["ends"], of: (size: number) => [string, string]): Growing {
  return { what, ends, of: (size) => of(size).map((part) => Buffer.from(part, "utf8")) };
}
