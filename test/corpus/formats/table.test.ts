import assert from "node:assert/strict";
import { test } from "node:test";
import { CorpusError } from "../../../src/base/errors";
import { Reading } from "../../../src/corpus/formats/reading";
import { readText, recognizedFormat, spans } from "../../support/reading";

const csv = [
  "\ufeffSentence #,Word,POS,Tag",
  "Sentence: 1,Ada,NNP,B-per",
  ',",",",",O',
  ',"say ""hi""",V,O',
  "Sentence: 2,Bo,NNP,B-per",
  ",Lee,NNP,I-per",
  "",
].join("\r\n");

test("reads CSV: names of columns, quotes, one sentence per number", async () => {
  assert.equal(recognizedFormat(csv), "table");
  const { sentences, lines } = await readText("table", csv);
  assert.deepEqual(
    sentences.map((sentence) => [sentence.tokens, sentence.pos, spans(sentence), sentence.previous]),
    [
      [["Ada", ",", 'say "hi"'], ["NNP", ",", "V"], ["0-1 per"], []],
      [["Bo", "Lee"], ["NNP", "NNP"], ["0-2 per"], []],
    ],
  );
  assert.deepEqual(lines, ["columns are -, token, pos, tag, as the header names them", "tags are IOB2"]);
});

test("reads TSV: blank lines, single quotes as tokens, documents as contexts", async () => {
  const text = 'doc_id\ttoken\tlabel\nx\t"\tO\nx\tAda\tPER-B\n\nx\t""""\tO\n\ny\tBo\tPER-B\n';
  assert.equal(recognizedFormat(text), "table");
  const { sentences } = await readText("table", text);
  assert.deepEqual(
    sentences.map((sentence) => [
      sentence.tokens.join(" "),
      spans(sentence).join(),
      sentence.previous.join(" "),
    ]),
    [
      ['" Ada', "1-2 PER", ""],
      ['"', "", '" Ada'],
      ["Bo", "0-1 PER", ""],
    ],
  );
});

test("columns without a header, and prose, are not tables", () => {
  assert.equal(recognizedFormat("Ada\tB-PER\nsang\tO\n"), "conll");
  assert.equal(recognizedFormat("One word, one tag, and more\nhere\n"), undefined);
  assert.equal(
    recognizedFormat("word,tag,label\na,O,O\n"),
    undefined,
    "which of two columns holds the tags?",
  );
});

test("refused with line and value: another width, missing token, open quotes, missing header", async () => {
  const refused = (text: string, problem: RegExp) =>
    assert.rejects(
      readText("table", text),
      (error: Error) => error instanceof CorpusError && problem.test(error.message),
    );
  await refused(
    "word,tag\na,O,x\n",
    /^f: line 2: has 3 columns where the header has 2: "a,O,x"; add or remove columns$/,
  );
  await refused("word,tag\n,O\n", /^f: line 2: has no token; add one/);
  await refused('word,tag\n"a,O\n', /^f: ends inside a quote; close it$/);
  await refused(
    "a,O\n",
    /^f: line 1: does not name one column of tokens .*; read files without a header with --from conll$/,
  );
  const faults: string[] = [];
  const reading = new Reading(({ message }) => faults.push(message));
  const { sentences } = await readText("table", "word,tag\na,O\nb\n\nc,O\n", {}, reading);
  assert.deepEqual(
    sentences.map(({ tokens }) => tokens),
    [["c"]],
  );
  assert.equal(faults.length, 1);
});
