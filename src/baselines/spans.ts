// A span classifier: it classifies each span of up to W tokens by itself, so its entities may nest and cross.
//
//   x = [h_i; h_j; mean(h_i … h_j); w_(j − i)]           representation of the span (i, j), w: width embedding
//   log p = log softmax(V GELU(U x + b) + c)             over T types and None, the last class
//   loss = −Σ log p[gold class of the span]              over the spans of a sentence, then mean over sentences
//
// U x is a sum of a map for each part of x. Those of h are computed once per token, then gathered for the spans.
import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/model-config";
import type { EncodedBatch } from "../corpus";
import type { Target } from "../criterion/loss";
import { gatherRows, gelu, type Lengths, logSoftmax, offsetsOf, plus, rowsOf } from "../engine";
import { SentenceEncoder, type VocabularySizes } from "../model/encoder";
import type { Candidate } from "../model/head";
import { Embedding } from "../nn/embedding";
import { Linear } from "../nn/linear";
import { type Dropout, noDropout, type Parameters, Scope, uniformOver } from "../nn/parameters";
import { candidatesOf, type ProbableEntity } from "./candidates";

/** All spans of up to W tokens of packed sentences: the shortest first, then by sentence and start. */
interface Spans {
  /** Rows of the first and of the last token of each span, and its sentence. */
  readonly firsts: Int32Array;
  readonly lasts: Int32Array;
  readonly sentences: Int32Array;
  /** Number of the spans of each width, from 1. */
  readonly counts: readonly number[];
}

function spansOf(lengths: Lengths, widest: number): Spans {
  const offsets = offsetsOf(lengths);
  const [firsts, lasts, sentences, counts]: number[][] = [[], [], [], []];
  for (let width = 1; width <= Math.min(widest, Math.max(...lengths)); width++) {
    const before = firsts.length;
    for (const [sentence, length] of lengths.entries()) {
      for (let start = 0; start + width <= length; start++) {
        firsts.push(offsets[sentence] + start);
        lasts.push(offsets[sentence] + start + width - 1);
        sentences.push(sentence);
      }
    }
    counts.push(firsts.length - before);
  }
  return {
    firsts: Int32Array.from(firsts),
    lasts: Int32Array.from(lasts),
    sentences: Int32Array.from(sentences),
    counts,
  };
}

/** A classifier of spans with width embeddings. */
export class SpanClassifier {
  readonly parameters: Parameters;
  readonly encoder: SentenceEncoder;
  private readonly first: Linear;
  private readonly last: Linear;
  private readonly inside: Linear;
  private readonly width: Embedding;
  private readonly output: Linear;
  private readonly none: number;

  /**
   * @param types number T of entity types
   * @param widest W, tokens of the longest span
   * @param parameters must be empty; initial values are drawn from its random generator
   */
  constructor(
    config: ModelConfig,
    types: number,
    private readonly widest: number,
    sizes: VocabularySizes,
    parameters: Parameters,
  ) {
    const { hidden } = config;
    const root = new Scope(parameters);
    const scope = root.at("spans");
    this.parameters = parameters;
    this.encoder = new SentenceEncoder(root.at("encoder"), config, sizes);
    const initial = uniformOver(3 * hidden); // as one map of the three parts
    const part = (name: string): Linear => new Linear(scope.at(name), hidden, hidden, initial, initial);
    this.first = part("first");
    this.last = part("last");
    this.inside = part("inside");
    this.width = new Embedding(scope.at("width"), widest, hidden, uniformOver(1));
    this.output = new Linear(scope.at("output"), hidden, types + 1);
    this.none = types;
  }

  loss(batch: EncodedBatch, targets: readonly (readonly Target[])[], drop: Dropout): tf.Scalar {
    const { lengths } = batch;
    const spans = spansOf(lengths, this.widest);
    const logClass = this.classify(drop(this.encoder.forward(batch, drop)), spans, drop);
    const weights = new Float32Array(logClass.size);
    const gold = this.goldClasses(targets, lengths, spans);
    for (const [span, type] of gold.entries()) weights[span * (this.none + 1) + type] = -1 / lengths.length;
    return tf.sum(tf.mul(logClass, tf.tensor(weights, logClass.shape, "float32")));
  }

  candidates(hidden: tf.Tensor2D, lengths: Lengths): Candidate[][] {
    const spans = spansOf(lengths, this.widest);
    const logClass = this.classify(hidden, spans).dataSync() as Float32Array;
    const offsets = offsetsOf(lengths);
    const predicted: ProbableEntity[][] = lengths.map(() => []);
    const others = new Array<ProbableEntity>(rowsOf(lengths));
    for (const [span, sentence] of spans.sentences.entries()) {
      const first = span * (this.none + 1);
      const logTypes = logClass.subarray(first, first + this.none);
      const type = logTypes.indexOf(Math.max(...logTypes));
      const [row, offset] = [spans.firsts[span], offsets[sentence]];
      const probability = Math.exp(logTypes[type]);
      const entity = { start: row - offset, end: spans.lasts[span] - offset, type, probability };
      if (logTypes[type] > logClass[first + this.none]) predicted[sentence].push(entity);
      if (!others[row] || probability > others[row].probability) others[row] = entity;
    }
    return lengths.map((_, sentence) =>
      candidatesOf(predicted[sentence], others.slice(offsets[sentence], offsets[sentence + 1])),
    );
  }

  reachable(entities: readonly Target[]): readonly Target[] {
    const spans = new Map<string, Target>();
    for (const entity of entities) {
      const key = `${entity.start} ${entity.end}`;
      if (entity.end - entity.start < this.widest && !spans.has(key)) spans.set(key, entity);
    }
    return [...spans.values()];
  }

  /** log p [spans, T + 1] @param hidden H [tokens, d] */
  private classify(hidden: tf.Tensor2D, spans: Spans, drop: Dropout = noDropout): tf.Tensor2D {
    const { firsts, lasts, counts } = spans;
    const widths = counts.flatMap((count, width) => new Array<number>(count).fill(width));
    const parts = [
      gatherRows(this.first.forward(hidden), firsts),
      gatherRows(this.last.forward(hidden), lasts),
      spanMeans(this.inside.forward(hidden), spans),
      this.width.forward(Int32Array.from(widths)),
    ];
    const inner = gelu(parts.reduce((sum, part) => plus(sum, part))) as tf.Tensor2D;
    return logSoftmax(this.output.forward(drop(inner)));
  }

  /** The class of each span. */
  private goldClasses(
    targets: readonly (readonly Target[])[],
    lengths: Lengths,
    { firsts, lasts }: Spans,
  ): Int32Array {
    const offsets = offsetsOf(lengths);
    const types = new Map<string, number>();
    for (const [sentence, entities] of targets.entries())
      for (const { start, end, type } of this.reachable(entities))
        types.set(`${offsets[sentence] + start} ${offsets[sentence] + end}`, type);
    return firsts.map((row, span) => types.get(`${row} ${lasts[span]}`) ?? this.none);
  }
}

/** The mean of the rows of each span: [tokens, d] → [spans, d]. The sum of a span is that of the one without its last row, and that row. */
function spanMeans(rows: tf.Tensor2D, { firsts, lasts, counts }: Spans): tf.Tensor2D {
  const means: tf.Tensor2D[] = [];
  let sums = rows;
  let begun: Int32Array = firsts.subarray(0, counts[0]); // the first rows of the spans in `sums`
  let done = counts[0];
  means.push(rows);
  for (const [index, count] of counts.slice(1).entries()) {
    const indexOf = new Map([...begun].map((row, position) => [row, position]));
    begun = firsts.subarray(done, done + count);
    const shorter = gatherRows(
      sums,
      [...begun].map((row) => indexOf.get(row) as number),
    );
    sums = plus(shorter, gatherRows(rows, lasts.subarray(done, done + count)));
    means.push(tf.mul(sums, 1 / (index + 2)));
    done += count;
  }
  return means.length > 1 ? tf.concat(means, 0) : rows;
}
