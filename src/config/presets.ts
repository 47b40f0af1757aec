import { overlay } from "../base/config-key";
import { InputError } from "../base/errors";
import { nearest } from "../base/schema";
import { type BertConfig, bertOf } from "../bert/bert-config";
import { type Config, configSchema, paperConfig, variants } from "./config";
import type { ModelConfig } from "./model-config";
import type { TrainingConfig } from "./training-config";

/** The changes of a preset. */
interface PresetChange {
  readonly model?: Partial<ModelConfig>;
  readonly training?: Partial<TrainingConfig>;
}

function preset(change: PresetChange, base: Config = paperConfig): Config {
  return configSchema.parse(overlay(base, change));
}

/** `s0` with a BERT of these sizes; the whole model is as wide as the BERT, as in the released code. */
function withBert(layers: number, hidden: number, words: number, batchSize: number): Config {
  const embedding = { ...paperConfig.model.embedding, words };
  return preset({ model: { embedding, bert: bertOf(layers, hidden), hidden }, training: { batchSize } });
}

/** The paper's setting for a corpus: a pre-trained BERT-base, fine-tuned for five epochs. */
function paperSetting(
  from: string,
  model: Pick<ModelConfig, "embedding" | "kernels">,
  training: Partial<TrainingConfig>,
): Config {
  const bert: BertConfig = {
    ...bertOf(12, 768),
    from,
    context: { training: 64, evaluation: 64 },
    replace: { accents: true, punctuation: true },
  };
  return preset({
    model: { ...model, bert, hidden: 768 },
    training: { epochs: 5, batchSize: 4, learningRate: 2e-5, ...training },
  });
}

// The authors' `--max_length` is the shortest length that is excluded, `maxLength` the longest that is used.
const onTrainAndDev = { maxLength: 127, trainOn: "train+dev", selectOn: "last" } as const;

const small = preset({
  model: { embedding: { characters: 16, words: 48, pos: 16 }, hidden: 64, heads: 4, feedForward: 256 },
  training: { batchSize: 16, learningRate: 2e-3 },
});

const sample = preset({ training: { epochs: 4 } }, small);

const presetTable = {
  sample,
  quickstart: sample,
  small,
  s0: paperConfig,
  paper: paperConfig,
  released: configSchema.parse(overlay(paperConfig, variants.released)),
  s: withBert(2, 128, 0, 8),
  m: withBert(4, 256, 0, 8),
  b: withBert(12, 768, 200, 4),
  genia: paperSetting(
    "dmis-lab/biobert-base-cased-v1.2",
    { embedding: { characters: 50, words: 200, pos: 50 }, kernels: [2, 2] },
    onTrainAndDev,
  ),
  conll03: paperSetting(
    "bert-base-cased",
    { embedding: { characters: 50, words: 50, pos: 50 }, kernels: [2, 2] },
    onTrainAndDev,
  ),
  weibo: paperSetting(
    "bert-base-chinese",
    { embedding: { characters: 0, words: 300, pos: 0 }, kernels: [2, 2, 2] },
    { maxLength: 63 },
  ),
} satisfies Readonly<Record<string, Config>>;

export type PresetName = keyof typeof presetTable;

/**
 * Named settings. `paper` and `released` are the reference setting `s0` in the two variants. `small` is half as wide; `sample`,
 * also called `quickstart`, suits the bundled corpus.
 *
 * `s`, `m` and `b` have a BERT of 2 × 128, 4 × 256 and 12 × 768 (BERT-base) that starts from random weights; its vocabulary comes
 * from the training sentences. Training them on wasm took 1.3, 3 and 8.3 GiB of memory, and a checkpoint of `b` 2.5 GB on disk.
 *
 * `genia`, `conll03` and `weibo` are the paper's settings for its corpora, computed as the paper describes. Their values come from
 * - the commands in the released code's README: encoder, widths of the embeddings, batch size, epochs, longest sentence, training
 *   splits, and for Weibo the split that chooses the epoch;
 * - the defaults of that code: learning rate, warm-up, weight decay, gradient norm, dropout, heads, layers, feed-forward width and
 *   words of context;
 * - Table 7: the best kernels;
 * - neither: seed, and `minimumWordCount`, which only matters for words without a vector.
 *
 * One choice differs: for GENIA and CoNLL03 that code chooses the epoch on test (`selectOn=test`), these presets keep the last.
 */
export const presets: Readonly<Record<PresetName, Config>> = presetTable;

export const presetNames = Object.keys(presets) as readonly PresetName[];

/** @throws InputError naming the nearest preset */
export function presetNamed(name: string): Config {
  if (Object.hasOwn(presets, name)) return presets[name as PresetName];
  throw new InputError(`There is no preset "${name}"${nearest(name, presetNames)}`);
}

/** The data that a setting of the paper needs. */
export interface PaperSource {
  /** The corpus, and how to get it. */
  readonly corpus: string;
  /** The word vectors. */
  readonly vectors: string;
}

export type PaperPresetName = "genia" | "conll03" | "weibo";

export const paperSources: Readonly<Record<PaperPresetName, PaperSource>> = {
  genia: {
    corpus: "GENIA 3.02, which pnr corpus fetch genia downloads",
    vectors: "BioWord2Vec with 200 dimensions",
  },
  conll03: {
    corpus: "CoNLL-2003, whose text requires a license from Reuters",
    vectors: "GloVe 6B with 50 dimensions",
  },
  weibo: {
    corpus: "WeiboNER, second annotation, at word level, which pnr corpus fetch weibo downloads",
    vectors: "Chinese word2vec with 300 dimensions",
  },
};
