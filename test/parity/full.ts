import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { StoredTensor } from "../../src/base/safetensors";
import { type EncodedBatch, encodeBatch, Vocabulary } from "../../src/corpus";
import { type ContextSentence, contextOf, encodePieces } from "../../src/corpus/pieces";
import { matchingLoss } from "../../src/criterion/loss";
import { checkState, fromReleased, type Shapes, toReleased } from "../../src/detector/exchange";
import { type Lengths, offsetsOf, Random, valueAndGradients } from "../../src/engine";
import { Network } from "../../src/model/network";
import { Parameters, readTensor } from "../../src/nn/parameters";
import { type Config, parseConfig } from "../../src/training";
import { unpack } from "../support/padding";
import { bertSizes } from "./bert";
import { type Golden, single } from "./golden";
import { compareGradients } from "./gradients";
import { farthest, type Tally } from "./tally";
import { lossTolerance, outputTolerance } from "./tolerances";

const list = z.array(z.string());
const sentenceSchema = z.object({
  tokens: list,
  pos: list,
  entities: z.array(z.object({ start: z.int(), end: z.int(), type: z.string() })),
  ltokens: list,
  rtokens: list,
});
type Sentence = z.infer<typeof sentenceSchema> & ContextSentence;

const configSchema = z.object({
  hidden_size: z.int(),
  bert: z.string(),
  num_heads: z.int(),
  num_layers: z.int(),
  dim_feedforward: z.int(),
  kernels_size: z.array(z.int()),
  char_dim: z.int(),
  pos_dim: z.int(),
  model_max_length: z.int(),
});

/** The whole model on sentences with their context: pieces, embeddings, the encoder's output, the loss and every gradient. */
export function checkFull(golden: Golden, tally: Tally): void {
  const { bert: sizes, ...there } = golden.json("config", configSchema);
  const { pieces, ...bert } = bertSizes(sizes);
  const words = there.model_max_length;
  const config = parseConfig(
    {
      variant: "released",
      model: {
        embedding: { characters: there.char_dim, words: 0, pos: there.pos_dim },
        bert: { ...bert, context: { training: words, evaluation: words } },
        hidden: there.hidden_size,
        heads: there.num_heads,
        layers: there.num_layers,
        kernels: there.kernels_size,
        feedForward: there.dim_feedforward,
      },
    },
    golden.path,
  );
  const sentences: Sentence[] = golden
    .json("sentences", z.array(sentenceSchema))
    .map((sentence) => ({ ...sentence, previous: sentence.ltokens, next: sentence.rtokens }));
  const vocabularies = {
    words: Vocabulary.from([]),
    characters: Vocabulary.from(golden.json("chars", list)),
    pos: Vocabulary.from(golden.json("pos", list)),
  };
  const batch: EncodedBatch = {
    ...encodeBatch(sentences, vocabularies),
    pieces: checkedPieces(golden, tally, sentences, config),
  };
  const types = golden.json("types", list);
  const network = new Network(
    config.model,
    types.length,
    { words: 1, characters: vocabularies.characters.size, pos: vocabularies.pos.size, pieces },
    new Parameters(new Random(1)),
  );
  const { parameters } = network;
  try {
    fill(golden, parameters);
    const targets = sentences.map(({ entities }) =>
      entities.map(({ start, end, type }) => ({ start, end: end - 1, type: types.indexOf(type) })),
    );
    const { value, gradients } = valueAndGradients(() => {
      const embedded = network.encoder.embed(batch);
      const hidden = network.encoder.fuse(embedded, batch.lengths);
      compareEncoder(golden, tally, embedded, hidden, batch.lengths, there.hidden_size);
      const { prediction } = network.detect(hidden, batch.lengths);
      return matchingLoss(prediction, targets, batch.lengths, config.loss).loss;
    }, parameters.all);
    tally.add("loss", "out.loss", farthest([value], golden.tensor("out.loss").values), lossTolerance);
    const own = parameters.names.map((name, at): [string, StoredTensor] => [name, readTensor(gradients[at])]);
    compareGradients(golden, tally, toReleased(new Map(own)).state, config.model.kernels);
    tf.dispose(gradients);
  } finally {
    parameters.dispose();
  }
}

/**
 * Our pieces of the sentences and their context, compared with theirs. Their words are cut by a tokenizer of their test alone,
 * so that what pieces a word has is taken from the file.
 */
function checkedPieces(golden: Golden, tally: Tally, sentences: readonly Sentence[], { model }: Config) {
  const { shape, values } = golden.tensor("input.input_ids");
  const contexts = golden.json("context_words", z.array(list));
  const spans = golden.json("spans", z.array(z.array(z.tuple([z.int(), z.int()]))));
  const own = golden.json("start_end", z.array(z.tuple([z.int(), z.int()])));
  const row = (sentence: number) => [...values.subarray(sentence * shape[1], (sentence + 1) * shape[1])];
  const known = new Map(
    contexts.flatMap((words, s) => words.map((word, at) => [word, row(s).slice(...spans[s][at])] as const)),
  );
  const wordPiece = {
    special: (name: string) => (name === "[CLS]" ? values[0] : row(0)[spans[0].at(-1)![1]]),
    encode: (word: string) => known.get(word) ?? [],
  };
  const rule = {
    words: model.bert!.context.training,
    positions: model.bert!.positions,
    rule: model.bertContext,
  };
  const pieces = encodePieces(sentences, wordPiece, rule);
  const [firstPieces, firstTokens] = [pieces.lengths, sentences.map(({ tokens }) => tokens.length)].map(
    offsetsOf,
  );
  const ids = { shape: [pieces.ids.length], values: Float32Array.from(pieces.ids) };
  const padded = unpack(ids, pieces.lengths).values;
  tally.require(padded.join() === values.join(), "input.input_ids are others here");
  for (const [s, sentence] of sentences.entries()) {
    const { previous, next } = contextOf(sentence, rule);
    tally.require(
      [...previous, ...sentence.tokens, ...next].join(" ") === contexts[s].join(" "),
      `context_words of sentence ${s} are others here`,
    );
    const places = spans[s]
      .slice(...own[s])
      .flatMap(([from, to], token) =>
        Array.from({ length: to - from }, (_, piece) => [from + piece, firstTokens[s] + token]),
      );
    const ours = [...pieces.tokens.subarray(firstPieces[s], firstPieces[s + 1]).entries()];
    const read = ours.filter(([, token]) => token < firstTokens[sentences.length]);
    tally.require(read.join() === places.join(), `spans of sentence ${s} are others here`);
  }
  return pieces;
}

function fill(golden: Golden, parameters: Parameters): void {
  const theirs = new Map([...golden.below("param.")].map(([name, tensor]) => [name, single(tensor)]));
  const entries = [...theirs].map(([name, { shape }]) => [name, { dtype: "F32", shape }] as const);
  const shapes: Shapes = new Map(parameters.names.map((name) => [name, parameters.get(name).shape]));
  checkState(new Map(entries), shapes, golden.path);
  for (const [name, tensor] of fromReleased((name) => theirs.get(name) as StoredTensor, shapes))
    parameters.set(name, tensor);
}

/** What the embeddings and the encoder put out, without the padding. */
function compareEncoder(
  golden: Golden,
  tally: Tally,
  embedded: tf.Tensor2D,
  hidden: tf.Tensor2D,
  lengths: Lengths,
  bertWidth: number,
): void {
  const [rows, width] = embedded.shape;
  const tokens = Math.max(...lengths);
  const [characters, pos] = ["char2vec", "pos2vec"].map((name) => golden.tensor(`out.${name}`).shape[2]);
  const columns = (from: number, count: number) => tf.slice(embedded, [0, from], [rows, count]);
  const ours = new Map<string, tf.Tensor2D>([
    ["out.token2vec.0", columns(0, bertWidth)],
    ["out.char2vec", columns(bertWidth, characters)],
    ["out.pos2vec", columns(bertWidth + characters, pos)],
    ["out.stack.0", embedded],
    ["out.encoder.0", hidden],
  ]);
  tally.require(bertWidth + characters + pos === width, "out.stack.0 is of another width");
  const inside = (at: number, size: number) =>
    Math.floor(at / size) % tokens < lengths[Math.floor(at / size / tokens)];
  for (const [name, { values }] of golden.tensors) {
    if (!name.startsWith("out.") || name === "out.loss") continue;
    const tensor = ours.get(name);
    if (tensor) {
      const size = tensor.shape[1];
      const counts = (at: number) => inside(at, size);
      tally.add(
        "outputs",
        name,
        farthest(unpack(readTensor(tensor), lengths).values, values, counts),
        outputTolerance,
      );
    } else if (/^out\.(token2vec|stack|encoder)\.1$/.test(name)) {
      tally.require(
        [...values].every((one, at) => Boolean(one) === inside(at, 1)),
        `${name} is another here`,
      );
    } else tally.require(false, `${name} has no counterpart`);
  }
}
