import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordBatchReader, tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
import * as fc from "fast-check";
import { CorpusError } from "../../src/base/errors";
import { sentencesFromArrow, sentencesToArrow } from "../../src/corpus/arrow";
import { addChecksum, checksumPlaceholder } from "../../src/corpus/checksum";
import { contentHash } from "../../src/corpus/hash";
import { opened } from "../support/arrow";
import { anySentence, sentence } from "./sentence-builders";

const sentences = [
  sentence("IL-2 gene", [
    [0, 1, "protein"],
    [0, 2, "DNA"],
  ]),
  sentence("没有 实体"),
];

/** The error message without the file name. */
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

test("sentences survive a round trip, and encoding them again gives the same bytes", () => {
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

test("indices are wide enough for many distinct words", () => {
  const words = Array.from({ length: 33_000 }, (_, index) => `w${index}`);
  for (const count of [127, 128, 32_767, 32_768]) {
    const stored = [sentence(words.slice(0, count).join(" "))];
    assert.deepEqual(sentencesFromArrow(sentencesToArrow(stored), "many.arrow"), stored);
  }
});

test("any Arrow reader can read the sentences and their metadata", () => {
  const table = tableFromIPC(sentencesToArrow(sentences));
  const { metadata } = table.schema;
  assert.equal(metadata.get("version"), "1");
  assert.equal(metadata.get("types"), '["DNA","protein"]');
  assert.equal(metadata.get("hash"), contentHash(sentences));
  const [first] = table.toArray();
  assert.deepEqual([...first.tokens], ["IL-2", "gene"]);
  assert.deepEqual(first.entities.get(1).toJSON(), { start: 0, end: 2, type: "DNA" });
});

test("a file truncated anywhere is refused", () => {
  const bytes = sentencesToArrow(sentences);
  for (let length = 0; length < bytes.length; length += 37) {
    assert.match(
      refusal(bytes.subarray(0, length)),
      /^is (not an Arrow IPC file|truncated after \d+ bytes); get the file again/,
    );
  }
});

test("a file with one changed byte is refused", () => {
  const bytes = sentencesToArrow(sentences);
  for (let index = 0; index < bytes.length; index += 3) {
    const damaged = bytes.slice();
    damaged[index] ^= 0x41;
    assert.match(refusal(damaged), /get the file again, or use the corpus as JSON$/);
  }
});

test("a corpus with a checksum as a token survives a round trip", () => {
  const hash = /pnr-sha256:[0-9a-f]{64}/.exec(Buffer.from(sentencesToArrow(sentences)).toString("latin1"));
  for (const token of [checksumPlaceholder, hash![0], "pnr-sha256:"]) {
    const stored = [sentence(`the ${token} here`)];
    assert.deepEqual(sentencesFromArrow(sentencesToArrow(stored), "odd.arrow"), stored);
  }
});

test("files of other programs and versions are refused", () => {
  assert.match(refusal(Buffer.from("tokens,entities\n")), /^is not an Arrow IPC file/);
  const foreign = tableFromArrays({ price: [1, 2] });
  assert.match(refusal(tableToIPC(foreign, "file")), /^is an Arrow file, but not a PnR corpus/);
  foreign.schema.metadata.set("version", "0");
  foreign.schema.metadata.set("checksum", checksumPlaceholder);
  assert.match(refusal(addChecksum(tableToIPC(foreign, "file"))), /^is a PnR corpus of version "0", not "1"/);
});

test("a part with a false, shorter length is refused without reading beyond its end", () => {
  const bytes = opened(sentencesToArrow(sentences));
  const { footer } = RecordBatchReader.from(bytes).open();
  const [{ offset }] = [...footer!.recordBatches()];
  const length = offset + 4; // after four bytes of ones
  for (const size of [0, 8, -1, 2 ** 31 - 1]) {
    bytes.writeInt32LE(size, length);
    assert.match(refusal(addChecksum(bytes)), /^is damaged: it does not parse/);
  }
});

test("an invalid sentence in an intact file is refused", () => {
  const outside = sentencesToArrow([...sentences, sentence("a b", [[1, 3, "DNA"]])]);
  assert.match(refusal(outside), /^sentence 2: entities\[0\]: end 3 lies outside the sentence of 2 tokens/);
});
