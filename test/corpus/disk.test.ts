import assert from "node:assert/strict";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RecordBatchReader, tableFromIPC } from "apache-arrow";
import * as fc from "fast-check";
import {
  batchesOf,
  joinSentences,
  loadCorpus,
  openCorpus,
  readSentences,
  type Sentence,
  StoredSentences,
  selectSentences,
  sentencesFromArrow,
  sentencesToArrow,
  tokenCountsOf,
  writeBlocks,
} from "../../src/corpus";
import { addChecksum } from "../../src/corpus/checksum";
import { contentHash } from "../../src/corpus/hash";
import { Random } from "../../src/engine";
import { opened } from "../support/arrow";
import { tinyCorpus } from "../support/corpus";
import { inputError, testFolder } from "../support/folders";
import { gathered } from "../support/streams";
import { anySentence } from "./sentence-builders";

const folder = testFolder("disk");
const path = join(folder, "split.arrow");
const { train } = tinyCorpus(3, 600).splits;

/** Writes sentences to disk and uses them from there. */
async function stored<T>(sentences: readonly Sentence[], use: (stored: StoredSentences) => T): Promise<T> {
  assert.equal(await writeBlocks(path, sentences), sentences.length);
  const open = StoredSentences.open(path);
  try {
    return use(open);
  } finally {
    open.close();
  }
}

test("blocks survive a round trip, read one by one, in order and at once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anySentence, { maxLength: 12 }), async (sentences) => {
      await stored(sentences, (open) => {
        assert.deepEqual([...open], sentences);
        assert.deepEqual(
          sentences.map((_, index) => open.at(index)),
          sentences,
        );
        assert.equal(contentHash(open), contentHash([...sentences]));
      });
      assert.deepEqual(sentencesFromArrow(readFileSync(path), path), sentences);
      const bytes = readFileSync(path);
      await writeBlocks(path, sentences);
      assert.deepEqual(readFileSync(path), bytes);
    }),
    { numRuns: 40 },
  );
});

test("with several blocks, each sentence keeps its index and length, and the types are those of all blocks", async () => {
  await stored(train, (open) => {
    assert.equal(open.length, 600);
    assert.deepEqual([...open], train);
    for (const index of [0, 255, 256, 511, 512, 599]) assert.deepEqual(open.at(index), train[index]);
    for (const index of [-1, 600, Number.NaN]) assert.equal(open.at(index), undefined);
    assert.deepEqual(open.tokenCounts, tokenCountsOf(train));
    assert.deepEqual(open.types, ["group", "name"]);
  });
  const table = tableFromIPC(readFileSync(path));
  assert.equal(table.batches.length, 3);
  assert.deepEqual([...table.get(300)!.tokens], train[300].tokens);
  assert.equal(table.schema.metadata.get("hash"), contentHash(train));
});

test("selections by length and count, and joined splits, are the same as in memory", async () => {
  await stored(train, (open) => {
    const short = (tokens: number) => tokens < 6;
    const choices = [
      [(of: typeof open | typeof train) => selectSentences(of, short), 1],
      [(of: typeof open | typeof train) => selectSentences(of, short, 70), 70],
      [(of: typeof open | typeof train) => selectSentences(of, () => true), 600],
      [(of: typeof open | typeof train) => joinSentences(of, train.slice(0, 9)), 609],
      [
        (of: typeof open | typeof train) => selectSentences(joinSentences(of, train.slice(0, 9)), short, 500),
        1,
      ],
    ] as const;
    for (const [choose, least] of choices) {
      const [expected, actual] = [[...choose(train)], choose(open)];
      assert.ok(expected.length >= least);
      assert.equal(actual.length, expected.length);
      assert.deepEqual([...actual], expected);
      assert.deepEqual(tokenCountsOf(actual), tokenCountsOf(expected));
      assert.deepEqual(actual.at(expected.length - 1), expected.at(-1));
      assert.equal(actual.at(expected.length), undefined);
    }
  });
});

test("batches are those of a straightforward implementation", () => {
  /** As documented: shuffles, sorts pools of 32 batches by length, and shuffles the batches. */
  const expectedBatches = (counts: number[], size: number, random: Random): number[][] => {
    const order = random.shuffled([...counts.keys()]);
    const batches: number[][] = [];
    while (order.length) {
      const pool = order.splice(0, 32 * size).sort((a, b) => counts[a] - counts[b]);
      while (pool.length) batches.push(pool.splice(0, size));
    }
    return random.shuffled(batches);
  };
  const lengths = new Random(4);
  for (const [count, size] of [
    [0, 4],
    [1, 4],
    [31, 4],
    [128, 4],
    [129, 4],
    [1000, 7],
  ]) {
    const counts = Array.from({ length: count }, () => 1 + lengths.below(20));
    const batches = batchesOf(Int32Array.from(counts), size, new Random(9));
    const batchList = Array.from({ length: batches.length }, (_, number) => batches.at(number));
    assert.deepEqual(batchList, expectedBatches(counts, size, new Random(9)));
  }
});

test("other, damaged and truncated files are refused in one line with the way out", async () => {
  await writeBlocks(path, train);
  const bytes = readFileSync(path);
  const refused = (content: Uint8Array | string, problem: RegExp) => {
    writeFileSync(path, content);
    assert.throws(() => StoredSentences.open(path), inputError(problem));
  };
  for (const index of [9, 5000, bytes.length - 200, bytes.length - 9]) {
    const changed = Buffer.from(bytes);
    changed[index] ^= 1;
    refused(changed, /split\.arrow: is damaged or truncated/);
  }
  refused(bytes.subarray(0, 5000), /split\.arrow: is damaged or truncated/);
  refused(
    Buffer.alloc(bytes.length),
    /holds no sentences that can be read from disk .*convert it with pnr corpus convert --to arrow/,
  );
  refused("", /holds no sentences that can be read from disk/);
  refused(sentencesToArrow(train.slice(0, 3)), /holds no sentences that can be read from disk/);
  writeFileSync(path, bytes);
  const open = StoredSentences.open(path);
  truncateSync(path, 1000);
  assert.throws(() => open.at(300), inputError(/became shorter while it was read/));
  open.close();
});

test("a malicious file of blocks is refused in one line", async () => {
  await writeBlocks(path, train.slice(0, 3));
  const whole = opened(readFileSync(path));
  const text = (bytes: Buffer, from: string, to: string) => {
    const index = bytes.lastIndexOf(from);
    assert.ok(index >= 0 && from.length === to.length, from);
    bytes.write(to, index, "latin1");
  };
  const { footer, schema } = RecordBatchReader.from(whole).open();
  const [{ offset, metaDataLength }] = [...footer!.recordBatches()];
  const types = schema.metadata.get("types")!;
  const hash = schema.metadata.get("hash")!;
  const damages: readonly [RegExp, (bytes: Buffer) => void][] = [
    [/damaged/, (bytes) => bytes.writeInt32LE(8, offset + 4)],
    [/damaged/, (bytes) => bytes.fill(0xff, offset + metaDataLength, offset + metaDataLength + 64)],
    [/damaged/, (bytes) => text(bytes, types, `x${types.slice(1)}`)],
    [/damaged/, (bytes) => text(bytes, hash, "x".repeat(64))],
    [
      /sentence \d: has an entity of type .* does not list/,
      (bytes) => text(bytes, types, types.replace(/[a-z]/i, "~")),
    ],
  ];
  for (const [message, damage] of damages) {
    const bytes = Buffer.from(whole);
    damage(bytes);
    writeFileSync(path, addChecksum(bytes));
    assert.throws(() => {
      const open = StoredSentences.open(path);
      try {
        assert.ok([...open].length);
      } finally {
        open.close();
      }
    }, inputError(message));
  }
});

test("files of blocks are read as a stream, other files at once; messages on damage are the same", async () => {
  const one = join(folder, "one.arrow");
  writeFileSync(one, sentencesToArrow(train));
  await writeBlocks(path, train);
  for (const [file, blocks] of [
    [path, true],
    [one, false],
  ] as const) {
    const stored = StoredSentences.openBlocks(file);
    assert.equal(stored !== undefined, blocks);
    stored?.close();
    assert.deepEqual(await gathered(readSentences(file)), train);
    const bytes = readFileSync(file);
    bytes[3000] ^= 1;
    writeFileSync(file, bytes);
    await assert.rejects(
      gathered(readSentences(file)),
      inputError(/\.arrow: is damaged.* it does not match its checksum/),
    );
  }
});

test("a corpus opened from disk equals the loaded one; for other formats, the message says how to convert", async () => {
  const corpus = join(folder, "corpus");
  const { splits } = tinyCorpus(3);
  mkdirSync(corpus);
  await writeBlocks(join(corpus, "train.arrow"), splits.train);
  writeFileSync(join(corpus, "dev.json"), JSON.stringify(splits.dev));
  writeFileSync(join(corpus, "test.txt"), "Ada B-name\r\nsang O\r\n");
  writeFileSync(join(corpus, "train-dev.txt"), "");
  const [ofOpened, ofLoaded]: string[][] = [[], []];
  const options = (remarks: string[]) => ({
    cache: join(folder, "cache"),
    onRemark: (line: string) => remarks.push(line),
  });
  const opened = await openCorpus(corpus, options(ofOpened));
  const loaded = await loadCorpus(corpus, options(ofLoaded));
  assert.deepEqual(ofOpened, ofLoaded);
  assert.match(ofOpened.join("\n"), /skipped train-dev\.txt .*carriage returns/s);
  assert.deepEqual([...opened.splits.train], loaded.splits.train);
  assert.deepEqual({ ...opened, splits: { ...opened.splits, train: loaded.splits.train } }, loaded);
  opened.splits.train.close();

  const json = join(folder, "json");
  mkdirSync(json);
  await assert.rejects(openCorpus(json), inputError(/no train split/));
  writeFileSync(join(json, "train.json"), JSON.stringify(splits.train));
  await assert.rejects(
    openCorpus(json),
    inputError(/train\.json: cannot be read from disk.*pnr corpus convert .*json --to arrow/),
  );
});
