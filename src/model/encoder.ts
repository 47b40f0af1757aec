import * as tf from "@tensorflow/tfjs-core";
import type { EncodedBatch } from "../corpus";
import { gatherRows } from "../engine";
import { Embedding } from "../nn/embedding";
import { BiGru } from "../nn/gru";
import { LayerNorm, Linear } from "../nn/linear";
import type { Scope } from "../nn/parameters";
import type { ModelConfig } from "./config";

/** How many characters, words and POS tags the vocabularies tell apart. */
export interface VocabularySizes {
  readonly characters: number;
  readonly words: number;
  readonly pos: number;
}

/** One part of a token's representation (Eq. 1). BERT and pre-trained word vectors are further parts of this kind. */
export interface TokenEmbedding {
  readonly width: number;
  /** [batch, tokens, width] */
  forward(batch: EncodedBatch): tf.Tensor3D;
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

  forward({ forms, tokenForms, size, length }: EncodedBatch): tf.Tensor3D {
    const embedded = this.embedding.forward(forms.characters, forms.size, forms.length); // [forms, D, c]
    const states = this.gru.forward(embedded, forms.lengths); //                           [forms, D, 2c]
    const counts = tf.tensor2d(Float32Array.from(forms.lengths), [forms.size, 1], "float32");
    const pooled = tf.div(tf.sum(states, 1), counts) as tf.Tensor2D; //                    [forms, 2c]
    const rows = gatherRows(pooled, tf.tensor1d(tokenForms, "int32"));
    return tf.reshape(rows, [size, length, this.width]);
  }
}

class TableEmbedding implements TokenEmbedding {
  readonly width: number;
  private readonly table: Embedding;
  private readonly indices: "words" | "pos";

  constructor(scope: Scope, count: number, width: number, indices: "words" | "pos") {
    this.width = width;
    this.table = new Embedding(scope, count, width);
    this.indices = indices;
  }

  forward(batch: EncodedBatch): tf.Tensor3D {
    return this.table.forward(batch[this.indices], batch.size, batch.length);
  }
}

export type EncoderConfig = Pick<ModelConfig, "embedding" | "hidden" | "embeddingOrder" | "encoderNorm">;

/** The sentence encoder (§3.1): token embeddings, fused by a BiGRU and a linear map. */
export class SentenceEncoder {
  private readonly embeddings: readonly TokenEmbedding[];
  private readonly gru: BiGru;
  private readonly output: Linear;
  private readonly norm: LayerNorm | undefined;

  constructor(scope: Scope, config: EncoderConfig, sizes: VocabularySizes) {
    const { characters, words, pos } = config.embedding;
    const byCharacters = characters
      ? [new CharacterEmbedding(scope.at("characters"), sizes.characters, characters)]
      : [];
    const byWord = words ? [new TableEmbedding(scope.at("words"), sizes.words, words, "words")] : [];
    const byPos = pos ? [new TableEmbedding(scope.at("pos"), sizes.pos, pos, "pos")] : [];
    this.embeddings =
      config.embeddingOrder === "paper"
        ? [...byCharacters, ...byWord, ...byPos]
        : [...byWord, ...byCharacters, ...byPos];
    const width = this.embeddings.reduce((sum, part) => sum + part.width, 0);
    this.gru = new BiGru(scope.at("gru"), width, width);
    this.output = new Linear(scope.at("output"), 2 * width, config.hidden);
    this.norm = config.encoderNorm ? new LayerNorm(scope.at("norm"), config.hidden) : undefined;
  }

  /** H [batch, tokens, d]; places past a sentence's end hold numbers that nothing may read. */
  forward(batch: EncodedBatch): tf.Tensor3D {
    const parts = this.embeddings.map((part) => part.forward(batch));
    const embedded = parts.length > 1 ? tf.concat(parts, 2) : parts[0]; //      Eq. 1  [B, L, width]
    const hidden = this.output.forward(this.gru.forward(embedded, batch.lengths)); // Eq. 4  [B, L, d]
    return this.norm ? this.norm.forward(hidden) : hidden;
  }
}
