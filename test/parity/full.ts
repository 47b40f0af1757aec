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

/** Compares the whole model on sentences with context: pieces, embeddings, the encoder's output, the loss and every gradient. */
export function checkFull(golden: Golden, tally: Tally): void {
  const { bert: sizes, ...theirs } = golden.json("config", configSchema);
  const { pieces, ...bert } = bertSizes(sizes);
  const words = theirs.model_max_length;
  const config = parseConfig(
    {
      variant: "released",
      model: {
        embedding: { characters: theirs.char_dim, words: 0, pos: theirs.pos_dim },
        bert: { ...bert, context: { training: words, evaluation: words } },
        hidden: theirs.hidden_size,
        heads: theirs.num_heads,
        layers: theirs.num_layers,
        kernels: theirs.kernels_size,
        feedForward: theirs.dim_feedforward,
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
    pieces: comparePieces(golden, tally, sentences, config),
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
      compareEncoder(golden, tally, embedded, hidden, batch.lengths, theirs.hidden_size);
      const { prediction } = network.detect(hidden, batch.lengths);
      return matchingLoss(prediction, targets, batch.lengths, config.loss).loss;
    }, parameters.all);
    tally.add("loss", "out.loss", farthest([value], golden.tensor("out.loss").values), lossTolerance);
    const ours = parameters.names.map((name, i): [string, StoredTensor] => [name, readTensor(gradients[i])]);
    compareGradients(golden, tally, toReleased(new Map(ours)).state, config.model.kernels);
    tf.dispose(gradients);
  } finally {
    parameters.dispose();
  }
}

/**
 * Compares our pieces of the sentences and their context with theirs. The pieces of a word are from the file, because their test
 * uses a special tokenizer.
 * @returns our pieces
 */
function comparePieces(golden: Golden, tally: Tally, sentences: readonly Sentence[], { model }: Config) {
  const { shape, values } = golden.tensor("input.input_ids");
  const contexts = golden.json("context_words", z.array(list));
  const spans = golden.json("spans", z.array(z.array(z.tuple([z.int(), z.int()]))));
  const ranges = golden.json("start_end", z.array(z.tuple([z.int(), z.int()])));
  const row = (sentence: number) => [...values.subarray(sentence * shape[1], (sentence + 1) * shape[1])];
  const piecesOfWord = new Map(
    contexts.flatMap((words, s) => words.map((word, i) => [word, row(s).slice(...spans[s][i])] as const)),
  );
  const wordPiece = {
    special: (name: string) => (name === "[CLS]" ? values[0] : row(0)[spans[0].at(-1)![1]]),
    encode: (word: string) => piecesOfWord.get(word) ?? [],
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
  tally.require(padded.join() === values.join(), "input.input_ids differ");
  for (const [s, sentence] of sentences.entries()) {
    const { previous, next } = contextOf(sentence, rule);
    tally.require(
      [...previous, ...sentence.tokens, ...next].join(" ") === contexts[s].join(" "),
      `context_words of sentence ${s} differ`,
    );
    const theirs = spans[s]
      .slice(...ranges[s])
      .flatMap(([from, to], token) =>
        Array.from({ length: to - from }, (_, piece) => [from + piece, firstTokens[s] + token]),
      );
    const ours = [...pieces.tokens.subarray(firstPieces[s], firstPieces[s + 1]).entries()];
    const inSentences = ours.filter(([, token]) => token < firstTokens[sentences.length]);
    tally.require(inSentences.join() === theirs.join(), `spans of sentence ${s} differ`);
  }
  return pieces;
}

function fill(golden: Golden, parameters: Parameters): void {
  const theirs = new Map([...golden.withPrefix("param.")].map(([name, tensor]) => [name, single(tensor)]));
  const entries = [...theirs].map(([name, { shape }]) => [name, { dtype: "F32", shape }] as const);
  const shapes: Shapes = new Map(parameters.names.map((name) => [name, parameters.get(name).shape]));
  checkState(new Map(entries), shapes, golden.path);
  for (const [name, tensor] of fromReleased((name) => theirs.get(name) as StoredTensor, shapes))
    parameters.set(name, tensor);
}

/** Compares the outputs of the embeddings and the encoder, without padding. */
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
  tally.require(bertWidth + characters + pos === width, "out.stack.0 has another width");
  const isToken = (index: number, size: number) =>
    Math.floor(index / size) % tokens < lengths[Math.floor(index / size / tokens)];
  for (const [name, { values }] of golden.tensors) {
    if (!name.startsWith("out.") || name === "out.loss") continue;
    const tensor = ours.get(name);
    if (tensor) {
      const size = tensor.shape[1];
      const counts = (index: number) => isToken(index, size);
      tally.add(
        "outputs",
        name,
        farthest(unpack(readTensor(tensor), lengths).values, values, counts),
        outputTolerance,
      );
    } else if (/^out\.(token2vec|stack|encoder)\.1$/.test(name)) {
      tally.require(
        [...values].every((one, index) => Boolean(one) === isToken(index, 1)),
        `${name} differs`,
      );
    } else tally.require(false, `${name} has no counterpart`);
  }
}
