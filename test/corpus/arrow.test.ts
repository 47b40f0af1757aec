import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordBatchReader, tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
import * as fc from "fast-check";
import { CorpusError } from "../../src/base/errors";
import { sentencesFromArrow, sentencesToArrow } from "../../src/corpus/arrow";
import { contentHash } from "../../src/corpus/hash";
import { openSeal, seal } from "../../src/corpus/seal";
import { opened } from "../support/arrow";
import { anySentence, sentence } from "./sentences";

const sentences = [
  sentence("IL-2 gene", [
    [0, 1, "protein"],
    [0, 2, "DNA"],
  ]),
  sentence("没有 实体"),
];

/** The message without the file's name. */
function refusal(bytes: Uint8Array): string {
  try {
    sentencesFromArrow(bytes, "dev.arrow");
  } catch (error) {
    assert(error instanceof CorpusError);
    assert.match(error.message, /^dev\.arrow: [^\n]+$/);
    return error.message.slice("dev.arrow: ".length);
  }
  assert.fail("nothing was refused");
}

test("whatever is stored is read back, and stored again it is the same bytes", () => {
  fc.assert(
    fc.property(fc.array(anySentence, { maxLength: 12 }), (stored) => {
      const bytes = sentencesToArrow(stored);
      const read = sentencesFromArrow(bytes, "any.arrow");
      assert.deepEqual(read, stored);
      assert.deepEqual(sentencesToArrow(read), bytes);
    }),
    { numRuns: 40 },
  );
});

test("many distinct words do not outgrow their indices", () => {
  const words = Array.from({ length: 33_000 }, (_, at) => `w${at}`);
  for (const count of [127, 128, 32_767, 32_768]) {
    const stored = [sentence(words.slice(0, count).join(" "))];
    assert.deepEqual(sentencesFromArrow(sentencesToArrow(stored), "many.arrow"), stored);
  }
});

test("any Arrow reader finds the sentences and what they are", () => {
  const table = tableFromIPC(sentencesToArrow(sentences));
  const { metadata } = table.schema;
  assert.equal(metadata.get("version"), "1");
  assert.equal(metadata.get("types"), '["DNA","protein"]');
  assert.equal(metadata.get("hash"), contentHash(sentences));
  const [first] = table.toArray();
  assert.deepEqual([...first.tokens], ["IL-2", "gene"]);
  assert.deepEqual(first.entities.get(1).toJSON(), { start: 0, end: 2, type: "DNA" });
});

test("a file that is cut off anywhere is refused", () => {
  const bytes = sentencesToArrow(sentences);
  for (let length = 0; length < bytes.length; length += 37) {
    assert.match(
      refusal(bytes.subarray(0, length)),
      /^is (no Arrow IPC file|cut off after \d+ bytes); get the file again/,
    );
  }
});

test("a file with one wrong byte is refused", () => {
  const bytes = sentencesToArrow(sentences);
  for (let at = 0; at < bytes.length; at += 3) {
    const damaged = bytes.slice();
    damaged[at] ^= 0x41;
    assert.match(refusal(damaged), /get the file again, or use the corpus as JSON$/);
  }
});

test("a corpus that holds a checksum as a token is stored like any other", () => {
  const own = /pnr-sha256:[0-9a-f]{64}/.exec(Buffer.from(sentencesToArrow(sentences)).toString("latin1"));
  for (const token of [openSeal, own![0], "pnr-sha256:"]) {
    const stored = [sentence(`the ${token} here`)];
    assert.deepEqual(sentencesFromArrow(sentencesToArrow(stored), "odd.arrow"), stored);
  }
});

test("files of others and of other versions are refused", () => {
  assert.match(refusal(Buffer.from("tokens,entities\n")), /^is no Arrow IPC file/);
  const foreign = tableFromArrays({ price: [1, 2] });
  assert.match(refusal(tableToIPC(foreign, "file")), /^is an Arrow file but no PnR corpus/);
  foreign.schema.metadata.set("version", "0");
  foreign.schema.metadata.set("checksum", openSeal);
  assert.match(refusal(seal(tableToIPC(foreign, "file"))), /^is a PnR corpus of version "0", not "1"/);
});

test("a part that says to be shorter than it is is refused, and not looked for beyond its end for ever", () => {
  const bytes = opened(sentencesToArrow(sentences));
  const { footer } = RecordBatchReader.from(bytes).open();
  const [{ offset }] = [...footer!.recordBatches()];
  const length = offset + 4; // behind four bytes of ones
  for (const said of [0, 8, -1, 2 ** 31 - 1]) {
    bytes.writeInt32LE(said, length);
    assert.match(refusal(seal(bytes)), /^is damaged: it does not parse/);
  }
});

test("a sentence that is not valid is refused, though its file is whole", () => {
  const outside = sentencesToArrow([...sentences, sentence("a b", [[1, 3, "DNA"]])]);
  assert.match(refusal(outside), /^sentence 2: entities\[0\]: end 3 lies outside the sentence of 2 tokens/);
});
