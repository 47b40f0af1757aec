import { lengthGroups } from "../corpus/spans";
import type { Entity, Sentence } from "../corpus/types";
import { casesOf, type EntityCase, type ErrorKind, errorKinds } from "./entity-cases";
import type { EvaluatedSentence, Evaluation } from "./evaluate";
import { type BootstrapOptions, bootstrapSettings, bootstrapSums } from "./resample";
import type { Interval, Score } from "./score-types";
import { scoreOf } from "./scores";
import { type MentionGroup, mentionGroups, SeenMentions } from "./seen-mentions";
import { documentsIn, sumByUnit, type TestUnits, unitsOf } from "./units";

/** The frequency and the cost of a kind of error. */
export interface ErrorKindRow {
  readonly kind: ErrorKind;
  readonly count: number;
  /** By how much F1 would be higher without the errors of this kind, in points. */
  readonly gain: number;
  /** Bootstrap interval of the gain; null if no draw has entities. */
  readonly interval: Interval | null;
}

/** Entities by length, depth or frequency in training. */
export interface ErrorGroup {
  readonly group: string;
  readonly gold: number;
  readonly correct: number;
  /** The errors of each kind. One with a gold entity counts in the group of that entity. */
  readonly errors: Readonly<Record<ErrorKind, number>>;
}

/** A case with its sentence. */
export interface AtlasCase extends EntityCase {
  /** Index in `sentences`. */
  readonly sentence: number;
  /** Absent if the training split is unknown. */
  readonly mention?: MentionGroup;
}

/** All errors of a model on the scored sentences. */
export interface ErrorAtlas {
  readonly score: Score;
  /** In the order of {@link errorKinds}. */
  readonly kinds: readonly ErrorKindRow[];
  /** All types of gold and predicted entities, sorted. */
  readonly types: readonly string[];
  /**
   * `[types + 1, types + 1]`: spans by gold type (row) and predicted type (column); the last row and column are None. Only equal
   * spans share a cell, so a row's sum is the number of gold entities and a column's sum that of predictions.
   */
  readonly confusion: readonly (readonly number[])[];
  readonly byLength: readonly ErrorGroup[];
  readonly byDepth: readonly ErrorGroup[];
  /** Absent if the training split is unknown. */
  readonly byMention?: readonly ErrorGroup[];
  /** Each gold entity and each false prediction, once. */
  readonly cases: readonly AtlasCase[];
  readonly sentences: readonly Pick<EvaluatedSentence, "id" | "tokens">[];
  readonly bootstrap: Required<BootstrapOptions> & { readonly units: TestUnits["name"] };
}

export interface ErrorOptions extends BootstrapOptions {
  /** The sentences that the model was trained on, to separate seen from unseen entities. */
  readonly training?: Iterable<Pick<Sentence, "tokens" | "entities">>;
}

/**
 * Sorts the errors of a model into kinds, with what each kind costs, and counts them by type, length, nesting depth and frequency
 * in training. {@link ErrorKind} defines the kinds. Intervals are over documents, or over sentences in a corpus of
 * fewer than 20 documents.
 * @throws RangeError if an option of the bootstrap is out of range
 */
export function errors(
  { sentences }: Pick<Evaluation, "sentences">,
  { training, ...bootstrap }: ErrorOptions = {},
): ErrorAtlas {
  const trainingMentions = training && new SeenMentions(training);
  const bySentence = sentences.map((outcome, sentence) =>
    casesOf(outcome).map((one): AtlasCase => {
      const entity = (one.gold ?? one.predicted)!;
      return {
        ...one,
        sentence,
        ...(trainingMentions && { mention: trainingMentions.groupOf(outcome.tokens, entity) }),
      };
    }),
  );
  const cases = bySentence.flat();
  const depths = [...new Set(cases.map(({ depth }) => depth))].sort((one, other) => one - other);
  return {
    ...gains(sentences, bySentence, bootstrap),
    ...confusionOf(cases),
    byLength: lengthGroups.map((group) => groupOf(group, cases, ({ length }) => length === group)),
    byDepth: depths.map((depth) => groupOf(String(depth), cases, (one) => one.depth === depth)),
    ...(trainingMentions && {
      byMention: mentionGroups.map((group) => groupOf(group, cases, ({ mention }) => mention === group)),
    }),
    cases,
    sentences: sentences.map(({ id, tokens }) => ({ id, tokens })),
  };
}

/** One error, for `showTable` and files. Texts are null where a side has no entity; `end` is exclusive. */
export type ErrorRow = {
  readonly kind: ErrorKind;
  readonly sentence: string;
  readonly gold_start: number | null;
  readonly gold_end: number | null;
  readonly gold_type: string | null;
  readonly gold_text: string | null;
  readonly predicted_start: number | null;
  readonly predicted_end: number | null;
  readonly predicted_type: string | null;
  readonly predicted_text: string | null;
  readonly probability: number | null;
  readonly length: string;
  readonly depth: number;
  readonly mention: MentionGroup | null;
};

/** All errors of an atlas, one per row. `sentence` is the corpus's name for it, or its index. */
export function errorRows({ cases, sentences }: ErrorAtlas): ErrorRow[] {
  return cases.flatMap(({ kind, sentence, gold, predicted, length, depth, mention = null }) => {
    if (kind === "correct") return [];
    const { id, tokens } = sentences[sentence];
    const textOf = (entity: Entity): string => tokens.slice(entity.start, entity.end).join(" ");
    return [
      {
        kind,
        sentence: id || String(sentence),
        gold_start: gold?.start ?? null,
        gold_end: gold?.end ?? null,
        gold_type: gold?.type ?? null,
        gold_text: gold ? textOf(gold) : null,
        predicted_start: predicted?.start ?? null,
        predicted_end: predicted?.end ?? null,
        predicted_type: predicted?.type ?? null,
        predicted_text: predicted ? textOf(predicted) : null,
        probability: predicted?.probability ?? null,
        length,
        depth,
        mention,
      },
    ];
  });
}

/** Gold entities, predictions and correct predictions. */
export type ErrorCounts = readonly [gold: number, predicted: number, correct: number];

/** The counts if the errors of a kind were fixed. @param count the number of these errors */
export function withoutErrors(
  kind: ErrorKind,
  count: number,
  [gold, predicted, correct]: ErrorCounts,
): ErrorCounts {
  switch (kind) {
    case "duplicate":
    case "spurious":
      return [gold, predicted - count, correct];
    case "missed inner":
    case "missed outer":
    case "missed":
      return [gold, predicted + count, correct + count];
    default:
      return [gold, predicted, correct + count];
  }
}

/** The {@link ErrorCounts} of cases, then the number of errors of each kind. */
export function errorCounts(cases: readonly EntityCase[]): number[] {
  const count = (kind: EntityCase["kind"]): number => cases.filter((one) => one.kind === kind).length;
  const correct = count("correct");
  const gold = cases.filter((one) => one.gold).length;
  const predicted = correct + cases.filter((one) => one.predicted).length;
  return [gold, predicted, correct, ...errorKinds.map(count)];
}

function gains(
  sentences: readonly EvaluatedSentence[],
  cases: readonly (readonly EntityCase[])[],
  options: BootstrapOptions,
): Pick<ErrorAtlas, "score" | "kinds" | "bootstrap"> {
  const units = unitsOf({ documents: documentsIn(sentences), sentences: sentences.length });
  const gainsOf = (sums: ArrayLike<number>, f1: (counts: ErrorCounts) => number): number[] => {
    const now: ErrorCounts = [sums[0], sums[1], sums[2]];
    return errorKinds.map((kind, index) => f1(withoutErrors(kind, sums[3 + index], now)) - f1(now));
  };
  const rows = cases.map(errorCounts);
  const intervals = bootstrapSums(
    sumByUnit(rows, units),
    (sums) => gainsOf(sums, ([gold, predicted, correct]) => (200 * correct) / (predicted + gold)),
    options,
  );
  const total = errorCounts(cases.flat());
  const values = gainsOf(total, (counts) => scoreOf(...counts).f1);
  return {
    score: scoreOf(total[0], total[1], total[2]),
    kinds: errorKinds.map((kind, index) => ({
      kind,
      count: total[3 + index],
      gain: values[index],
      interval: intervals[index] ?? null,
    })),
    bootstrap: { ...bootstrapSettings(options), units: units.name },
  };
}

function confusionOf(cases: readonly EntityCase[]): Pick<ErrorAtlas, "types" | "confusion"> {
  const entities = cases.flatMap(({ gold, predicted }) =>
    [gold, predicted].filter((one) => one !== undefined),
  );
  const types = [...new Set(entities.map(({ type }) => type))].sort();
  const none = types.length;
  const confusion = Array.from({ length: none + 1 }, () => new Array<number>(none + 1).fill(0));
  for (const { kind, gold, predicted = kind === "correct" ? gold : undefined } of cases) {
    const row = gold ? types.indexOf(gold.type) : none;
    const column = predicted ? types.indexOf(predicted.type) : none;
    if (kind === "correct" || kind === "type") confusion[row][column]++;
    else {
      if (gold) confusion[row][none]++;
      if (predicted) confusion[none][column]++;
    }
  }
  return { types, confusion };
}

function groupOf(
  group: string,
  cases: readonly AtlasCase[],
  belongs: (one: AtlasCase) => boolean,
): ErrorGroup {
  const members = cases.filter(belongs);
  const [gold, , correct, ...counts] = errorCounts(members);
  const errors = Object.fromEntries(errorKinds.map((kind, index) => [kind, counts[index]]));
  return { group, gold, correct, errors: errors as Record<ErrorKind, number> };
}
