import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import { bertOf, bertSchema } from "../../src/bert/bert-config";
import { type Sentence, WordPiece } from "../../src/corpus";
import { Random } from "../../src/engine";
import { startBackend } from "../../src/engine/backends";
import { readTensor } from "../../src/nn/parameters";
import { applyOverrides, type Config, parseConfig } from "../../src/training";
import { tinyCorpus } from "../support/corpus";
import { ownFolder } from "../support/encoder-folder";
import { testFolder } from "../support/folders";
import { Workload } from "./workload";

const folder = testFolder("workload");
const corpus = tinyCorpus(1);
const tiny = parseConfig(
  {
    variant: "released",
    model: { embedding: { characters: 4, words: 4, pos: 2 }, hidden: 8, heads: 2, layers: 1, feedForward: 8 },
    training: { batchSize: 3, minimumWordCount: 1 },
  },
  "test",
);
const sizes = { layers: 1, hidden: 8, heads: 2, intermediate: 6 };

async function withWorkload(
  config: Config,
  use: (workload: Workload) => void,
  sentences: readonly Sentence[] = corpus.splits.dev,
): Promise<void> {
  await startBackend("cpu");
  const workload = new Workload(config, corpus, sentences);
  try {
    use(workload);
  } finally {
    workload.dispose();
  }
}

it("loads the weights that model.bert.from names, and trains with them", async () => {
  await startBackend("cpu");
  const pieces = WordPiece.count(corpus.splits.train, 1, bertOf(1, 64));
  const encoder = join(folder, "encoder");
  const tensors = ownFolder(encoder, bertSchema.parse(sizes), pieces, 7);
  const config = parseConfig({ model: { bert: { from: encoder } } }, "test", tiny);
  await withWorkload(config, (workload) => {
    const { parameters } = workload.detector.network;
    assert.ok(tensors.size > 10);
    for (const [name, { values }] of tensors)
      assert.deepEqual(readTensor(parameters.get(`encoder.bert.${name}`)).values, values, name);
    assert.deepEqual(workload.vocabulary, { pieces: pieces.size, source: "file" });
    workload.train();
  });
});

it("reports a vocabulary that was built from the corpus, and none without BERT", async () => {
  const withBert = parseConfig({ model: { bert: sizes } }, "test", tiny);
  await withWorkload(withBert, ({ vocabulary }) => assert.equal(vocabulary?.source, "corpus"));
  await withWorkload(tiny, ({ vocabulary }) => assert.equal(vocabulary, undefined));
});

it("draws both kinds of batches, and counts the padding of each", async () => {
  const random = new Random(2);
  const sentences = Array.from({ length: 60 }, (_, number): Sentence => {
    const tokens = Array.from({ length: 1 + random.below(9) }, () => "a");
    return { tokens, pos: tokens, entities: [], previous: [], next: [], id: String(number) };
  });
  const measure = (workload: Workload): void => {
    const { steps, padding } = workload.size;
    assert.equal(steps, 20);
    assert.ok(padding.shuffled > 0.2, `${padding.shuffled}`);
    assert.ok(padding.similarLength < 0.1, `${padding.similarLength}`);
  };
  await withWorkload(tiny, measure, sentences);
});

it("trains on the requested batches, by default on the setting's", async () => {
  const withBatching = (setting: string): Config => applyOverrides(tiny, [`training.batching=${setting}`]);
  for (const batching of ["shuffled", "similarLength"] as const) {
    await withWorkload(withBatching(batching), (workload) => {
      const lengths: number[][] = [];
      const encode = workload.detector.encode.bind(workload.detector);
      workload.detector.encode = (sentences, ...rest) => {
        lengths.push(sentences.map(({ tokens }) => tokens.length));
        return encode(sentences, ...rest);
      };
      workload.train();
      const byDefault = lengths.splice(0);
      workload.train("shuffled");
      const shuffled = lengths.splice(0);
      workload.train("similarLength");
      assert.deepEqual(byDefault, batching === "shuffled" ? shuffled : lengths);
      assert.notDeepEqual(shuffled, lengths);
    });
  }
});
