import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type SplitStatistics, splitStatistics } from "../../../src/corpus";
import { Reading } from "../../../src/corpus/formats/reading";
import { type ReadOptions, readSentences } from "../../../src/corpus/formats/registry";
import { gathered } from "../../support/streams";

/** Real corpora are in a folder next to the project, or in PNR_DATA, on machines that have them. */
const folder = process.env.PNR_DATA ?? join(__dirname, "../../../../../shared/data");

/** Sentences, entities and, if given, mean entity length, from the corpora's documentation. */
const expected: readonly (readonly [
  file: string,
  sentences: number,
  entities: number,
  options?: ReadOptions,
  averageEntityLength?: string,
])[] = [
  ["genia/train.json", 15_023, 44_100],
  ["genia/dev.json", 1_669, 4_370],
  ["genia_official/train_sample.json", 1_669, 5_365],
  ["weibo_word/train.json", 1_350, 1_840, {}, "1.29"],
  ["weibo_word/dev.json", 270, 371, {}, "1.23"],
  ["weibo_char/train.json", 1_350, 1_895],
  ["weibo_char/dev.json", 270, 389],
  ["raw/weibo/weiboNER_2nd_conll.train", 1_350, 1_840, {}, "1.29"],
  ["raw/weibo/weiboNER_2nd_conll.dev", 270, 371, {}, "1.23"],
  ["raw/weibo/weiboNER_2nd_conll.train", 1_350, 1_895, { level: "char" }],
  ["raw/weibo/weiboNER_2nd_conll.dev", 270, 389, { level: "char" }],
  ["raw/weibo/weiboNER_2nd_conll.dev", 270, 371, { asReleased: true }, "1.19"],
  ["sec/train.json", 1_032, 917],
  ["sec/dev.json", 132, 251],
  ["wikigold/train.json", 1_311, 2_682],
  ["wikigold/dev.json", 162, 322],
  ["wnut17/train.json", 3_394, 1_975],
  ["wnut17/dev.json", 1_009, 836],
  ["conll4/sec/train.txt", 1_032, 917],
  ["conll4/sec/valid.txt", 132, 251],
  ["conll4/wikigold/train.txt", 1_311, 2_682],
  ["conll4/wikigold/valid.txt", 162, 322],
  ["conll4/wnut17/train.txt", 3_394, 1_975],
  ["conll4/wnut17/valid.txt", 1_009, 836],
  // 33 of the 4,370 entities have the span of another, and the format has no column for them
  ["raw/genia-iob2/genia.dev.iob2", 1_669, 4_337],
];

async function read(
  file: string,
  options: ReadOptions = {},
): Promise<{ statistics: SplitStatistics; lines: string[] }> {
  const reading = new Reading();
  const sentences = await gathered(readSentences(join(folder, file), options, reading));
  const types = sentences.flatMap(({ entities }) => entities.map(({ type }) => type));
  return { statistics: splitStatistics(sentences, [...new Set(types)].sort()), lines: reading.lines() };
}

if (!existsSync(folder)) console.log(`real corpora are not read: there is no ${folder}`);
else {
  for (const [file, sentences, entities, options, averageEntityLength] of expected)
    test(`${file} ${JSON.stringify(options ?? {})}: ${sentences} sentences, ${entities} entities`, async () => {
      const { statistics } = await read(file, options);
      assert.deepEqual([statistics.sentences, statistics.entities], [sentences, entities]);
      if (averageEntityLength) assert.equal(statistics.averageEntityLength.toFixed(2), averageEntityLength);
    });

  for (const name of ["sec", "wikigold", "wnut17"])
    for (const [split, json] of [
      ["train", "train"],
      ["valid", "dev"],
    ])
      test(`${name} has the same statistics as columns and as JSON, except for capitals in types: ${split}`, async () => {
        const columns = (await read(`conll4/${name}/${split}.txt`)).statistics;
        const { byType, ...same } = (await read(`${name}/${json}.json`)).statistics;
        const lower = Object.entries(columns.byType).map(([type, count]) => [type.toLowerCase(), count]);
        assert.deepEqual({ ...columns, byType: Object.fromEntries(lower) }, { ...same, byType });
      });

  test("readers report facts and repairs of real files", async () => {
    assert.deepEqual((await read("raw/genia-iob2/genia.dev.iob2")).lines, [
      "columns are token, tag, tag, tag, tag: 4 columns of tags, one for each level of nesting",
      "tags are IOB2",
    ]);
    const { lines } = await read("raw/weibo/weiboNER_2nd_conll.train", { level: "char" });
    assert.match(lines.join("\n"), /^tags are IOB2\n10 × inner tags without a preceding tag of their type/);
  });
}
