import { type BertConfig, bertOf } from "../bert/bert-config";
import type { Config } from "./config";
import { paperModel } from "./model";

export type PaperPresetName = "genia" | "conll03" | "weibo";

/** What a preset of the paper takes from elsewhere. */
export interface PaperSource {
  /** The corpus, and where it comes from. */
  readonly corpus: string;
  /** Sentences that it trains on, all epochs together. */
  readonly sentences: number;
  /** The word vectors that belong to it. */
  readonly vectors: string;
}

export const paperSources: Readonly<Record<PaperPresetName, PaperSource>> = {
  genia: {
    corpus: "GENIA 3.02, which pnr corpus fetch genia gets",
    sentences: 5 * 16_692,
    vectors: "BioWord2Vec of 200 numbers",
  },
  conll03: {
    corpus: "CoNLL-2003, whose text is Reuters' and needs their licence",
    sentences: 5 * 17_291,
    vectors: "GloVe 6B of 50 numbers",
  },
  weibo: {
    corpus: "WeiboNER, second annotation, at word level, which pnr corpus fetch weibo gets",
    sentences: 5 * 1_350,
    vectors: "Chinese word2vec of 300 numbers",
  },
};

export const paperPresetNames: readonly PaperPresetName[] = ["genia", "conll03", "weibo"];

/** BERT-base, pre-trained; Chinese has its own number of positions like all others. */
function pretrained(from: string): BertConfig {
  return {
    ...bertOf(12, 768),
    from,
    // what the released code reads in evaluation too: its widening to 512 words never takes effect
    context: { training: 64, evaluation: 64 },
    replace: { accents: true, punctuation: true },
  };
}

/**
 * The paper's settings for its three corpora, as the commands in the released code's README have them, with the kernels that are best in
 * Table 7. They say what is computed as the paper's text has it; `variant=released` makes it what that code computes.
 *
 * Said there: encoder, widths of the embeddings, batch, epochs, longest sentence, train with dev, selection on dev for WeiboNER.
 * By its defaults: learning rate, warm-up, weight decay, gradient norm, dropout, heads, layers, feed-forward width, words of context.
 * By neither: seed, and that words rarer than `minimumWordCount` share an embedding, which concerns words without a vector alone.
 * Not as there: where dev is trained on, the last epoch is kept; that code chose by the test scores (`selectOn=test`).
 * @param base of which they keep what they do not say
 */
export function paperPresets(base: Config): Record<PaperPresetName, Config> {
  const preset = (
    from: string,
    embedding: Config["model"]["embedding"],
    kernels: readonly number[],
    training: Partial<Config["training"]>,
  ): Config => ({
    ...base,
    model: {
      ...paperModel,
      embedding,
      bert: pretrained(from),
      hidden: 768,
      kernels,
      layers: 3,
      heads: 8,
      feedForward: 2048,
      dropout: 0.1,
    },
    training: {
      ...base.training,
      epochs: 5,
      batchSize: 4,
      learningRate: 2e-5,
      warmup: 0.1,
      weightDecay: 0.01,
      maxGradientNorm: 1,
      ...training,
    },
  });
  // "max_length" there is the first length that is left out
  const together = { maxLength: 127, trainOn: "train+dev", selectOn: "last" } as const;
  return {
    genia: preset(
      "dmis-lab/biobert-base-cased-v1.2",
      { characters: 50, words: 200, pos: 50 },
      [2, 2],
      together,
    ),
    conll03: preset("bert-base-cased", { characters: 50, words: 50, pos: 50 }, [2, 2], together),
    weibo: preset("bert-base-chinese", { characters: 0, words: 300, pos: 0 }, [2, 2, 2], { maxLength: 63 }),
  };
}
