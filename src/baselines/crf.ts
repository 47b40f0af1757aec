// A BiGRU-CRF: the sentence encoder, then a linear-chain CRF over BIOES tags. With one level it is flat: it learns the outermost
// entities. With several, there is one sequence of tags for each level of nesting, on a shared encoder (`nestingLevels`).
//
//   E^l = W^l H + b^l                     emissions of level l [tokens, 4 T + 1]
//   loss = Σ_l log Z^l − score^l(y^l)     negative log-likelihood of the gold tags, mean over sentences
//
// Each level predicts its most probable sequence. The probability of an entity is its marginal (`chain.ts`).
import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../base/errors";
import type { ModelConfig } from "../config/model-config";
import type { EncodedBatch } from "../corpus";
import type { Target } from "../criterion/loss";
import { customGradient, type Lengths, offsetsOf } from "../engine";
import { SentenceEncoder, type VocabularySizes } from "../model/encoder";
import type { Candidate } from "../model/head";
import { Linear } from "../nn/linear";
import { type Dropout, type Parameters, Scope, zeros } from "../nn/parameters";
import { candidatesOf } from "./candidates";
import { Chain, type ChainScores } from "./chain";
import { nestingLevels, TagSet } from "./tags";

/** A BiGRU-CRF, flat or with a sequence of tags for each level of nesting. */
export class CrfTagger {
  readonly parameters: Parameters;
  readonly encoder: SentenceEncoder;
  private readonly tags: TagSet;
  private readonly levels: readonly CrfLevel[];

  /**
   * @param types number of entity types
   * @param levels sequences of tags
   * @param parameters must be empty; initial values are drawn from its random generator
   */
  constructor(
    config: ModelConfig,
    types: number,
    levels: number,
    sizes: VocabularySizes,
    parameters: Parameters,
  ) {
    const scope = new Scope(parameters);
    this.parameters = parameters;
    this.encoder = new SentenceEncoder(scope.at("encoder"), config, sizes);
    this.tags = new TagSet(types);
    this.levels = Array.from(
      { length: levels },
      (_, level) => new CrfLevel(scope.at("crf").at(level), config.hidden, this.tags),
    );
  }

  loss(batch: EncodedBatch, targets: readonly (readonly Target[])[], drop: Dropout): tf.Scalar {
    const hidden = drop(this.encoder.forward(batch, drop));
    const levels = targets.map(nestingLevels);
    const losses = this.levels.map((crf, level) => {
      const gold = batch.lengths.map((tokens, sentence) =>
        this.tags.encode(levels[sentence][level] ?? [], tokens),
      );
      return crf.loss(hidden, batch.lengths, gold);
    });
    return losses.reduce((sum, loss) => tf.add(sum, loss));
  }

  candidates(hidden: tf.Tensor2D, lengths: Lengths): Candidate[][] {
    const chains = this.levels.map((level) => level.chains(hidden, lengths));
    return lengths.map((tokens, sentence) =>
      chains.flatMap((ofLevel) => {
        const chain = ofLevel[sentence];
        const others = Array.from({ length: tokens }, (_, start) => chain.mostProbableFrom(start));
        const withProbability = (entity: Target) => ({ ...entity, probability: chain.probability(entity) });
        return candidatesOf(this.tags.decode(chain.best()).map(withProbability), others.map(withProbability));
      }),
    );
  }

  reachable(entities: readonly Target[]): readonly Target[] {
    return nestingLevels(entities).slice(0, this.levels.length).flat();
  }
}

/** The CRF of one level. Parameters `emission`, `transitions` [tags, tags], `starts` and `ends` [tags]. */
class CrfLevel {
  private readonly emission: Linear;
  private readonly transitions: tf.Variable<tf.Rank.R2>;
  private readonly starts: tf.Variable<tf.Rank.R1>;
  private readonly ends: tf.Variable<tf.Rank.R1>;

  constructor(
    scope: Scope,
    hidden: number,
    private readonly tags: TagSet,
  ) {
    const { size } = tags;
    this.emission = new Linear(scope.at("emission"), hidden, size);
    this.transitions = scope.make("transitions", [size, size], zeros);
    this.starts = scope.make("starts", [size], zeros);
    this.ends = scope.make("ends", [size], zeros);
  }

  /** The distribution over the tags of each sentence. */
  chains(hidden: tf.Tensor2D, lengths: Lengths): Chain[] {
    const scores = [this.emission.forward(hidden), this.transitions, this.starts, this.ends];
    return chainsOf(scores, lengths, this.tags);
  }

  /** The mean over the sentences of log Z − score(y). @param gold the tags y of each sentence */
  loss(hidden: tf.Tensor2D, lengths: Lengths, gold: readonly Int32Array[]): tf.Scalar {
    const inputs = [this.emission.forward(hidden), this.transitions, this.starts, this.ends];
    return customGradient(inputs, (save) => {
      const { loss, gradients } = negativeLogLikelihood(
        chainsOf(inputs, lengths, this.tags),
        gold,
        this.tags.size,
      );
      save(gradients.map((values, index) => tf.tensor(values, inputs[index].shape, "float32")));
      return {
        value: tf.scalar(loss, "float32"),
        gradFunc: (dy, saved) => saved.map((gradient) => tf.mul(gradient, dy)),
      };
    }) as tf.Scalar;
  }
}

/** @param scores the tensors of {@link ChainScores}, in their order */
function chainsOf(scores: readonly tf.Tensor[], lengths: Lengths, tags: TagSet): Chain[] {
  const [emissions, transitions, starts, ends] = scores.map((tensor) => tensor.dataSync() as Float32Array);
  const offsets = offsetsOf(lengths);
  return lengths.map((_, sentence) => {
    const [first, end] = [offsets[sentence] * tags.size, offsets[sentence + 1] * tags.size];
    return new Chain(tags, { emissions: emissions.subarray(first, end), transitions, starts, ends });
  });
}

/**
 * The mean of log Z − score(y) over sentences, and its gradient with respect to each of the chains' scores: the expected number
 * of uses of the score minus the number of uses in y.
 */
function negativeLogLikelihood(
  chains: readonly Chain[],
  gold: readonly Int32Array[],
  size: number,
): { readonly loss: number; readonly gradients: readonly Float32Array[] } {
  const weight = 1 / chains.length;
  const tokens = chains.reduce((sum, chain) => sum + chain.tokens, 0);
  const gradients: Record<keyof ChainScores, Float32Array> = {
    emissions: new Float32Array(tokens * size),
    transitions: new Float32Array(size * size),
    starts: new Float32Array(size),
    ends: new Float32Array(size),
  };
  let loss = 0;
  let first = 0;
  for (const [sentence, chain] of chains.entries()) {
    const sequence = gold[sentence];
    loss += weight * (chain.logPartition - chain.score(sequence));
    const expected = chain.expectations();
    const emissions = gradients.emissions.subarray(first, first + chain.tokens * size);
    for (const [values, sums] of [
      [expected.emissions, emissions],
      [expected.transitions, gradients.transitions],
      [expected.starts, gradients.starts],
      [expected.ends, gradients.ends],
    ])
      for (let index = 0; index < values.length; index++) sums[index] += weight * values[index];
    for (const [token, tag] of sequence.entries()) {
      emissions[token * size + tag] -= weight;
      if (token > 0) gradients.transitions[sequence[token - 1] * size + tag] -= weight;
    }
    gradients.starts[sequence[0]] -= weight;
    gradients.ends[sequence[chain.tokens - 1]] -= weight;
    first += chain.tokens * size;
  }
  if (!Number.isFinite(loss))
    throw new PnrError("The loss is not finite: the learning rate may be too high (training.learningRate).");
  return { loss, gradients: Object.values(gradients) };
}
