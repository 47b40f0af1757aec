import { InputError } from "../base/errors";
import type { TrainingConfig } from "../config/config";
import type { ModelConfig } from "../config/model";
import {
  joinSentences,
  type Sentence,
  type Sentences,
  type SplitName,
  selectSentences,
  type TrainingCorpus,
  tokenCountsOf,
} from "../corpus";
import { longestSentence, outOfMemory } from "../detector/sentence-memory";

/** What is learned from: the first sentences that are not too long. */
export function trainingSentences(
  { splits: { train, dev } }: TrainingCorpus,
  { limitTrain, maxLength, trainOn }: TrainingConfig,
): Sentences {
  const sentences = trainOn === "train" ? train : joinSentences(train, dev);
  if (maxLength === null && limitTrain === null) return sentences;
  const longest = maxLength ?? Number.POSITIVE_INFINITY;
  return selectSentences(sentences, (tokens) => tokens <= longest, limitTrain ?? undefined);
}

/** What every epoch is scored on; nothing where dev is learned from. */
export function devSentences(
  { splits: { dev } }: { readonly splits: Pick<TrainingCorpus["splits"], "dev"> },
  { limitDev, trainOn }: TrainingConfig,
): readonly Sentence[] {
  if (trainOn !== "train") return [];
  return limitDev === null ? dev : dev.slice(0, limitDev);
}

/**
 * The {@link trainingSentences}, if anything can be learned from them.
 * @param onRemark receives a line if no epoch can be chosen
 * @throws InputError when no sentence is left, or none has an entity
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
        : "look at it with pnr corpus stats";
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

/** @throws InputError naming the longest sentence of a split if the engine that runs has no memory for it */
export function requireRoom(
  model: ModelConfig,
  { name, splits }: TrainingCorpus,
  sentences: Sentences,
): void {
  const longest = longestSentence(model);
  for (const [split, used] of Object.entries({ ...splits, train: sentences }) as [SplitName, Sentences][]) {
    const tokens = tokenCountsOf(used).reduce((most, count) => Math.max(most, count), 0);
    if (tokens <= longest) continue;
    const at = tokenCountsOf(splits[split]).indexOf(tokens);
    const wayOut = split === "train" ? "leave it out with training.maxLength, or split it" : "split it";
    throw new InputError(`${name}: ${split}: sentence ${at} ${outOfMemory(model, tokens)}; ${wayOut}`);
  }
}

function hasEntity(sentences: Sentences): boolean {
  for (const { entities } of sentences) if (entities.length) return true;
  return false;
}
