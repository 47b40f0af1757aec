import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../base/errors";
import type { StoredTensor } from "../../base/safetensors";
import { type BertConfig, wordPieceOf, writePretrained } from "../../bert";
import {
  type Corpus,
  type EncodedPieces,
  encodePieces,
  makeBatches,
  type Sentence,
  type WordPiece,
} from "../../corpus";
import { dropout, Random, scoped, startEngine, valueAndGradients } from "../../engine";
import { type Dropout, readTensor } from "../../nn/parameters";
import { AdamW, globalNorm } from "../optimizer";
import { cosineSchedule } from "../schedule";
import { MaskedWordModel } from "./masked-words";
import { maskPieces } from "./masking";

export interface PretrainOptions {
  readonly corpus: Corpus;
  /** Its `from` must be null: it starts from nothing. */
  readonly bert: BertConfig;
  /** Where the encoder is written, in Hugging Face's format. */
  readonly folder: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** How often a word must occur in train to be a piece; 2 where left out. */
  readonly minimumWordCount?: number;
  /** Stops before the next step; nothing is written then. */
  readonly signal?: AbortSignal;
  readonly onStep?: (report: PretrainStep) => void;
  readonly onEpoch?: (report: PretrainEpoch) => void;
}

export interface PretrainStep {
  /** Of all epochs' steps, counted from 1. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

/** How well pieces of dev are guessed, always the same ones; of train where there is no dev. */
export interface PretrainEpoch {
  /** 0 is before the first step. */
  readonly epoch: number;
  /** Mean negative log-probability of the right piece, in nats. */
  readonly loss: number;
  /** Share of pieces guessed right. */
  readonly accuracy: number;
}

const warmup = 0.1;
const weightDecay = 0.01;
const maxGradientNorm = 1;
/** Sentences that are enough to see how well it guesses. */
const examined = 500;

/**
 * Pre-trains a BERT on a corpus's train sentences and their neighbors by masked words (Devlin et al. 2019, §3.1), and writes it as a
 * folder that `model.bert.from` takes.
 * @returns a report an epoch, the first of before training
 * @throws InputError when the vocabulary cannot be had, or has no [MASK]
 * @throws the signal's reason when it aborts
 */
export async function pretrain(options: PretrainOptions): Promise<PretrainEpoch[]> {
  const { corpus, bert, folder, epochs, batchSize, seed, signal } = options;
  const { train, dev } = corpus.splits;
  if (bert.from !== null)
    throw new InputError("model.bert.from: pre-training starts from nothing; set it to null");
  await startEngine();
  const wordPiece = wordPieceOf(bert, train, options.minimumWordCount ?? 2);
  const random = new Random(seed);
  const model = new MaskedWordModel(bert, wordPiece.size, random);
  const optimizer = new AdamW(model.parameters, weightDecay);
  const reports: PretrainEpoch[] = [];
  const report = (epoch: number): void => {
    const held = (dev.length ? dev : train).slice(0, examined);
    reports.push({ epoch, ...examine(model, held, wordPiece, options) });
    options.onEpoch?.(reports[epoch]);
  };
  try {
    report(0);
    const steps = epochs * Math.ceil(train.length / batchSize);
    const schedule = cosineSchedule(steps, warmup);
    for (let epoch = 1; epoch <= epochs; epoch++) {
      for (const batch of makeBatches(train, batchSize, random)) {
        const sentences = batch.map((index) => train[index]);
        const rate = options.learningRate * schedule(optimizer.steps);
        const loss = learn(model, optimizer, rate, sentences, wordPiece, options, random);
        options.onStep?.({ step: optimizer.steps, steps, loss });
        // lets timers, progress and Ctrl-C through between steps
        await new Promise(setImmediate);
        signal?.throwIfAborted();
      }
      report(epoch);
    }
    writePretrained(folder, bert, wordPiece, weightsOf(model));
    return reports;
  } finally {
    optimizer.dispose();
    model.parameters.dispose();
  }
}

function weightsOf({ parameters }: MaskedWordModel): Map<string, StoredTensor> {
  const own = parameters.names.filter((name) => name.startsWith("bert."));
  return new Map(own.map((name) => [name.slice("bert.".length), readTensor(parameters.get(name))]));
}

type Rules = Pick<PretrainOptions, "bert">;

function encode(sentences: readonly Sentence[], wordPiece: WordPiece, { bert }: Rules): EncodedPieces {
  const { context, positions } = bert;
  return encodePieces(sentences, wordPiece, { words: context.training, positions, rule: "paper" });
}

function learn(
  model: MaskedWordModel,
  optimizer: AdamW,
  rate: number,
  sentences: readonly Sentence[],
  wordPiece: WordPiece,
  { bert }: Rules,
  random: Random,
): number {
  const pieces = encode(sentences, wordPiece, { bert });
  const masked = maskPieces(pieces, wordPiece.special("[MASK]"), wordPiece.size, random);
  const drop: Dropout = (input, share = bert.dropout) => dropout(input, share, random) as typeof input;
  const { value, gradients } = valueAndGradients(
    () => model.guess(pieces, masked, drop).loss,
    model.parameters.all,
  );
  try {
    optimizer.step(gradients, rate, Math.min(1, maxGradientNorm / (globalNorm(gradients) + 1e-6)));
  } finally {
    tf.dispose(gradients);
  }
  return value;
}

/** Guesses of the same pieces every time, because the masks are drawn anew from the same seed. */
function examine(
  model: MaskedWordModel,
  sentences: readonly Sentence[],
  wordPiece: WordPiece,
  { bert, batchSize, seed }: Pick<PretrainOptions, "bert" | "batchSize" | "seed">,
): Omit<PretrainEpoch, "epoch"> {
  const random = new Random(seed);
  const sums = { loss: 0, right: 0, count: 0 };
  for (const batch of makeBatches(sentences, batchSize)) {
    const pieces = encode(
      batch.map((index) => sentences[index]),
      wordPiece,
      { bert },
    );
    const masked = maskPieces(pieces, wordPiece.special("[MASK]"), wordPiece.size, random);
    const { targets } = masked;
    scoped(() => {
      const { loss, best } = model.guess(pieces, masked);
      sums.loss += loss.dataSync()[0] * targets.length;
      sums.right += best.dataSync().filter((piece, at) => piece === targets[at]).length;
    });
    sums.count += targets.length;
  }
  return { loss: sums.loss / sums.count, accuracy: sums.right / sums.count };
}
