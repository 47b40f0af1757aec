import * as tf from "@tensorflow/tfjs-core";
import type { EncodedPieces } from "../corpus";
import { attention, placesOf, plus, rowsOf, squaresOf, withoutGradient } from "../engine";
import { Embedding } from "../nn/embedding";
import { LayerNorm, Linear } from "../nn/linear";
import { dropoutMask } from "../nn/mask";
import { type Dropout, type Initializer, noDropout, normalOf, type Scope, zeros } from "../nn/parameters";
import type { BertConfig } from "./config";

const random = normalOf(0.02);

/** First values of all weights, as BERT was made; 0 for one whose weights come from a file. Biases are 0. */
const weightOf = ({ from }: BertConfig): Initializer => (from === null ? random : zeros);
/** Segments of the pre-training task "does B follow A?"; everything here is segment 0. */
const segments = 2;

/** Pieces, those of one input after those of another. */
export interface BertInput extends Pick<EncodedPieces, "ids" | "lengths"> {
  /** How many of each input's first pieces are read; left out, all. The others read, as padding does in Hugging Face's BERT. */
  readonly keys?: readonly number[];
}

/** The sum of a piece's, its place's and its segment's embedding, normalized. */
class BertEmbedding {
  private readonly pieces: Embedding;
  private readonly positions: Embedding;
  private readonly segments: Embedding;
  private readonly norm: LayerNorm;

  constructor(scope: Scope, config: BertConfig, count: number) {
    const { hidden, positions, normEpsilon } = config;
    const weight = weightOf(config);
    this.pieces = new Embedding(scope.at("pieces"), count, hidden, weight);
    this.positions = new Embedding(scope.at("positions"), positions, hidden, weight);
    this.segments = new Embedding(scope.at("segments"), segments, hidden, weight);
    this.norm = new LayerNorm(scope.at("norm"), hidden, normEpsilon);
  }

  /** @param segmentIds [pieces]; left out, all 0 */
  forward({ ids, lengths }: BertInput, drop: Dropout, segmentIds?: Int32Array): tf.Tensor2D {
    const around = tf.add(
      this.positions.forward(placesOf(lengths)),
      this.segments.forward(segmentIds ?? Int32Array.of(0)),
    );
    const sum = tf.add(this.pieces.forward(ids), around) as tf.Tensor2D; //           [pieces, hidden]
    return drop(this.norm.forward(sum));
  }
}

/** One layer: self-attention, then a feed-forward block, each with a residual connection and LayerNorm after it. */
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
    const { hidden, heads, intermediate, normEpsilon } = config;
    const weight = weightOf(config);
    const linear = (place: Scope, inputs: number, outputs: number): Linear =>
      new Linear(place, inputs, outputs, weight, zeros);
    const around = scope.at("attention");
    this.heads = heads;
    this.query = linear(around.at("query"), hidden, hidden);
    this.key = linear(around.at("key"), hidden, hidden);
    this.value = linear(around.at("value"), hidden, hidden);
    this.output = linear(around.at("output"), hidden, hidden);
    this.attentionNorm = new LayerNorm(around.at("norm"), hidden, normEpsilon);
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
    const { output: read } = attention({ transformed, mask }, { heads, lengths, keys });
    const attended = this.attentionNorm.forward(plus(drop(this.output.forward(read)), hidden)) as tf.Tensor2D;
    const inner = this.inner.forward(attended, "gelu");
    return this.norm.forward(plus(drop(this.outer.forward(inner)), attended)) as tf.Tensor2D;
  }
}

/** BERT's encoder. Its parameters map one to one onto a Hugging Face checkpoint's (names.ts). */
export class BertEncoder {
  private readonly config: BertConfig;
  private readonly embedding: BertEmbedding;
  private readonly layers: readonly BertLayer[];

  /** @param pieces how many the vocabulary has */
  constructor(scope: Scope, config: BertConfig, pieces: number) {
    const own = config.frozen ? scope.frozen() : scope;
    this.config = config;
    this.embedding = new BertEmbedding(own.at("embedding"), config, pieces);
    this.layers = Array.from(
      { length: config.layers },
      (_, layer) => new BertLayer(own.at("layers").at(layer), config),
    );
  }

  /**
   * The representation of each piece [pieces, hidden]: the mean of the last four hidden states or the last one, as the config
   * says.
   */
  forward(input: BertInput, drop: Dropout = noDropout): tf.Tensor2D {
    const { frozen, dropout } = this.config;
    return frozen
      ? withoutGradient(() => this.represent(this.states(input, noDropout)))
      : this.represent(this.states(input, (values) => drop(values, dropout)));
  }

  /** What the config takes from all hidden states; a BERT of fewer than four layers takes its embeddings for one of four. */
  represent(states: readonly tf.Tensor2D[]): tf.Tensor2D {
    const last = states.slice(this.config.output === "lastFour" ? -4 : -1);
    return last.length > 1 ? tf.mul(tf.addN([...last]), 1 / last.length) : last[0];
  }

  /**
   * All hidden states [pieces, hidden], the embeddings first, then those after each layer.
   * @param segmentIds [pieces]; left out, all 0
   */
  states(input: BertInput, drop: Dropout, segmentIds?: Int32Array): tf.Tensor2D[] {
    // frees at once what a layer leaves and no backward pass needs: prediction would keep all of it up to its end
    const states = [tf.tidy(() => this.embedding.forward(input, drop, segmentIds))];
    for (const layer of this.layers) {
      states.push(tf.tidy(() => layer.forward(states[states.length - 1], input, drop)));
    }
    return states;
  }
}
