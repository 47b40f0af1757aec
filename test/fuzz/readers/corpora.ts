// Corpora in text formats.
import { sentenceLines } from "../../../src/cli/shared/sentence-lines";
import { brat } from "../../../src/corpus/formats/brat";
import { json } from "../../../src/corpus/formats/json";
import { Reading } from "../../../src/corpus/formats/reading";
import type { ReadOptions } from "../../../src/corpus/formats/registry";
import { Source } from "../../../src/corpus/formats/source";
import type { Sentence } from "../../../src/corpus/types";
import { checkSentence } from "../../../src/corpus/validate";
import type { Random } from "../../../src/engine/random";
import { readText, recognizedFormat } from "../../support/reading";
import { gathered, inChunks } from "../../support/streams";
import { writeInput } from "../files";
import { type Growing, type Parts, pick, type Reader } from "../reader";
import { corpusGrowing } from "./corpora-growing";
import {
  bratSeeds,
  columnSeeds,
  foreignSeeds,
  geniaSeeds,
  jsonSeeds,
  nestedSeeds,
  tableSeeds,
  weiboSeeds,
} from "./corpora-seeds";

/** Random reading options. */
function anyOptions(random: Random): ReadOptions {
  const some = <T>(...choices: readonly T[]): T | undefined =>
    random.below(2) ? pick(choices, random) : undefined;
  return {
    level: some("char", "word"),
    contexts: some("marked", "file", "none"),
    types: some("five", "all"),
    coordination: some("cover", "drop"),
    tokens: some("words", "space"),
    discontinuous: some("cover", "first", "drop"),
    offsets: some("characters", "utf-16", "bytes"),
    tags: some("prefix", "suffix", "bare"),
    type: some("X"),
    sentenceEnds: some(["."], ["O", "a"]),
    labels: some(["O", "B-X", "I-X"]),
    asReleased: some(true, false),
  };
}

/** Reads half of the inputs leniently, which omits invalid sentences. */
function anyReading(random: Random): Reading {
  return random.below(2) ? new Reading(() => {}) : new Reading();
}

function check(sentences: readonly Sentence[]): void {
  for (const [index, sentence] of sentences.entries()) {
    try {
      checkSentence(sentence, { file: "read", sentence: index });
    } catch (error) {
      throw new Error(`an invalid sentence was read: ${error}`, { cause: error });
    }
  }
}

const streamed = (
  format: string,
  seeds: readonly Parts[],
  words: readonly string[],
  growing: readonly Growing[],
): Reader => ({
  name: format,
  shapes: [format === "jsonl" || format in foreignSeeds ? "json" : "text"],
  seeds,
  words,
  source: "f",
  growing,
  async read([bytes], random) {
    check((await readText(format, bytes, anyOptions(random), anyReading(random))).sentences);
  },
});

const keys = ["tokens", "entities", "pos", "ltokens", "rtokens", "org_id", "start", "end", "type"];

export const corpora: readonly Reader[] = [
  streamed(
    "conll",
    columnSeeds,
    [
      "-DOCSTART-",
      "-X-",
      "O",
      "B-PER",
      "I-PER",
      "E-X",
      "S-X",
      "M-X",
      "L-X",
      "U-X",
      "B",
      "B-",
      "I-__proto__",
      "\ufeff",
      "\t",
      "\n",
      "\n\n",
      "\r\n",
      "我",
    ],
    corpusGrowing.conll,
  ),
  streamed(
    "nested",
    nestedSeeds,
    ["O", "B-X", "I-X", "B-__proto__", "\t", "\n\n", "-DOCSTART-"],
    corpusGrowing.nested,
  ),
  streamed(
    "weibo",
    weiboSeeds,
    ["我0", "爱1", "310", "0", "9999", "B-PER.NAM", "I-PER.NAM", "\t", "\n", "\ufffd\ufffd0"],
    corpusGrowing.weibo,
  ),
  streamed(
    "genia",
    geniaSeeds,
    [
      "<set>",
      "</set>",
      "<article>",
      "</article>",
      "<bibliomisc>",
      "</bibliomisc>",
      "<sentence>",
      "</sentence>",
      '<cons sem="G#DNA_N/A">',
      '<cons sem="(AND G#RNA_x G#DNA_y)">',
      "<cons>",
      "</cons>",
      '<w c="NN">',
      '<w c="*">',
      "</w>",
      "&amp;",
      "&x;",
      "&#0;",
      "&#x110000;",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      '<!DOCTYPE set [<!ENTITY a "b">]>',
      '<w __proto__="x" constructor="y">',
      "<?xml version='1.0'?>",
    ],
    corpusGrowing.genia,
  ),
  streamed(
    "table",
    tableSeeds,
    ["word,tag", "Sentence #", ",", '"', '""', "\t", ";", "O", "B-X", "\n", "\r\n"],
    [],
  ),
  ...Object.entries(foreignSeeds).map(([format, seeds]) =>
    streamed(
      format as keyof typeof foreignSeeds,
      seeds,
      [
        "sentence",
        "ner",
        "tokens",
        "ner_tags",
        "text",
        "label",
        "spans",
        "index",
        "start",
        "end",
        "-1",
        "1e9",
        "__proto__",
        "[",
        "{",
      ],
      [],
    ),
  ),
  streamed("jsonl", jsonSeeds.map(linesOfList), keys, corpusGrowing.jsonl),
  {
    name: "json",
    shapes: ["json"],
    seeds: jsonSeeds,
    words: keys,
    source: "f.json",
    growing: corpusGrowing.json,
    read: ([bytes], random) => check(json.readWhole!(bytes, "f.json", anyReading(random))),
  },
  {
    name: "brat",
    shapes: ["text", "text"],
    seeds: bratSeeds,
    words: [
      "T1\t",
      "PER ",
      "0 4",
      ";6 9",
      ";",
      "\t",
      "R1\t",
      "#1\t",
      "*\t",
      "E1",
      "99999999999",
      "-1",
      "\r",
      "__proto__ 0 1",
      "😀",
      "\ufeff",
    ],
    source: "document.",
    growing: corpusGrowing.brat,
    async read([text, annotations], random) {
      const path = writeInput("document.txt", text);
      writeInput("document.ann", annotations);
      check(await gathered(brat.read(Source.at(path), anyOptions(random), anyReading(random))));
    },
  },
  {
    name: "sentences to predict",
    shapes: ["json"],
    seeds: jsonSeeds.map(linesOfList),
    words: keys,
    source: "standard input",
    async read([bytes]) {
      await gathered(sentenceLines(inChunks(bytes, 7, 64), "standard input"));
    },
  },
  {
    name: "recognition",
    shapes: ["text"],
    seeds: [...columnSeeds, ...weiboSeeds, ...geniaSeeds, ...jsonSeeds],
    words: ["<?xml", "[", "{", "O", "B-X", "我0", "\t", "\n"],
    source: "never rejected",
    growing: corpusGrowing.recognition,
    read: ([bytes]) => recognizedFormat(bytes.toString("utf8")),
  },
];

function linesOfList([bytes]: Parts): Parts {
  const list = JSON.parse(bytes.toString("utf8")) as unknown[];
  return [Buffer.from(list.map((item) => `${JSON.stringify(item)}\n`).join(""))];
}
