import * as tf from "@tensorflow/tfjs-core";
import type { EncodedPieces } from "../corpus";
import { attention, plus, positionsOf, rowsOf, squaresOf, withoutGradient } from "../engine";
import { Embedding } from "../nn/embedding";
import { LayerNorm, Linear } from "../nn/linear";
import { dropoutMask } from "../nn/mask";
import { type Dropout, type Initializer, noDropout, normalOf, type Scope, zeros } from "../nn/parameters";
import { AdaptedLinear } from "./adapter";
import type { BertConfig } from "./bert-config";
import { families } from "./families";

const random = normalOf(0.02);

/** Initial weights as in BERT; 0 if the weights are read from a file. Biases are 0. */
const weightOf = ({ from }: BertConfig): Initializer => (from === null ? random : zeros);

/** Pieces, input after input. */
export interface BertInput extends Pick<EncodedPieces, "ids" | "lengths"> {
  /**
   * Number of attention keys of each input: its first pieces; default all. The others are only queries, like padding in Hugging
   * Face's BERT.
   */
  readonly keys?: readonly number[];
}

/**
 * The normalized sum of a piece's embedding and those of its position and segment, mapped to the width of the hidden states if it is not
 * as wide. A family without segments has no such embedding. Others have two, for the pre-training task "does B follow A?"; we use
 * segment 0.
 */
class BertEmbedding {
  private readonly pieces: Embedding;
  private readonly positions: Embedding;
  private readonly segments: Embedding | undefined;
  private readonly norm: LayerNorm;
  private readonly projection: Linear | undefined;

  constructor(scope: Scope, config: BertConfig, count: number) {
    const { hidden, embeddingWidth, positions, normEpsilon } = config;
    const { segments } = families[config.family];
    const weight = weightOf(config);
    const width = embeddingWidth ?? hidden;
    this.pieces = new Embedding(scope.at("pieces"), count, width, weight);
    this.positions = new Embedding(scope.at("positions"), positions, width, weight);
    this.segments = segments ? new Embedding(scope.at("segments"), segments, width, weight) : undefined;
    this.norm = new LayerNorm(scope.at("norm"), width, normEpsilon);
    this.projection =
      embeddingWidth === null ? undefined : new Linear(scope.at("projection"), width, hidden, weight, zeros);
  }

  /** @param segmentIds [pieces]; default all 0 */
  forward({ ids, lengths }: BertInput, drop: Dropout, segmentIds?: Int32Array): tf.Tensor2D {
    const positions = this.positions.forward(positionsOf(lengths));
    const segments = this.segments?.forward(segmentIds ?? Int32Array.of(0));
    const context = segments ? tf.add(positions, segments) : positions;
    const sum = tf.add<tf.Tensor2D>(this.pieces.forward(ids), context); // [pieces, width]
    const embedded = drop(this.norm.forward(sum));
    return this.projection ? this.projection.forward(embedded) : embedded;
  }
}

/** Self-attention, then a feed-forward block, each followed by a residual connection and LayerNorm. */
class BertLayer {
  private readonly heads: number;
  private readonly query: Linear;
  private readonly key: Linear;
  private readonly value: Linear;
  private readonly output: Linear;
  private readonly attentionNorm: LayerNorm;
  private readonly inner: Linear;
  private readonly outer: Linear;
  private readonly norm: LayerNorm;

  constructor(scope: Scope, config: BertConfig) {
    const { hidden, heads, intermediate, normEpsilon, adapter } = config;
    const weight = weightOf(config);
    const linear = (at: Scope, inputs: number, outputs: number): Linear =>
      new Linear(at, inputs, outputs, weight, zeros);
    const adapted = (at: Scope): Linear =>
      adapter ? new AdaptedLinear(at, hidden, hidden, weight, adapter) : linear(at, hidden, hidden);
    const attentionScope = scope.at("attention");
    this.heads = heads;
    this.query = adapted(attentionScope.at("query"));
    this.key = linear(attentionScope.at("key"), hidden, hidden);
    this.value = adapted(attentionScope.at("value"));
    this.output = linear(attentionScope.at("output"), hidden, hidden);
    this.attentionNorm = new LayerNorm(attentionScope.at("norm"), hidden, normEpsilon);
    this.inner = linear(scope.at("inner"), hidden, intermediate);
    this.outer = linear(scope.at("outer"), intermediate, hidden);
    this.norm = new LayerNorm(scope.at("norm"), hidden, normEpsilon);
  }

  /** [pieces, hidden] → [pieces, hidden] */
  forward(hidden: tf.Tensor2D, { lengths, keys }: BertInput, drop: Dropout): tf.Tensor2D {
    const { heads } = this;
    const transformed = tf.concat(
      [this.query, this.key, this.value].map((map) => map.forward(hidden)),
      1,
    ); //                                                                             [pieces, 3 · hidden]
    const mask = dropoutMask(drop, [heads * rowsOf(squaresOf(lengths))]);
    const { output: context } = attention({ transformed, mask }, { heads, lengths, keys });
    const attended = this.attentionNorm.forward(plus(drop(this.output.forward(context)), hidden));
    const inner = this.inner.forward(attended, "gelu");
    return this.norm.forward(plus(drop(this.outer.forward(inner)), attended));
  }
}

/** BERT's encoder. Its parameters correspond to those of a Hugging Face checkpoint (families.ts). */
export class BertEncoder {
  private readonly config: BertConfig;
  private readonly embedding: BertEmbedding;
  private readonly layers: readonly BertLayer[];

  /** @param pieces size of the vocabulary */
  constructor(scope: Scope, config: BertConfig, pieces: number) {
    const bertScope = config.frozen || config.adapter ? scope.frozen() : scope;
    this.config = config;
    this.embedding = new BertEmbedding(bertScope.at("embedding"), config, pieces);
    this.layers = Array.from(
      { length: config.layers },
      (_, layer) => new BertLayer(bertScope.at("layers").at(layer), config),
    );
  }

  /** The representation of each piece [pieces, hidden], as `config.output` determines. */
  forward(input: BertInput, drop: Dropout = noDropout): tf.Tensor2D {
    const { frozen, dropout } = this.config;
    return frozen
      ? withoutGradient(() => this.represent(this.states(input, noDropout)))
      : this.represent(this.states(input, (values) => drop(values, dropout)));
  }

  /** Combines all hidden states into the representation. For a BERT with three layers, the embeddings are one of the last four states. */
  represent(states: readonly tf.Tensor2D[]): tf.Tensor2D {
    const last = states.slice(this.config.output === "lastFour" ? -4 : -1);
    return last.length > 1 ? tf.mul(tf.addN([...last]), 1 / last.length) : last[0];
  }

  /**
   * All hidden states [pieces, hidden]: the embeddings, then the output of each layer.
   * @param segmentIds [pieces]; default all 0
   */
  states(input: BertInput, drop: Dropout, segmentIds?: Int32Array): tf.Tensor2D[] {
    // frees intermediate tensors after each layer, unless the backward pass needs them
    const states = [tf.tidy(() => this.embedding.forward(input, drop, segmentIds))];
    for (const layer of this.layers) {
      states.push(tf.tidy(() => layer.forward(states[states.length - 1], input, drop)));
    }
    return states;
  }
}
