import assert from "node:assert/strict";
import { test } from "node:test";
import { lengthGroups } from "../../src/corpus/spans";
import type { PaperCorpus, PaperScore } from "../../src/experiments/paper";
import * as paper from "../../src/experiments/paper";

const corpora: readonly PaperCorpus[] = ["GENIA", "CoNLL03", "WeiboNER"];
const comparisons = [paper.table2, paper.table3, paper.table4];

/** Every score that the paper prints, by table, corpus and row. */
const printed = new Map<string, PaperScore>([
  ...comparisons.flatMap(({ corpus, systems }, at) =>
    systems.map(({ model, score }) => [`Table ${at + 2}, ${corpus}, ${model}`, score] as const),
  ),
  ...corpora.flatMap((corpus) =>
    Object.entries(paper.table5[corpus]).map(
      ([length, score]) => [`Table 5, ${corpus}, ${length}`, score] as const,
    ),
  ),
  ...[paper.table6, paper.table7].flatMap((rows, at) =>
    rows.flatMap(({ setting, scores }) =>
      corpora.map((corpus) => [`Table ${at + 6}, ${corpus}, ${setting}`, scores[corpus]] as const),
    ),
  ),
]);

/** Scores whose printed F1 is not the harmonic mean of the printed precision and recall. */
const exceptions = [
  "Table 2, GENIA, NER-DP",
  "Table 3, CoNLL03, KNN-NER",
  "Table 4, WeiboNER, TFM",
  "Table 4, WeiboNER, LocateAndLabel",
  "Table 4, WeiboNER, KNN-NER",
  "Table 4, WeiboNER, SLK-NER",
  "Table 4, WeiboNER, ChineseBERT",
  "Table 7, GENIA, [2]",
  "Table 7, GENIA, [2,3]",
];

test("each F1 is 2PR/(P+R) within 0.02, except for the paper's exceptions", () => {
  const off = [...printed].filter(([, { precision, recall, f1 }]) => {
    if (precision === null || recall === null) return false;
    return Math.abs((2 * precision * recall) / (precision + recall) - f1) > 0.02;
  });
  assert.deepEqual(
    off.map(([place]) => place),
    exceptions,
  );
});

test("all printed values are present: 7 tables, with dashes only for precision and recall", () => {
  assert.equal(printed.size, 8 + 7 + 8 + (6 + 6 + 3) + 7 * 3 + 7 * 3);
  const dashes = [...printed].filter(([, { precision, recall }]) => precision === null || recall === null);
  assert.deepEqual(
    dashes.map(([place]) => place),
    [
      "Table 2, GENIA, BioBART",
      "Table 3, CoNLL03, LUKE",
      "Table 4, WeiboNER, BoundaryDet",
      "Table 4, WeiboNER, AESINER",
    ],
  );
  for (const { precision, recall, f1 } of printed.values()) {
    for (const value of [precision, recall, f1]) assert.ok(value === null || (value > 50 && value < 100));
  }
});

test("Table 5's last row is the paper's model in Tables 2 to 4, and its rows are our length groups", () => {
  for (const { corpus, systems } of comparisons) {
    assert.equal(systems.at(-1)?.model, "Our Model");
    assert.deepEqual(paper.table5[corpus].all, systems.at(-1)?.score);
  }
  assert.deepEqual(Object.keys(paper.table5.GENIA), [...lengthGroups, "all"]);
});

test("the row Origin of Table 6 is a row of Table 7", () => {
  const [origin] = paper.table6;
  const kernels = (setting: string) => paper.table7.find((row) => row.setting === setting)?.scores;
  assert.deepEqual(origin.scores.GENIA, kernels("[2,2]")?.GENIA);
  assert.deepEqual(origin.scores.CoNLL03, kernels("[2,2]")?.CoNLL03);
  assert.deepEqual(origin.scores.WeiboNER, kernels("[2,2,2]")?.WeiboNER);
});

test("each setting is once in its table", () => {
  for (const rows of [paper.table6, paper.table7]) {
    assert.equal(new Set(rows.map(({ setting }) => setting)).size, 7);
  }
});

test("Table 1 has the known numbers of the corpora", () => {
  const { GENIA, CoNLL03, WeiboNER } = paper.table1;
  assert.deepEqual([GENIA.test.sentences, CoNLL03.test.sentences, WeiboNER.test.entities], [1854, 3453, 405]);
  assert.equal(WeiboNER.dev.maxEntities, 12);
});

test("Table 8 ticks the predictions that are gold mentions, and one that is not", () => {
  assert.deepEqual(
    paper.table8.map(({ gold, predicted }) => [gold.length, predicted.length]),
    [
      [5, 5],
      [8, 5],
      [7, 6],
    ],
  );
  const off = paper.table8.flatMap(({ gold, predicted }) =>
    predicted.filter(
      ({ right, start, end, type }) =>
        right !== gold.some((one) => one.start === start && one.end === end && one.type === type),
    ),
  );
  assert.deepEqual(
    off.map(({ start, end, type, right }) => [start, end, type, right]),
    [[37, 37, "PRO", true]],
  );
  for (const { start, end, path } of paper.table8.flatMap(({ predicted }) => predicted)) {
    assert.equal(path.length, 2);
    for (const [from, to] of path)
      assert.ok(Math.abs(from - start) < 2 && Math.abs(to - end) < 2.5, `${start} to ${end}`);
  }
});

test("scoreRows has every score in the columns of its corpus", () => {
  const rows = paper.scoreRows(paper.table7);
  assert.deepEqual(Object.keys(rows[0]), [
    "setting",
    ...corpora.flatMap((corpus) => [`${corpus} P`, `${corpus} R`, `${corpus} F1`]),
  ]);
  assert.deepEqual(
    rows.map((row) => [row.setting, row["GENIA R"], row["WeiboNER F1"]]),
    paper.table7.map(({ setting, scores }) => [setting, scores.GENIA.recall, scores.WeiboNER.f1]),
  );
});
