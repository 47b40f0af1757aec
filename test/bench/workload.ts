import { InputError } from "../../src/base/errors";
import {
  type Batching,
  batchings,
  type Corpus,
  loadCorpus,
  makeBatches,
  type Sentence,
  type SplitName,
} from "../../src/corpus";
import { EntityDetector } from "../../src/detector/entity-detector";
import { loadPretrained } from "../../src/detector/pretrained";
import { Random } from "../../src/engine";
import type { Config } from "../../src/training";
import { vocabulariesOf } from "../../src/training/lexicon";
import { AdamW } from "../../src/training/optimizer";
import { TrainingStep } from "../../src/training/step";
import { paddingWaste } from "../support/padding-waste";
import type { VocabularyFacts } from "./result";

/** The first sentences of a corpus's split. */
export interface CorpusPart {
  readonly path: string;
  readonly split: SplitName;
  readonly limit: number;
}

export interface WorkloadFacts {
  readonly batch: number;
  /** How the setting draws its training batches. The profile uses these. */
  readonly batching: Batching;
  /** Only for a model with BERT. */
  readonly vocabulary?: VocabularyFacts;
  readonly parameters: number;
  readonly sentences: number;
  readonly tokens: number;
  /** Training steps in a pass over the sentences. */
  readonly steps: number;
  /** Share of positions in these steps that are padding. */
  readonly padding: Readonly<Record<Batching, number>>;
}

/** @throws CorpusError @throws InputError if the split has no sentences */
export async function readPart({
  path,
  split,
  limit,
}: CorpusPart): Promise<{ corpus: Corpus; sentences: readonly Sentence[] }> {
  const corpus = await loadCorpus(path);
  const sentences = corpus.splits[split].slice(0, limit);
  if (!sentences.length) throw new InputError(`${path}: the split ${split} has no sentences`);
  return { corpus, sentences };
}

/**
 * A model and sentences to run it on. BERT has the weights that `model.bert.from` names; all others are random. The learning rate is
 * 0, so that every pass computes the same numbers (except for dropout), with all the arithmetic of an update.
 */
export class Workload {
  readonly detector: EntityDetector;
  /** Created by the first training, so that the memory of inference can be measured before. */
  private training: { readonly optimizer: AdamW; readonly step: TrainingStep } | undefined;
  /** Indices of the sentences of each training step. */
  private readonly batches: Readonly<Record<Batching, readonly (readonly number[])[]>>;

  /**
   * @param corpus source of the vocabularies, as in training
   * @throws InputError if the weights or the vocabulary of a BERT are missing or damaged
   */
  constructor(
    readonly config: Config,
    corpus: Corpus,
    readonly sentences: readonly Sentence[],
  ) {
    const { seed, batchSize } = config.training;
    const vocabularies = vocabulariesOf(config, corpus.splits.train);
    const random = new Random(seed);
    this.detector = new EntityDetector({ model: config.model, types: corpus.types, vocabularies }, random);
    loadPretrained(this.detector);
    const batches = batchings.map((one) => [one, makeBatches(sentences, batchSize, random, one)] as const);
    this.batches = Object.fromEntries(batches) as Record<Batching, number[][]>;
  }

  get parameters(): number {
    return this.detector.network.parameters.size;
  }

  /** The WordPiece vocabulary of a model with BERT. */
  get vocabulary(): WorkloadFacts["vocabulary"] {
    const { bert } = this.config.model;
    const { pieces } = this.detector.description.vocabularies;
    if (bert === null || pieces === undefined) return undefined;
    const source = bert.from === null && bert.vocabulary === null ? "corpus" : "file";
    return { pieces: pieces.size, source };
  }

  get size(): Pick<WorkloadFacts, "sentences" | "tokens" | "steps" | "padding"> {
    const { shuffled, similarLength } = this.batches;
    return {
      sentences: this.sentences.length,
      tokens: this.sentences.reduce((sum, { tokens }) => sum + tokens.length, 0),
      steps: shuffled.length,
      padding: {
        shuffled: paddingWaste(this.sentences, shuffled),
        similarLength: paddingWaste(this.sentences, similarLength),
      },
    };
  }

  /** The optimizer of the training passes, for the profile. */
  get optimizer(): AdamW {
    return this.trainer.optimizer;
  }

  /** A training step on every batch. */
  train(batching: Batching = this.config.training.batching): void {
    const { step } = this.trainer;
    for (const indices of this.batches[batching])
      step.run(
        indices.map((index) => this.sentences[index]),
        0,
      );
  }

  /** Predicts the entities of all sentences. */
  async infer(batchSize: number): Promise<void> {
    await this.detector.predict(this.sentences, { batchSize });
  }

  dispose(): void {
    this.training?.optimizer.dispose();
    this.detector.dispose();
  }

  private get trainer() {
    if (!this.training) {
      const { seed, weightDecay, decay } = this.config.training;
      const optimizer = new AdamW(this.detector.network.parameters, weightDecay, decay);
      const step = new TrainingStep(this.detector, optimizer, this.config, new Random(seed));
      this.training = { optimizer, step };
    }
    return this.training;
  }
}
