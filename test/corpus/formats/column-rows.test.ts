import assert from "node:assert/strict";
import { test } from "node:test";
import { Reading } from "../../../src/corpus/formats/reading";
import { readText, spans } from "../../support/reading";

const tokens = async (text: string, options = {}): Promise<string[]> =>
  (await readText("conll", text, options)).sentences.map((sentence) => sentence.tokens.join(" "));

test("comments before a sentence are counted; a row with the token # stays a row", async () => {
  for (const comment of ["# sent_id = 1", "# id x\tdomain=en", "#", "#text = A B"]) {
    const text = `${comment}\nAda\tN\t_\tB-PER\n#\tN\t_\tO\nsang\tV\t_\tO\n\n${comment}\n#\tN\t_\tO\n`;
    const { sentences, lines } = await readText("conll", text);
    assert.deepEqual(
      sentences.map((sentence) => sentence.tokens.join(" ")),
      ["Ada # sang", "#"],
      comment,
    );
    assert.ok(lines.includes("2 × comments, which begin with # before a sentence, not read (first: line 1)"));
  }
  assert.deepEqual(await tokens("# O\n1 O\n\n# sent_id = 1\nb O\n"), ["# 1", "b"]);
  assert.deepEqual(await tokens("# a b O\nx y z O\n\n# sent_id = 1\nb c d O\n"), ["# x", "b"]);
});

test("document marks in comments begin documents", async () => {
  for (const mark of ["###MEDLINE:95369245", "# newdoc id = x", "#begin document (x);"]) {
    const { sentences } = await readText("conll", `${mark}\n\na\tO\n\nb\tO\n\n${mark}\n\nc\tO\n`);
    assert.deepEqual(
      sentences.map(({ previous, next }) => [previous.join(), next.join()]),
      [
        ["", "b"],
        ["a", ""],
        ["", ""],
      ],
    );
  }
});

test("the most frequent width determines which lines are faulty; skipped sentences are counted", async () => {
  const faults: string[] = [];
  const reading = new Reading(({ message }) => faults.push(message));
  const text = "a N x O\n\nb N O\nc N O\n\nd N O\ne O\n\nf N B-X\n";
  const { sentences } = await readText("conll", text, {}, reading);
  assert.deepEqual(
    sentences.map((sentence) => sentence.tokens.join(" ")),
    ["b c", "f"],
  );
  assert.deepEqual(faults, [
    'f: line 1: has 4 columns instead of 3: "a N x O"; add or remove columns',
    'f: line 7: has 2 columns instead of 3: "e O"; add or remove columns',
  ]);
  assert.equal(reading.skippedSentences, 2);
});

test("lines of invisible white space end sentences", async () => {
  for (const blank of ["\u00a0", "\u3000", "\u200b", " \u2003\t"]) {
    const { sentences, lines } = await readText("conll", `a O\n${blank}\nb O\n`);
    assert.equal(sentences.length, 2, JSON.stringify(blank));
    assert.ok(lines.includes("1 × lines of invisible white space, which end a sentence (first: line 2)"));
  }
});

test("missing blank lines are reported; an option gives tokens that end sentences", async () => {
  const text = "Dr B-PER\n. I-PER\nNo I-PER\nleft O\n. O\n".repeat(120);
  const { sentences, lines } = await readText("conll", text);
  assert.equal(sentences.length, 1);
  assert.match(
    lines.join(),
    /no blank line ends a sentence, so all 600 tokens are one sentence; .* --sentence-ends "\."/,
  );
  const parted = await readText("conll", text, { sentenceEnds: [".", "!"] });
  assert.equal(parted.sentences.length, 120);
  assert.deepEqual(spans(parted.sentences[1]), ["0-3 PER"]);
  assert.doesNotMatch(parted.lines.join(), /no blank line/);
});
