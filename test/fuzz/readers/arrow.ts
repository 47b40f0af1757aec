// Arrow files: corpora, cached word vectors, tables of results. Their checksum is not a secret.
import assert from "node:assert/strict";
import { Table, tableToIPC } from "apache-arrow";
import { sentencesFromArrow, sentencesToArrow } from "../../../src/corpus/arrow";
import { addChecksum, checksumPlaceholder } from "../../../src/corpus/checksum";
import { blockOf, blockSchema } from "../../../src/corpus/disk/blocks";
import { StoredSentences } from "../../../src/corpus/disk/stored-sentences";
import { blocksVersion } from "../../../src/corpus/disk/write-blocks";
import { json } from "../../../src/corpus/formats/json";
import { Reading } from "../../../src/corpus/formats/reading";
import { contentHash } from "../../../src/corpus/hash";
import { checkSentence } from "../../../src/corpus/validate";
import { vectorsFromArrow, vectorsToArrow } from "../../../src/corpus/vectors/vector-cache";
import {
  type Columns,
  type Row,
  rowsFromArrow,
  rowsToArrow,
} from "../../../src/experiments/results/arrow-rows";
import { predictionsFromArrow, predictionsToArrow } from "../../../src/experiments/results/prediction-table";
import { writeInput } from "../files";
import type { Growing, Parts, Reader } from "../reader";
import { jsonSeeds } from "./corpora-seeds";

const corpora = jsonSeeds.map(
  ([bytes]): Parts => [Buffer.from(sentencesToArrow(json.readWhole!(bytes, "seed", new Reading())))],
);

/** The blocks that `writeBlocks` writes, but in memory. */
const blocks = jsonSeeds.map(([bytes]): Parts => {
  const sentences = json.readWhole!(bytes, "seed", new Reading());
  const types = [...new Set(sentences.flatMap(({ entities }) => entities.map(({ type }) => type)))].sort();
  const schema = blockSchema(
    new Map(
      Object.entries({
        version: blocksVersion,
        types: JSON.stringify(types),
        hash: contentHash(sentences),
        checksum: checksumPlaceholder,
      }),
    ),
  );
  return [Buffer.from(addChecksum(tableToIPC(new Table(schema, blockOf(sentences, schema)), "file")))];
});

const source = {
  file: "v.txt",
  format: "text",
  zipped: false,
  dimension: 3,
  rows: 4,
  unreadable: 0,
  repeated: 0,
  sha256: "0".repeat(64),
} as const;

const vectors: readonly Parts[] = [
  [Buffer.from(vectorsToArrow({ source, words: ["a", "的"], values: Float32Array.of(1, 2, 3, -1, 0, 0.5) }))],
];

const columns: Columns = {
  name: "text",
  kind: "code",
  count: "whole",
  small: "count",
  score: "number",
  best: "truth",
};
const rows: readonly Row[] = [
  { name: "a", kind: "x", count: 3, small: 1, score: 0.5, best: true },
  { name: "b", kind: "x", count: -1, small: 255, score: null, best: false },
];
const predictions: readonly Row[] = ["a", "b"].map((run, index) => {
  return { run, sentence: index, start: 0, end: 2, type: "x" };
});
const predictionFiles: readonly Parts[] = [
  [Buffer.from(predictionsToArrow(predictions, {}))],
  [Buffer.from(predictionsToArrow([], {}))],
];
const tables: readonly Parts[] = [
  [Buffer.from(rowsToArrow(rows, columns, { about: "nothing" }))],
  [Buffer.from(rowsToArrow([], columns, {}))],
];

/** Writes the checksum of a changed file. */
function reseal([bytes]: Parts): Parts {
  const opened = Buffer.from(bytes);
  const position = opened.lastIndexOf("pnr-sha256:");
  if (position < 0 || position + checksumPlaceholder.length > opened.length) return [opened];
  opened.write(checksumPlaceholder, position, "latin1");
  return [Buffer.from(addChecksum(opened))];
}

const words = ["ARROW1", "pnr-sha256:", "version", "types", "tokens", "entities", "start", "end"];

const cutOff: Growing = {
  what: "zeros between the marks",
  ends: /not a PnR corpus|not a table/,
  of: (size) => [Buffer.concat([Buffer.from("ARROW1"), Buffer.alloc(size), Buffer.from("ARROW1")])],
};

export const arrow: readonly Reader[] = [
  {
    name: "corpus as Arrow",
    shapes: ["binary"],
    seeds: corpora,
    words,
    source: "f.arrow",
    seal: reseal,
    growing: [cutOff],
    read([bytes]) {
      for (const [index, sentence] of sentencesFromArrow(bytes, "f.arrow").entries()) {
        checkSentence(sentence, { file: "f.arrow", sentence: index });
        const { tokens, pos, previous, next, entities, id } = sentence;
        for (const text of [...tokens, ...pos, ...previous, ...next, ...entities.map(({ type }) => type), id])
          assert.equal(typeof text, "string");
      }
    },
  },
  {
    name: "corpus on disk",
    shapes: ["binary"],
    seeds: blocks,
    words,
    source: "blocks.arrow",
    seal: reseal,
    growing: [{ ...cutOff, ends: /does not match its checksum/ }],
    read([bytes]) {
      const stored = StoredSentences.open(writeInput("blocks.arrow", bytes));
      try {
        for (const [index, sentence] of [...stored].entries()) {
          assert.deepEqual(stored.at(index), sentence);
          assert.equal(stored.tokenCounts[index], sentence.tokens.length);
        }
      } finally {
        stored.close();
      }
    },
  },
  {
    name: "kept word vectors",
    shapes: ["binary"],
    seeds: vectors,
    words,
    source: "never rejected: the file of vectors is read again",
    seal: reseal,
    read([bytes]) {
      const cached = vectorsFromArrow(bytes);
      if (!cached) return;
      assert.equal(cached.values.length, cached.words.length * cached.source.dimension);
      assert.ok(cached.words.every((word) => typeof word === "string"));
    },
  },
  {
    name: "results as Arrow",
    shapes: ["binary"],
    seeds: tables,
    words: [...words, ...Object.keys(columns)],
    source: "runs.arrow",
    seal: reseal,
    growing: [cutOff],
    read([bytes]) {
      for (const row of rowsFromArrow(bytes, columns, "runs.arrow").rows)
        for (const cell of Object.values(row))
          assert.ok(cell === null || ["string", "number", "boolean"].includes(typeof cell));
    },
  },
  {
    name: "predictions as Arrow",
    shapes: ["binary"],
    seeds: predictionFiles,
    words: [...words, "sentence"],
    source: "predictions.arrow",
    seal: reseal,
    growing: [cutOff],
    read([bytes]) {
      for (const { run, sentence, start, end, type } of predictionsFromArrow(bytes, "predictions.arrow")
        .rows) {
        assert.equal(typeof run, "string");
        for (const position of [sentence, start, end])
          assert.ok(position === null || typeof position === "number");
        assert.ok(type === null || typeof type === "string");
      }
    },
  },
];
