import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../base/errors";
import { type BertConfig, BertEncoder, type BertOutputs, FrozenBert } from "../bert";
import type { ModelConfig } from "../config/model-config";
import type { EncodedBatch } from "../corpus";
import { gatherRows, type Lengths, rowsOf, segmentMean, sequencesOf } from "../engine";
import { Embedding } from "../nn/embedding";
import { BiGru } from "../nn/gru";
import { LayerNorm, Linear } from "../nn/linear";
import { type Dropout, noDropout, type Scope } from "../nn/parameters";

/** Vocabulary sizes: characters, words, POS tags and WordPiece's pieces. */
export interface VocabularySizes {
  readonly characters: number;
  readonly words: number;
  readonly pos: number;
  /** Only for a model with BERT. */
  readonly pieces?: number;
}

type EncoderConfig = Pick<
  ModelConfig,
  "embedding" | "wordVectors" | "bert" | "hidden" | "embeddingOrder" | "encoderNorm"
>;

/** The sentence encoder (§3.1): token embeddings, fused by a BiGRU and a linear map. */
export class SentenceEncoder {
  private readonly embeddings: readonly TokenEmbedding[];
  private readonly bert: BertTokenEmbedding | undefined;
  private readonly gru: BiGru;
  private readonly output: Linear;
  private readonly norm: LayerNorm | undefined;

  constructor(scope: Scope, config: EncoderConfig, sizes: VocabularySizes) {
    const { embedding, bert, wordVectors, embeddingOrder } = config;
    const { characters, words, pos } = embedding;
    const wordScope = wordVectors?.trainable === false ? scope.at("words").frozen() : scope.at("words");
    const char = characters && new CharacterEmbedding(scope.at("characters"), sizes.characters, characters);
    this.bert = bert ? new BertTokenEmbedding(scope.at("bert"), sizes.pieces, bert) : undefined;
    const word = words && new TableEmbedding(wordScope, sizes.words, words, "words");
    const tag = pos && new TableEmbedding(scope.at("pos"), sizes.pos, pos, "pos");
    const order = embeddingOrder === "paper" ? [char, this.bert, word, tag] : [this.bert, word, char, tag];
    this.embeddings = order.filter((part) => typeof part === "object");
    const width = this.embeddings.reduce((sum, part) => sum + part.width, 0);
    this.gru = new BiGru(scope.at("gru"), width, width);
    this.output = new Linear(scope.at("output"), 2 * width, config.hidden);
    this.norm = config.encoderNorm ? new LayerNorm(scope.at("norm"), config.hidden) : undefined;
  }

  /** Sets the cache for the outputs of a frozen BERT; undefined disables it. Cached and computed outputs are equal. */
  cacheBertOutputs(outputs: BertOutputs | undefined): void {
    this.bert?.cacheOutputs(outputs);
  }

  /** H [tokens, d] */
  forward(batch: EncodedBatch, drop: Dropout = noDropout): tf.Tensor2D {
    return this.fuse(this.embed(batch, drop), batch.lengths);
  }

  /** h' [tokens, width of all embeddings] (Eq. 1) */
  embed(batch: EncodedBatch, drop: Dropout = noDropout): tf.Tensor2D {
    const parts = this.embeddings.map((part) => part.forward(batch, drop));
    return parts.length > 1 ? tf.concat(parts, 1) : parts[0]; // Eq. 1: h'
  }

  /** H [tokens, d] from h' (Eq. 4) */
  fuse(embedded: tf.Tensor2D, lengths: Lengths): tf.Tensor2D {
    const hidden = this.output.forward(this.gru.forward(embedded, lengths)); // Eq. 4: H [N, d]
    return this.norm ? this.norm.forward(hidden) : hidden;
  }
}

/** One part of a token's representation (Eq. 1). */
interface TokenEmbedding {
  readonly width: number;
  /** [tokens, width] */
  forward(batch: EncodedBatch, drop: Dropout): tf.Tensor2D;
}

/** Characters through a BiGRU, averaged over the token's characters (Eq. 2). Each distinct token is computed once. */
class CharacterEmbedding implements TokenEmbedding {
  readonly width: number;
  private readonly embedding: Embedding;
  private readonly gru: BiGru;

  constructor(scope: Scope, count: number, width: number) {
    this.width = 2 * width;
    this.embedding = new Embedding(scope.at("embedding"), count, width);
    this.gru = new BiGru(scope.at("gru"), width, width);
  }

  forward({ forms: { characters, lengths }, tokenForms }: EncodedBatch): tf.Tensor2D {
    const embedded = this.embedding.forward(characters); // h^c [characters, c]
    const states = this.gru.forward(embedded, lengths); // [characters, 2 c]
    const pooled = segmentMean(states, sequencesOf(lengths), lengths.length); // Eq. 2: [forms, 2 c]
    return gatherRows(pooled, tokenForms); // h^char [N, 2 c]
  }
}

/** BERT's output, averaged over the token's pieces (Eq. 3). It is 0 for a token whose pieces lie beyond BERT's last position. */
class BertTokenEmbedding implements TokenEmbedding {
  readonly width: number;
  private readonly bert: BertEncoder;
  private readonly frozen: FrozenBert | undefined;

  constructor(scope: Scope, count: number | undefined, config: BertConfig) {
    if (count === undefined) throw new PnrError("A model with BERT needs a WordPiece vocabulary.");
    this.width = config.hidden;
    this.bert = new BertEncoder(scope, config, count);
    this.frozen = config.frozen ? new FrozenBert(this.bert, config.hidden) : undefined;
  }

  /** Sets the cache for the outputs of a frozen BERT; undefined disables it. Cached and computed outputs are equal. */
  cacheOutputs(outputs: BertOutputs | undefined): void {
    if (this.frozen) this.frozen.outputs = outputs;
  }

  forward({ pieces, lengths }: EncodedBatch, drop: Dropout): tf.Tensor2D {
    if (!pieces) throw new PnrError("A model with BERT needs batches with pieces (encodeBatch, context).");
    if (this.frozen) return this.frozen.tokenMeans(pieces, lengths); // h^bert [N, width]
    const hidden = this.bert.forward(pieces, drop); // h^b [pieces, width]
    return segmentMean(hidden, pieces.tokens, rowsOf(lengths)); // Eq. 3: h^bert [N, width]
  }
}

/** One vector per word, or per POS tag. */
class TableEmbedding implements TokenEmbedding {
  readonly width: number;
  private readonly table: Embedding;
  private readonly indices: "words" | "pos";

  constructor(scope: Scope, count: number, width: number, indices: "words" | "pos") {
    this.width = width;
    this.table = new Embedding(scope, count, width);
    this.indices = indices;
  }

  forward(batch: EncodedBatch): tf.Tensor2D {
    return this.table.forward(batch[this.indices]);
  }
}
