import { type LengthGroup, lengthGroup, lengthGroups } from "../corpus/spans";
import type { Entity } from "../corpus/types";
import { drawScores, perScore, scoreNames } from "./bootstrap";
import { type CountTable, countTable, grouped } from "./counts";
import type { EvaluatedSentence, Evaluation } from "./evaluate";
import type { CountedEntity } from "./outcomes";
import { type BootstrapOptions, bootstrapSettings, percentiles } from "./resample";
import type { Grouped, Interval, Scores } from "./score-types";
import { groupScores, scoresOf } from "./scores";
import { documentsIn, type TestUnits, unitsOf } from "./units";

/** A name and what `evaluateSentences` returned. */
export interface ComparedRun extends Pick<Evaluation, "sentences"> {
  readonly name: string;
}

/** The value of the second run minus that of the first, in points; the interval is null if the score is undefined (0/0). */
export interface Difference {
  readonly value: number;
  readonly interval: Interval | null;
}

export type ScoreDifference = Readonly<Record<"precision" | "recall" | "f1", Difference>>;

/** The changes from one run to another. */
export interface RunPair {
  /** Indices of the runs. */
  readonly first: number;
  readonly second: number;
  readonly differences: Grouped<ScoreDifference>;
  /** `[entities]`: null for an entity that neither run predicts and that is not gold. */
  readonly changes: readonly (Change | null)[];
  readonly counts: Grouped<Readonly<Record<Change, number>>>;
}

/** A gold entity, or an entity that is not gold and that some run predicts. */
export interface ComparedEntity extends Entity {
  /** Index in `sentences`. */
  readonly sentence: number;
  readonly gold: boolean;
  /** `[runs]`: whether the run predicts it. */
  readonly predicted: readonly boolean[];
  /** `[runs]`: the probability of the prediction; null if the run does not predict it. */
  readonly probabilities: readonly (number | null)[];
  readonly length: LengthGroup;
  /**
   * Whether a gold entity is nested among the gold entities. An entity that is not gold is judged among the predictions of the
   * first run that predicts it.
   */
  readonly nesting: "flat" | "nested";
}

/**
 * The change of an entity from the first run to the second. A gold entity is "fixed" if only the second run predicts it,
 * "broken" if only the first does, else "both right" or "both wrong". Any other entity is "gained" if only the second run predicts
 * it, "lost" if only the first does, else "both spurious".
 */
export type Change = "fixed" | "broken" | "both right" | "both wrong" | "gained" | "lost" | "both spurious";

export const changes: readonly Change[] = [
  "fixed",
  "broken",
  "both right",
  "both wrong",
  "gained",
  "lost",
  "both spurious",
];

/** Runs on the same sentences, compared entity by entity. */
export interface RunComparison {
  readonly runs: readonly { readonly name: string; readonly scores: Scores }[];
  /** The compared pairs of runs, the first before the second. */
  readonly pairs: readonly RunPair[];
  /** All types of gold and predicted entities, sorted. */
  readonly types: readonly string[];
  readonly entities: readonly ComparedEntity[];
  readonly sentences: readonly Pick<EvaluatedSentence, "id" | "tokens">[];
  readonly bootstrap: Required<BootstrapOptions> & { readonly units: TestUnits["name"] };
}

export interface CompareOptions extends BootstrapOptions {
  /** The pairs to compare: all of them, or only those with the first run. Default "all". */
  readonly pairs?: "all" | "first";
}

/**
 * Compares runs on the same sentences: paired differences of their scores, and for each entity which runs predict it. Runs may
 * differ in everything but the sentences and their gold entities. The differences' intervals come from a paired bootstrap over
 * documents, or over sentences in a corpus of fewer than 20 documents. They say nothing about other training seeds.
 * @param runs at least two
 * @throws RangeError if there are fewer, if their sentences or gold entities differ, or if an option is out of range
 */
export function compare(
  runs: readonly ComparedRun[],
  { pairs = "all", ...options }: CompareOptions = {},
): RunComparison {
  if (runs.length < 2) throw new RangeError(`runs: ${runs.length} cannot be compared; pass at least two`);
  for (const run of runs.slice(1)) assertComparable(runs[0], run);
  const [{ sentences }] = runs;
  const entities = sentences.flatMap((_, sentence) => comparedEntities(runs, sentence));
  const types = [...new Set(entities.map(({ type }) => type))].sort();
  const tables = runs.map((run) => countTable(run.sentences, types));
  const units = unitsOf({ documents: documentsIn(sentences), sentences: sentences.length });
  const settings = bootstrapSettings(options);
  return {
    runs: runs.map(({ name }, index) => ({ name, scores: scoresOf(tables[index]) })),
    pairs: pairsOf(tables, pairs === "first" ? 1 : tables.length, entities, units, settings),
    types,
    entities,
    sentences: sentences.map(({ id, tokens }) => ({ id, tokens })),
    bootstrap: { ...settings, units: units.name },
  };
}

/** @param firsts number of runs that the later ones are compared with */
function pairsOf(
  tables: readonly CountTable[],
  firsts: number,
  entities: readonly ComparedEntity[],
  units: TestUnits,
  settings: Required<BootstrapOptions>,
): RunPair[] {
  const scores = tables.map(groupScores);
  const samples = drawScores(tables, units, settings);
  return tables.slice(0, firsts).flatMap((table, first) =>
    tables.slice(first + 1).map((_, offset): RunPair => {
      const second = first + 1 + offset;
      const differences = grouped(table, (group) =>
        perScore((score): Difference => {
          const [before, after] = [first, second].map((run) => samples[run][3 * group + score]);
          const values = after.map((value, draw) => 100 * (value - before[draw]));
          return {
            value: scores[second][group][scoreNames[score]] - scores[first][group][scoreNames[score]],
            interval: percentiles(values, settings.level),
          };
        }),
      );
      const pairChanges = entities.map((entity) => changeOf(entity, first, second));
      return {
        ...{ first, second, differences },
        changes: pairChanges,
        counts: countChanges(entities, pairChanges, table.types),
      };
    }),
  );
}

function changeOf({ gold, predicted }: ComparedEntity, first: number, second: number): Change | null {
  const [before, after] = [predicted[first], predicted[second]];
  if (before && after) return gold ? "both right" : "both spurious";
  if (after) return gold ? "fixed" : "gained";
  if (before) return gold ? "broken" : "lost";
  return gold ? "both wrong" : null;
}

function countChanges(
  entities: readonly ComparedEntity[],
  pairChanges: readonly (Change | null)[],
  types: readonly string[],
): RunPair["counts"] {
  const countsOf = (belongs: (entity: ComparedEntity) => boolean): Record<Change, number> => {
    const members = pairChanges.filter((_, index) => belongs(entities[index]));
    const counts = changes.map((change) => [change, members.filter((one) => one === change).length]);
    return Object.fromEntries(counts) as Record<Change, number>;
  };
  const byName = <Name extends string>(
    names: readonly Name[],
    belongs: (entity: ComparedEntity, name: Name) => boolean,
  ) =>
    Object.fromEntries(names.map((name) => [name, countsOf((entity) => belongs(entity, name))])) as Record<
      Name,
      Record<Change, number>
    >;
  return {
    overall: countsOf(() => true),
    byLength: byName(lengthGroups, ({ length }, name) => length === name),
    byType: byName(types, ({ type }, name) => type === name),
    byNesting: byName(["flat", "nested"], ({ nesting }, name) => nesting === name),
  };
}

/** @throws RangeError if two runs have different sentences or gold entities */
export function assertComparable(one: ComparedRun, other: ComparedRun): void {
  const names = `${one.name} and ${other.name}`;
  if (one.sentences.length !== other.sentences.length)
    throw new RangeError(
      `runs: ${names} have ${one.sentences.length} and ${other.sentences.length} sentences; evaluate both on the same ones`,
    );
  for (const [index, { tokens, correct, missed }] of one.sentences.entries()) {
    const sentence = other.sentences[index];
    if (tokens.join("\n") !== sentence.tokens.join("\n"))
      throw new RangeError(`runs: sentence ${index} of ${names} has different tokens`);
    const gold = new Set([...correct, ...missed].map(keyOf));
    const others = [...sentence.correct, ...sentence.missed].map(keyOf);
    if (others.length !== gold.size || !others.every((key) => gold.has(key)))
      throw new RangeError(`runs: sentence ${index} of ${names} has different gold entities`);
  }
}

function comparedEntities(runs: readonly ComparedRun[], sentence: number): ComparedEntity[] {
  const outcomes = runs.map(({ sentences }) => sentences[sentence]);
  const predictions = outcomes.map(
    ({ correct, wrong }) => new Map([...correct, ...wrong].map((entity) => [keyOf(entity), entity])),
  );
  const gold = [...outcomes[0].correct, ...outcomes[0].missed];
  const compared = (entity: CountedEntity, isGold: boolean): ComparedEntity => {
    const { start, end, type, nesting } = entity;
    const matches = predictions.map((entities) => entities.get(keyOf(entity)));
    return {
      ...{ sentence, start, end, type, gold: isGold },
      predicted: matches.map((prediction) => prediction !== undefined),
      probabilities: matches.map((prediction) => prediction?.probability ?? null),
      ...{ length: lengthGroup(entity), nesting },
    };
  };
  const wrong = new Map<string, CountedEntity>();
  for (const entity of outcomes.flatMap((outcome) => outcome.wrong))
    if (!wrong.has(keyOf(entity))) wrong.set(keyOf(entity), entity);
  return [
    ...gold.map((entity) => compared(entity, true)),
    ...[...wrong.values()].map((entity) => compared(entity, false)),
  ];
}

function keyOf({ start, end, type }: Entity): string {
  return `${start} ${end} ${type}`;
}
