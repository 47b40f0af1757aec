import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { CorpusError } from "../../../src/base/errors";
import { Reading } from "../../../src/corpus/formats/reading";
import { type ReadOptions, readSentences } from "../../../src/corpus/formats/registry";
import { splitAtBorders, tokenize } from "../../../src/corpus/formats/tokenize";
import { testFolder } from "../../support/folders";
import { spans } from "../../support/reading";
import { gathered } from "../../support/streams";

const folder = testFolder("brat");

/** A folder of documents: text and annotations by name; undefined omits the file. */
function documents(
  name: string,
  content: Readonly<Record<string, readonly [text?: string, annotations?: string]>>,
): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [stem, [text, annotations]] of Object.entries(content)) {
    if (text !== undefined) writeFileSync(join(path, `${stem}.txt`), text);
    if (annotations !== undefined) writeFileSync(join(path, `${stem}.ann`), annotations);
  }
  return path;
}

async function brat(text: string, annotations: string, options: ReadOptions = {}) {
  const path = documents("one", { d: [text, annotations] });
  const reading = new Reading();
  const sentences = await gathered(readSentences(path, { from: "brat", ...options }, reading));
  return { sentences, lines: reading.lines().map((line) => line.replaceAll(`${path}/`, "")) };
}

test("lines are sentences of a document, in the order of the documents' names", async () => {
  const path = documents("two", {
    b: ["Bo.\n", ""],
    a: ["Ada sings.\n\nLoud\n", "T1\tPER 0 3\tAda\nT2\tX 12 16\tLoud\n"],
  });
  const sentences = await gathered(readSentences(path, { from: "brat" }));
  assert.deepEqual(
    sentences.map(({ id, tokens, previous, next }) => [
      id,
      tokens.join(" "),
      previous.join(" "),
      next.join(" "),
    ]),
    [
      ["a", "Ada sings .", "", "Loud"],
      ["a", "Loud", "Ada sings .", ""],
      ["b", "Bo .", "", ""],
    ],
  );
  assert.deepEqual(sentences.map(spans), [["0-1 PER"], ["0-1 X"], []]);
  assert.equal((await gathered(readSentences(join(path, "b.txt"), { from: "brat" }))).length, 1);
});

test("offsets count Unicode characters, or UTF-16 units with an option", async () => {
  assert.deepEqual(spans((await brat("𠮷😀 Ada", "T1\tPER 3 6\tAda\n")).sentences[0]), ["2-3 PER"]);
  assert.deepEqual(
    spans((await brat("𠮷😀 Ada", "T1\tPER 5 8\tAda\n", { offsets: "utf-16" })).sentences[0]),
    ["2-3 PER"],
  );
  await assert.rejects(
    brat("𠮷😀 Ada Bob Cid", "T1\tPER 5 8\tAda\n", { offsets: "characters" }),
    /d\.ann: line 1: has the text "Ada", but the text at its offsets is "a B", however offsets are counted; correct the offsets/,
  );
  // a byte order mark and carriage returns count, as in brat
  assert.deepEqual(spans((await brat("\ufeffa\r\nAda\r\n", "T1\tPER 4 7\tAda\r\n")).sentences[1]), [
    "0-1 PER",
  ]);
});

test("the way of counting that fits a document is found and reported; words are never split silently", async () => {
  const document = "Tim likes Ann.\r\nShe met 😀😀 Zoë & Bob in Oslo.\r\n";
  const names = ["Tim", "Ann", "Zoë", "Bob", "Oslo"];
  /** Annotations with offsets in a changed text. */
  const annotations = (
    seen: string,
    words: boolean,
    count = (part: string): number => [...part].length,
  ): string =>
    names
      .map((name, index) => {
        const written = seen.includes(name) ? name : name.normalize("NFD");
        const start = count(seen.slice(0, seen.indexOf(written)));
        return `T${index + 1}\tX ${start} ${start + count(written)}${words ? `\t${name}` : ""}\n`;
      })
      .join("");
  const lineFeeds = (text: string): string => text.replaceAll("\r\n", "\n");
  const utf16 = (part: string): number => part.length;
  for (const [text, visibleNames, counts, count] of [
    [document, document, undefined],
    [document, document, "UTF-16 units", utf16],
    [document, document, "bytes of UTF-8", (part: string) => Buffer.byteLength(part)],
    [document, lineFeeds(document), "Unicode characters, a line end (CRLF) as one"],
    [document, lineFeeds(document), "UTF-16 units, a line end (CRLF) as one", utf16],
    [`\ufeff${document}`, `\ufeff${document}`, undefined],
    [`\ufeff${document}`, document, "Unicode characters, no byte order mark"],
    [
      `\ufeff${document}`,
      lineFeeds(document),
      "Unicode characters, no byte order mark, a line end (CRLF) as one",
    ],
    [document.normalize("NFD"), document, "Unicode characters, a letter with its accent as one (NFC)"],
    [document.replace("&", "&amp;"), document, "Unicode characters, an entity such as &amp; as one"],
  ] as const)
    for (const words of [true, false]) {
      const { sentences, lines } = await brat(text, annotations(visibleNames, words, count));
      const mentions = sentences.flatMap(({ tokens, entities }) =>
        entities.map(({ start, end }) => tokens.slice(start, end).join(" ").normalize("NFC")),
      );
      assert.deepEqual(mentions, names, `${counts} ${words}`);
      const reported = counts && `1 × documents whose offsets count ${counts} (first: d.ann)`;
      assert.equal(lines[0], reported, `${counts} ${words}`);
    }
});

test("invisible differences are made visible", async () => {
  await assert.rejects(
    brat("An\u200bn sings", "T1\tPER 0 4\tAnn\n"),
    /d\.ann: line 1: has the text "Ann", but the text at its offsets is "An<U\+200B>n", however/,
  );
});

test("mentions split tokens and lose white space; repeats are removed; all repairs are counted", async () => {
  const { sentences, lines } = await brat(
    "anti-Ada x",
    "T1\tPER 5 8\tAda\nT2\tPER 5 9\tAda \nT3\tX 8 9\t \nR1\tr Arg1:T1 Arg2:T2\n#1\tAnnotatorNotes T1\tx\nA1\tNeg T1\n",
  );
  assert.deepEqual(sentences[0].tokens, ["anti-", "Ada", "x"]);
  assert.deepEqual(spans(sentences[0]), ["1-2 PER"]);
  assert.deepEqual(lines, [
    "1 × relations, skipped (first: d.ann line 4)",
    "1 × notes, skipped (first: d.ann line 5)",
    "1 × attributes, skipped (first: d.ann line 6)",
    "2 × mentions with white space at an end, taken without it (first: d.txt)",
    "1 × mentions of only white space, skipped (first: d.txt)",
    "1 × tokens split because a mention begins or ends inside (first: d.txt)",
    "1 × entities given twice, kept once (first: d.txt)",
  ]);
});

test("a mention over the end of a line joins the lines; fragments with only white space between them are one mention", async () => {
  const { sentences, lines } = await brat("go to New\nYork now\nend", "T1\tLOC 6 9;10 14\tNew York\n");
  assert.deepEqual(
    sentences.map(({ tokens }) => tokens.join(" ")),
    ["go to New York now", "end"],
  );
  assert.deepEqual(spans(sentences[0]), ["2-4 LOC"]);
  assert.deepEqual(lines, ["1 × line ends inside a mention, which do not end a sentence (first: d.txt)"]);
});

test("a mention of several fragments covers them, is the first fragment, or is left out", async () => {
  const read = async (discontinuous?: ReadOptions["discontinuous"]) => {
    const { sentences, lines } = await brat("B and T cells grow", "T1\tC 0 1;8 13\tB cells\n", {
      discontinuous,
    });
    return [spans(sentences[0]).join(), lines.join()];
  };
  const counted = (what: string): string =>
    `1 × mentions of several fragments, ${what} (first: d.ann line 1)`;
  assert.deepEqual(await read(), ["0-4 C", counted("covered from first to last")]);
  assert.deepEqual(await read("first"), ["0-1 C", counted("cut to the first")]);
  assert.deepEqual(await read("drop"), ["", counted("left out")]);
});

test("refused with file, line and value: offsets that are outside, reversed or at other words; invalid lines; single files", async () => {
  const refused = (annotations: string, problem: RegExp) =>
    assert.rejects(brat("Ada sings", annotations), (error: Error) => {
      assert.ok(error instanceof CorpusError, String(error));
      assert.match(error.message, problem);
      return true;
    });
  await refused("T1\tPER 0 10\tAda\n", /d\.ann: line 1: end 10 lies outside the text of 9 characters$/);
  await refused("\nT1\tPER 3 3\t\n", /d\.ann: line 2: start 3 must be less than end 3 \(end is exclusive\)$/);
  await refused(
    "T1\tPER 0 4\tBob\n",
    /line 1: has the text "Bob", but the text at its offsets is "Ada ", however offsets are counted; correct the offsets or the text$/,
  );
  for (const line of ["T1 PER 0 3 Ada", "T1\tPER -1 3\tAda", "T1\tPER 0 99999999999\tAda", "T1\t0 3", "T"])
    await refused(line, /line 1: is not a mention: .*; write id, tab, type and offsets/);
  await refused(
    "Q1\tPER 0 3",
    /line 1: is not a brat annotation: "Q1\\tPER 0 3"; an annotation begins with an id such as T1$/,
  );
  const lone = (name: string, files: readonly [string?, string?]) =>
    gathered(readSentences(documents(name, { d: files }), { from: "brat" }));
  await assert.rejects(lone("no-ann", ["a"]), /no-ann\/d\.txt: has no d\.ann next to it; make an empty one/);
  await assert.rejects(lone("no-txt", [undefined, ""]), /no-txt\/d\.ann: has no d\.txt next to it/);
  writeFileSync(join(documents("latin", { d: ["", ""] }), "d.txt"), Buffer.from("K\xe4se", "latin1"));
  await assert.rejects(
    gathered(readSentences(join(folder, "latin"), { from: "brat" })),
    /d\.txt: is not valid UTF-8/,
  );
});

test("tokens keep hyphens and points inside words, split at other marks, and split scripts without spaces by character", () => {
  const words = (text: string, tokens?: ReadOptions["tokens"]): string[] =>
    tokenize(text, tokens).map(({ start, end }) => text.slice(start, end));
  assert.deepEqual(words("IL-2's (c-fos) costs 3.5%, don’t-- x_y e.g. a-"), [
    "IL-2's",
    "(",
    "c-fos",
    ")",
    "costs",
    "3.5",
    "%",
    ",",
    "don’t",
    "-",
    "-",
    "x_y",
    "e",
    ".",
    "g",
    ".",
    "a",
    "-",
  ]);
  assert.deepEqual(words("我爱NLP2 ありがとう é"), ["我", "爱", "NLP2", "あ", "り", "が", "と", "う", "é"]);
  assert.deepEqual(words(" a,b  c\u3000d\n", "space"), ["a,b", "c", "d"]);
});

test("tokens cover everything but white space, and splitting does not change the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(fc.nat(30)), (text, borders) => {
      const { parts } = splitAtBorders(tokenize(text), borders);
      assert.equal(parts.map(({ start, end }) => text.slice(start, end)).join(""), text.replace(/\s+/g, ""));
      for (const border of borders)
        assert.ok(parts.every(({ start, end }) => border <= start || border >= end));
    }),
  );
});
