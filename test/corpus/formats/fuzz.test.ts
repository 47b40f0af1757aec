import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { InputError } from "../../../src/base/errors";
import { readBrat } from "../../../src/corpus/formats/brat";
import { sentencesFromJson } from "../../../src/corpus/formats/json";
import type { ReadOptions } from "../../../src/corpus/formats/options";
import { Reading } from "../../../src/corpus/formats/reading";
import { formatOfText } from "../../../src/corpus/formats/recognise";
import type { Sentence } from "../../../src/corpus/types";
import { checkSentence } from "../../../src/corpus/validate";
import { readText, type StreamedFormat } from "../../support/reading";
import { gathered } from "../../support/streams";

/** `PNR_FUZZ=100000 npm test -- formats/fuzz` tries so many inputs for each reader. */
const numRuns = Number(process.env.PNR_FUZZ ?? 200);

const folder = mkdtempSync(join(tmpdir(), "pnr-fuzz-"));
after(() => rmSync(folder, { recursive: true }));

/** Parts that mean something to one of the formats, and parts that do to none. */
const pieces: Readonly<Record<StreamedFormat | "json" | "brat", readonly string[]>> = {
  conll: [
    "-DOCSTART-",
    " -X- -X- O",
    "a",
    "我",
    "\t",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "O",
    "B-PER",
    "I-PER",
    "E-X",
    "S-X",
    "M-X",
    "B",
    "B-",
    "I-__proto__",
    "\ufeff",
    "\0",
    "NN",
  ],
  nested: ["a", "\tO", "\tB-X", "\tI-X", "\tB-__proto__", "\n", "\n\n", "\t", "-DOCSTART-"],
  weibo: [
    "我0",
    "爱1",
    "310",
    "0",
    "9".repeat(400),
    "\t",
    "O",
    "B-PER.NAM",
    "I-PER.NAM",
    "\n",
    "\n\n",
    "\ufffd\ufffd0",
    "\r",
  ],
  genia: [
    "<set>",
    "</set>",
    "<article>",
    "</article>",
    "<bibliomisc>",
    "</bibliomisc>",
    "<sentence>",
    "</sentence>",
    '<cons sem="G#DNA_N/A">',
    '<cons sem="(AND G#RNA_x">',
    "<cons>",
    "</cons>",
    '<w c="NN">',
    '<w c="*">',
    "</w>",
    "a",
    " ",
    "&amp;",
    "&x;",
    "&#0;",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE set [",
    "]>",
    '<w __proto__="x" constructor="y">',
    "\n",
  ],
  jsonl: [
    '{"tokens":',
    '["a","b"]',
    ',"entities":',
    '[{"start":0,"end":1,"type":"X"}]',
    "[]",
    "}",
    "{",
    '"__proto__":',
    "1e999",
    "-1",
    "null",
    '"\\ud800"',
    "\n",
    ",",
    '"pos":["N"]',
  ],
  json: [
    '[{"tokens":',
    '["a"]',
    ',"entities":',
    '[{"start":0,"end":1,"type":"X"}]',
    "[]",
    "}]",
    "},",
    '{"__proto__":{"polluted":1}}',
    "[".repeat(50),
    "null",
    "9e9",
  ],
  brat: [
    "T1\t",
    "X ",
    "0 1",
    ";2 3",
    ";",
    "\t",
    "a",
    "b c",
    "\n",
    "R1\t",
    "#",
    "*",
    "E1",
    "T",
    "99999999999",
    "-1",
    "__proto__ 0 1",
    "\r",
  ],
};

/** A text of such parts, as bytes, some of which may be any others; at times with one part over and over. */
function inputs(of: readonly string[]): fc.Arbitrary<Buffer> {
  const part = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...of) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...of), fc.nat(300)).map(([text, times]) => text.repeat(times)),
    },
  );
  const spoilt = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 });
  return fc
    .tuple(fc.array(part, { maxLength: 40 }), fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, spoilt))
    .map(([parts, changes]) => {
      const bytes = Buffer.from(parts.join(""), "utf8");
      for (const [at, value] of changes) if (bytes.length) bytes[at % bytes.length] = value;
      return bytes;
    });
}

/** Whatever comes in, sentences come out that are as they must be, or an error of ours, of one line. */
async function holds(read: () => Promise<readonly Sentence[]> | readonly Sentence[]): Promise<void> {
  try {
    for (const [at, sentence] of (await read()).entries())
      checkSentence(sentence, { file: "f", sentence: at });
  } catch (error) {
    assert.ok(
      error instanceof InputError,
      `not an InputError: ${error instanceof Error ? error.stack : error}`,
    );
    assert.ok(!error.message.includes("\n"), error.message);
    assert.ok(error.message.length < 1000, error.message);
  }
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
}

const anyOptions: fc.Arbitrary<ReadOptions> = fc.record(
  {
    level: fc.constantFrom("char" as const, "word" as const),
    contexts: fc.constantFrom("marked" as const, "file" as const, "none" as const),
    types: fc.constantFrom("five" as const, "all" as const),
    coordination: fc.constantFrom("cover" as const, "drop" as const),
    tokens: fc.constantFrom("words" as const, "space" as const),
    discontinuous: fc.constantFrom("cover" as const, "first" as const, "drop" as const),
    offsets: fc.constantFrom("characters" as const, "utf-16" as const),
    asReleased: fc.boolean(),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Reads strictly, then leaving out what is at fault. */
const readings = (): Reading[] => [new Reading(), new Reading(() => {})];

for (const format of ["conll", "nested", "weibo", "genia", "jsonl"] as const)
  test(`${format}: any input gives sentences or an error of ours`, async () => {
    await fc.assert(
      fc.asyncProperty(inputs(pieces[format]), anyOptions, async (bytes, options) => {
        for (const reading of readings())
          await holds(async () => (await readText(format, bytes, options, reading)).sentences);
      }),
      { numRuns },
    );
  });

test("json: any input gives sentences or an error of ours", async () => {
  await fc.assert(
    fc.asyncProperty(inputs(pieces.json), async (bytes) => {
      for (const reading of readings()) await holds(() => sentencesFromJson(bytes, "f", reading));
    }),
    { numRuns },
  );
});

test("brat: any input gives sentences or an error of ours", async () => {
  const [text, annotations] = [join(folder, "d.txt"), join(folder, "d.ann")];
  const texts = inputs(["a b c", "😀", "\n", " ", "我", "\ufeff", "x-y", "\r\n"]);
  await fc.assert(
    fc.asyncProperty(texts, inputs(pieces.brat), anyOptions, async (content, marks, options) => {
      writeFileSync(text, content);
      writeFileSync(annotations, marks);
      for (const reading of readings()) await holds(() => gathered(readBrat(folder, options, reading)));
    }),
    { numRuns },
  );
});

test("recognising a format never fails", () => {
  fc.assert(
    fc.property(inputs(Object.values(pieces).flat()), (bytes) => {
      formatOfText(bytes.toString("utf8"));
    }),
    { numRuns },
  );
});

/** Inputs whose size grows with a number, each of a kind that a careless reader takes quadratic time or memory for. */
const growing: readonly (readonly [format: StreamedFormat, what: string, of: (size: number) => string])[] = [
  ["conll", "many short sentences", (size) => "a B-X\n\n".repeat(size)],
  ["conll", "many columns", (size) => `a${" O".repeat(size % 30_000)}\n`],
  ["conll", "blanks", (size) => " \t".repeat(size)],
  ["conll", "open entities", (size) => "a B-X\nb I-Y\nc O\n\n".repeat(size / 4)],
  ["weibo", "endless digits", (size) => `我${"1".repeat(size % 60_000)}\tO\n`],
  [
    "weibo",
    "a word of many characters",
    (size) => Array.from({ length: size % 40_000 }, (_, at) => `a${at % 9999}\tO\n`).join(""),
  ],
  ["genia", "parts of words", (size) => `<set><sentence>${'<w c="*">a</w>'.repeat(size)}</sentence></set>`],
  [
    "genia",
    "mentions one after the other",
    (size) => `<set><sentence>${'<cons sem="G#DNA_x">a</cons> '.repeat(size)}</sentence></set>`,
  ],
  [
    "genia",
    "a long attribute",
    (size) => `<set><sentence><cons sem="${"G#x ".repeat(size)}">a</cons></sentence></set>`,
  ],
  ["jsonl", "nested brackets", (size) => "[".repeat(size)],
];

for (const [format, what, of] of growing)
  test(`${format}: ${what} are read or refused without more memory than a few times their size`, async () => {
    const text = of(50_000);
    const before = process.memoryUsage().heapUsed;
    await holds(async () => (await readText(format, text)).sentences);
    const used = process.memoryUsage().heapUsed - before;
    assert.ok(used < 400 * text.length + 2 ** 28, `${used} bytes for ${text.length}`);
  });
