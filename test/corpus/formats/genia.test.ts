import assert from "node:assert/strict";
import { test } from "node:test";
import { CorpusError } from "../../../src/base/errors";
import type { ReadOptions } from "../../../src/corpus/formats/registry";
import { readText, spans } from "../../support/reading";

const genia = (text: string, options: ReadOptions = {}) => readText("genia", text, options);

/** Sentences in GENIA's markup, one article per list. */
function corpus(...articles: readonly (readonly string[])[]): string {
  // cspell:disable
  const article = (sentences: readonly string[], index: number): string =>
    `<article><articleinfo><bibliomisc>MEDLINE:${index + 1}</bibliomisc></articleinfo><title>\n<sentence>${sentences[0]}</sentence>\n</title>\n` +
    `<abstract>\n${sentences
      .slice(1)
      .map((sentence) => `<sentence>${sentence}</sentence>\n`)
      .join("")}</abstract></article>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE set SYSTEM "gpml.merged.dtd">\n<set><import resource="o.daml" prefix="G"></import>\n${articles.map(article).join("")}</set>\n`;
  // cspell:enable
}

const cons = (sem: string, content: string): string => `<cons lex="x" sem="${sem}">${content}</cons>`;
const w = (tag: string, word: string): string => `<w c="${tag}">${word}</w>`;

test("words are tokens with tags; types are the paper's five; articles are documents", async () => {
  const gene = cons(
    "G#other_name",
    `${cons("G#DNA_domain_or_region", `${cons("G#protein_molecule", w("NN", "Abc-1"))} ${w("NN", "gene")}`)} ${w("NN", "expression")}`,
  );
  const { sentences, lines } = await genia(
    corpus([`${gene} ${w("VBZ", "rises")}${w(".", ".")}`, w("RB", "Maybe")], [w("UH", "No")]),
  );
  assert.deepEqual(sentences[0], {
    tokens: ["Abc-1", "gene", "expression", "rises", "."],
    pos: ["NN", "NN", "NN", "VBZ", "."],
    entities: [
      { start: 0, end: 1, type: "protein" },
      { start: 0, end: 2, type: "DNA" },
    ],
    previous: [],
    next: ["Maybe"],
    id: "MEDLINE:1",
  });
  assert.deepEqual(
    sentences.slice(1).map(({ id, previous, next }) => [id, previous.join(" "), next.join(" ")]),
    [
      ["MEDLINE:1", "Abc-1 gene expression rises .", ""],
      ["MEDLINE:2", "", ""],
    ],
  );
  assert.deepEqual(lines, []);
});

test("the five types with their subtypes, and all types with an option", async () => {
  const types = [
    "DNA_N/A",
    "RNA_molecule",
    "protein_complex",
    "cell_line",
    "cell_type",
    "lipid",
    "protein_domain_or_region",
  ];
  const text = corpus([types.map((type) => cons(`G#${type}`, w("NN", "x"))).join(" ")]);
  const entitiesOf = async (options: ReadOptions) =>
    (await genia(text, options)).sentences[0].entities.map(({ type }) => type);
  assert.deepEqual(await entitiesOf({}), ["DNA", "RNA", "protein", "cell_line", "cell_type", "protein"]);
  assert.deepEqual(await entitiesOf({ types: "all" }), types);
});

test("a word with a mention's border inside is several tokens with the word's tag; unmarked words are counted", async () => {
  const text = corpus([
    `${cons("G#protein_molecule", w("*", "Abc/"))}${w("NN", "Def")} ${cons("G#cell_line", `Ghi ${w("", "cells")}`)} ${w("*", "z")}.`,
  ]);
  const { sentences, lines } = await genia(text);
  assert.deepEqual(sentences[0].tokens, ["Abc/", "Def", "Ghi", "cells", "z", "."]);
  assert.deepEqual(sentences[0].pos, ["NN", "NN", "X", "X", "X", "X"]);
  assert.deepEqual(spans(sentences[0]), ["0-1 protein", "2-4 cell_line"]);
  assert.deepEqual(lines, ["2 × words without markup, taken as tokens (first: line 5)"]);
});

test("a coordination is one mention, or none; its parts are not typed", async () => {
  const part = (word: string): string => `<cons lex="${word}*">${w("NN", word)}</cons>`;
  const text = corpus([
    `${cons("(AND G#DNA_molecule G#DNA_molecule)", `${part("a")} ${w("CC", "and")} ${part("b")} ${part("genes")}`)} ${cons("(OR G#protein_complex G#RNA_molecule)", w("NN", "c"))}`,
  ]);
  assert.deepEqual(spans((await genia(text)).sentences[0]), ["0-4 DNA", "4-5 RNA"]);
  const dropped = await genia(text, { coordination: "drop" });
  assert.deepEqual(spans(dropped.sentences[0]), []);
  assert.deepEqual(dropped.lines, ["2 × coordinated mentions, skipped (first: line 5)"]);
});

test("without word marks, the text is tokenized, and tokens are split where mentions begin and end", async () => {
  const text = corpus([`The ${cons("G#protein_molecule", "Abc-1")}-like  (x) &lt; 3.5&#x41;.`]);
  const { sentences, lines } = await genia(text);
  assert.deepEqual(sentences[0].tokens, ["The", "Abc-1", "-like", "(", "x", ")", "<", "3.5A", "."]);
  assert.deepEqual(spans(sentences[0]), ["1-2 protein"]);
  assert.deepEqual(lines, ["1 × tokens split because a mention begins or ends inside (first: line 5)"]);
});

test("comments do not split words, CDATA is text, empty sentences and mentions are counted", async () => {
  const { sentences, lines } = await genia(
    corpus([`<w c="NN">ab<!-- x -->c<![CDATA[<d]]></w>${cons("G#cell_type", " ")}`, " ", w("NN", "e")]),
  );
  assert.deepEqual(
    sentences.map(({ tokens }) => tokens),
    [["abc<d"], ["e"]],
  );
  assert.deepEqual(lines, [
    "1 × mentions without a word, skipped (first: line 5)",
    "1 × sentences without text, skipped (first: line 8)",
  ]);
});

test("refused: broken XML, XML entities, long text without tags, deep nesting, other files", async () => {
  const refused = (text: string | Uint8Array, problem: RegExp) =>
    assert.rejects(readText("genia", text), (error: Error) => {
      assert.ok(error instanceof CorpusError, String(error));
      assert.match(error.message, problem);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  await refused("<set><sentence>a</set>", /^f: line 1: is not well-formed XML: .*tag/);
  await refused("<set><sentence>a", /^f: line 1: is not well-formed XML: unclosed tag/);
  await refused("", /is not well-formed XML|holds no <sentence>/);
  await refused("<set>text</set>", /^f: holds no <sentence> with text; is it GENIA's corpus\?$/);
  await refused(
    "<set><sentence>a<sentence>b</sentence></sentence></set>",
    /has a <sentence> inside a <sentence>/,
  );
  await refused("<a>".repeat(300), /^f: line 1: nests 200 elements/);
  await refused(Buffer.from("<set><sentence>K\xe4se</sentence></set>", "latin1"), /^f: is not valid UTF-8/);
  await refused(
    `<set><sentence>${"word ".repeat(300_000)}</sentence></set>`,
    /has no tag within a million characters/,
  );
  const bomb = ["a", "b", "c", "d"].map(
    (name, index, all) => `<!ENTITY ${name} "${index ? `&${all[index - 1]};`.repeat(10) : "ha".repeat(10)}">`,
  );
  await refused(
    `<!DOCTYPE set [${bomb.join("")}]><set><sentence>&d;</sentence></set>`,
    /is not well-formed XML: undefined entity/,
  );
});
