import { InputError } from "../base/errors";
import type { ModelConfig } from "../config/model-config";
import type { TrainingConfig } from "../config/training-config";
import {
  type CutOff,
  joinSentences,
  type Sentence,
  type Sentences,
  type SplitName,
  selectSentences,
  splitNames,
  type TrainingCorpus,
  tokenCountsOf,
} from "../corpus";
import { targetsOf } from "../criterion/loss";
import { baselineName } from "../detector/architecture";
import { cutOffOf } from "../detector/bert-cut-off";
import type { EntityDetector } from "../detector/entity-detector";
import { longestSentence, outOfMemory } from "../detector/sentence-memory";
import type { ModelDescription } from "../detector/storage";
import { Random } from "../engine";

/** The sentences to learn from: `limitTrain` of at most `maxLength` tokens, the first or a random subset. */
export function trainingSentences(
  { splits: { train, dev } }: TrainingCorpus,
  { limitTrain, maxLength, seed, subset, trainOn }: TrainingConfig,
): Sentences {
  const sentences = trainOn === "train" ? train : joinSentences(train, dev);
  if (maxLength === null && limitTrain === null) return sentences;
  const longest = maxLength ?? Number.POSITIVE_INFINITY;
  const random = subset === "random" ? new Random(seed + subsetStream) : undefined;
  return selectSentences(sentences, (tokens) => tokens <= longest, limitTrain ?? undefined, random);
}

/** Keeps the draws of the subset apart from those of the initial weights, which begin at the same seed. */
const subsetStream = 2 ** 32;

/** The dev sentences that every epoch is scored on; none if dev is trained on. */
export function devSentences(
  { splits: { dev } }: { readonly splits: Pick<TrainingCorpus["splits"], "dev"> },
  { limitDev, trainOn }: TrainingConfig,
): readonly Sentence[] {
  if (trainOn !== "train") return [];
  return limitDev === null ? dev : dev.slice(0, limitDev);
}

/**
 * Checks and returns the {@link trainingSentences}.
 * @param onRemark receives a line if the split that chooses the epoch has no entity
 * @throws InputError if there is no sentence to learn from, or none has an entity
 */
export function learnableSentences(
  corpus: TrainingCorpus,
  training: TrainingConfig,
  onRemark: (line: string) => void,
): Sentences {
  const { name, splits } = corpus;
  const sentences = trainingSentences(corpus, training);
  if (!sentences.length) {
    const limit = training.maxLength === null ? "" : ` of at most ${training.maxLength} tokens`;
    throw new InputError(`${name}: no training sentence${limit}`);
  }
  if (!hasEntity(sentences)) {
    const wayOut =
      sentences.length < splits.train.length
        ? "raise training.limitTrain or training.maxLength"
        : "see pnr corpus stats";
    throw new InputError(
      `${name}: none of the ${sentences.length} training sentences has an entity, so there is nothing to learn; ${wayOut}`,
    );
  }
  const { selectOn } = training;
  const choosing = { dev: devSentences(corpus, training), test: splits.test, last: [] }[selectOn];
  if (choosing.length && !hasEntity(choosing))
    onRemark(
      `${name}: ${selectOn} has no entity, so its F1 stays 0 and the first epoch is kept; training.selectOn=last keeps the last`,
    );
  return sentences;
}

/** @throws InputError naming the longest sentence of a split if it does not fit into the engine's memory */
export function requireMemory(
  model: ModelConfig,
  { name, splits }: TrainingCorpus,
  sentences: Sentences,
): void {
  const limit = longestSentence(model);
  for (const [split, splitSentences] of Object.entries({ ...splits, train: sentences }) as [
    SplitName,
    Sentences,
  ][]) {
    const tokens = tokenCountsOf(splitSentences).reduce((most, count) => Math.max(most, count), 0);
    if (tokens <= limit) continue;
    const index = tokenCountsOf(splits[split]).indexOf(tokens);
    const wayOut = split === "train" ? "skip it with training.maxLength, or split it" : "split it";
    throw new InputError(`${name}: ${split}: sentence ${index} ${outOfMemory(model, tokens)}; ${wayOut}`);
  }
}

/** The parts of each split that BERT does not read; splits that it reads completely are absent. */
export type CutOffs = Readonly<Partial<Record<SplitName, CutOff>>>;

/**
 * @param onRemark receives a line for each split with sentences longer than BERT's positions
 * @returns `undefined` if BERT reads everything, or the model has no BERT
 */
export function cutOffsOf(
  description: ModelDescription,
  splits: Readonly<Record<"train", Sentences> & Record<"dev" | "test", readonly Sentence[]>>,
  onRemark: (line: string) => void,
): CutOffs | undefined {
  const cutOffs: Partial<Record<SplitName, CutOff>> = {};
  for (const split of splitNames) {
    const cutOff = cutOffOf(description, splits[split], split, onRemark);
    if (cutOff) cutOffs[split] = cutOff;
  }
  return Object.keys(cutOffs).length ? cutOffs : undefined;
}

/** Number of the gold entities of each split that a baseline cannot predict; splits without any are absent. */
export type Unreachable = Readonly<Partial<Record<SplitName, number>>>;

/**
 * @param onRemark receives a line for each split with entities that the model cannot predict
 * @returns `undefined` if it can predict all
 */
export function unreachableOf(
  { architecture, description: { model, types } }: Pick<EntityDetector, "architecture" | "description">,
  splits: Readonly<Record<SplitName, Sentences>>,
  onRemark: (line: string) => void,
): Unreachable | undefined {
  if (!architecture.reachable) return undefined;
  const counts: Partial<Record<SplitName, number>> = {};
  for (const split of splitNames) {
    let [all, missed] = [0, 0];
    for (const sentence of splits[split]) {
      const entities = targetsOf(sentence, types);
      all += entities.length;
      missed += entities.length - architecture.reachable(entities).length;
    }
    if (!missed) continue;
    counts[split] = missed;
    onRemark(
      `${split}: a ${baselineName(model)} cannot predict ${missed.toLocaleString("en")} of ${all.toLocaleString("en")} entities; they count as missed`,
    );
  }
  return Object.keys(counts).length ? counts : undefined;
}

function hasEntity(sentences: Sentences): boolean {
  for (const { entities } of sentences) if (entities.length) return true;
  return false;
}
