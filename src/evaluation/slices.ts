import { nestingDepths } from "../corpus/spans";
import type { Entity, Sentence } from "../corpus/types";
import { assertComparable, type ComparedRun, type Difference } from "./compare";
import type { EvaluatedSentence } from "./evaluate";
import type { CountedEntity } from "./outcomes";
import { type BootstrapOptions, bootstrapSettings, bootstrapSums } from "./resample";
import type { Score, ScoreInterval } from "./score-types";
import { scoreOf } from "./scores";
import { type MentionGroup, SeenMentions } from "./seen-mentions";
import { documentsIn, sumByUnit, type TestUnits, unitsOf } from "./units";

/** The properties of an entity that a slice can use. */
export interface SlicedEntity extends Entity {
  readonly sentence: EvaluatedSentence;
  /** Its tokens, with spaces between them. */
  readonly text: string;
  /** In tokens. */
  readonly length: number;
  /** 1 if no longer entity on the same side (gold or predicted) contains it, else one more than the deepest that does. */
  readonly depth: number;
  /** Absent if the training split is unknown. */
  readonly mention?: MentionGroup;
}

/**
 * A part of the scored entities. A gold entity in the slice counts together with its correct prediction. A false prediction
 * counts if it is in the slice.
 */
export interface Slice {
  readonly name: string;
  /** Which sentences count. Default: all. */
  readonly sentence?: (sentence: EvaluatedSentence) => boolean;
  /** Which of their entities count. Default: all. */
  readonly entity?: (entity: SlicedEntity) => boolean;
  /** Whether `entity` uses the frequency in training. */
  readonly needsTraining?: boolean;
}

/** The scores of a run in a slice. */
export interface SliceScore {
  readonly score: Score;
  /** Null where a score is undefined (0/0). */
  readonly interval: ScoreInterval;
  /** F1 minus that of the first run, with its paired interval; absent for the first run. */
  readonly difference?: Difference;
}

export interface SlicedScores {
  readonly runs: readonly string[];
  readonly slices: readonly {
    readonly name: string;
    /** Sentences that count. */
    readonly sentences: number;
    /** `[runs]` */
    readonly scores: readonly SliceScore[];
  }[];
  readonly bootstrap: Required<BootstrapOptions> & { readonly units: TestUnits["name"] };
}

export interface SliceOptions extends BootstrapOptions {
  /** The sentences that the models were trained on, for slices by the frequency in training. */
  readonly training?: Iterable<Pick<Sentence, "tokens" | "entities">>;
}

/**
 * Scores one or more runs on parts of the same sentences. Intervals come from a bootstrap over documents, or over sentences if the
 * corpus has fewer than 20 documents.
 * @throws RangeError without runs, if the runs have different sentences or gold entities, if a slice needs the training split, or if
 * an option is out of range
 */
export function sliceScores(
  runs: readonly ComparedRun[],
  slices: readonly Slice[],
  { training, ...options }: SliceOptions = {},
): SlicedScores {
  if (!runs.length) throw new RangeError("runs: pass at least one run");
  for (const run of runs.slice(1)) assertComparable(runs[0], run);
  const unknown = training ? undefined : slices.find(({ needsTraining }) => needsTraining);
  if (unknown) throw new RangeError(`training: the slice "${unknown.name}" needs the training split`);
  const trainingMentions = training && new SeenMentions(training);
  const [{ sentences }] = runs;
  const units = unitsOf({ documents: documentsIn(sentences), sentences: sentences.length });
  const settings = bootstrapSettings(options);
  const counted = runs.map((run) =>
    run.sentences.map((sentence) => countsIn(sentence, slices, trainingMentions)),
  );
  const first = counted[0].map((counts) => counts.flat());
  return {
    runs: runs.map(({ name }) => name),
    slices: slices.map(({ name, sentence: counts = () => true }, slice) => ({
      name,
      sentences: sentences.filter(counts).length,
      scores: counted.map((counts, run): SliceScore => {
        const rows = counts.map((ofSlices, sentence) => [
          ...ofSlices[slice],
          ...first[sentence].slice(3 * slice, 3 * slice + 3),
        ]);
        const [precision, recall, f1, difference] = bootstrapSums(sumByUnit(rows, units), numbers, settings);
        const [gold, predicted, correct, ...others] = totals(rows);
        const score = scoreOf(gold, predicted, correct);
        const before = scoreOf(others[0], others[1], others[2]);
        const value = score.f1 - before.f1;
        return {
          score,
          interval: { precision, recall, f1 },
          ...(run > 0 && { difference: { value, interval: difference } }),
        };
      }),
    })),
    bootstrap: { ...settings, units: units.name },
  };
}

/** Precision, recall, F1 and its difference, of gold, predicted and correct entities of a run and of the first run. */
function numbers(sums: Float64Array): number[] {
  const [gold, predicted, correct, firstGold, firstPredicted, firstCorrect] = sums;
  const f1 = (200 * correct) / (gold + predicted);
  const firstF1 = (200 * firstCorrect) / (firstGold + firstPredicted);
  return [(100 * correct) / predicted, (100 * correct) / gold, f1, f1 - firstF1];
}

function totals(rows: readonly (readonly number[])[]): number[] {
  const sums = [0, 0, 0, 0, 0, 0];
  for (const row of rows) for (const [column, count] of row.entries()) sums[column] += count;
  return sums;
}

/** Gold, predicted and correct entities of a sentence in each slice. */
function countsIn(
  sentence: EvaluatedSentence,
  slices: readonly Slice[],
  trainingMentions: SeenMentions | undefined,
): number[][] {
  const { correct, missed, wrong } = sentence;
  const gold = sliced(sentence, [...correct, ...missed], trainingMentions);
  const predicted = sliced(sentence, [...correct, ...wrong], trainingMentions).slice(correct.length);
  return slices.map((slice) => {
    if (slice.sentence && !slice.sentence(sentence)) return [0, 0, 0];
    const counts = slice.entity ?? (() => true);
    const right = gold.slice(0, correct.length).filter(counts).length;
    return [gold.filter(counts).length, right + predicted.filter(counts).length, right];
  });
}

function sliced(
  sentence: EvaluatedSentence,
  side: readonly CountedEntity[],
  trainingMentions: SeenMentions | undefined,
): SlicedEntity[] {
  const { tokens } = sentence;
  const depths = nestingDepths(side);
  return side.map(({ start, end, type }, index) => ({
    ...{ sentence, start, end, type },
    text: tokens.slice(start, end).join(" "),
    length: end - start,
    depth: depths[index],
    ...(trainingMentions && { mention: trainingMentions.groupOf(tokens, { start, end, type }) }),
  }));
}
