import { sum } from "../base/sum";
import { documentIndices } from "../corpus";
import type { Entity, Sentence } from "../corpus/types";
import type { EntityDetector } from "../detector/entity-detector";
import type { CandidateEntity, PredictOptions } from "../detector/predictor";
import { type Calibration, calibrationOf } from "./calibration";
import { assertKnownTypes } from "./evaluate";
import { type BootstrapOptions, bootstrapSettings, bootstrapSums, percentiles, resample } from "./resample";
import type { Interval, Score, ScoreInterval } from "./score-types";
import { scoreOf } from "./scores";
import { documentsIn, sumByUnit, type TestUnits, unitsOf } from "./units";

/** The scores of the entities with at least this probability. */
export interface OperatingPoint extends Score {
  readonly threshold: number;
}

/** Precision and recall at all thresholds, of all entities or of a type. */
export interface OperatingCurve {
  /** From the highest threshold to the lowest, at most 200: the last at each of equal steps of the rank. */
  readonly points: readonly OperatingPoint[];
  /** The scores of entities that beat None, as in Algorithm 2, instead of a threshold. They need not lie on the curve. */
  readonly withoutThreshold: Score;
  readonly withoutThresholdInterval: ScoreInterval;
  /**
   * The highest F1 of all thresholds. It is too optimistic on these sentences, because they chose the threshold. Absent without
   * candidates.
   */
  readonly best?: OperatingPoint;
  /** Mean precision over recall, in percent: Σ (R_k − R_k−1) P_k over all thresholds; 0 without gold entities. */
  readonly averagePrecision: number;
  readonly averagePrecisionInterval: Interval | null;
}

export interface OperatingCurves {
  readonly overall: OperatingCurve;
  readonly byType: Readonly<Record<string, OperatingCurve>>;
  /** Calibration of the entities that Algorithm 2 predicts. */
  readonly calibration: Calibration;
  readonly bootstrap: Required<BootstrapOptions> & { readonly units: TestUnits["name"] };
}

/** A sentence with all candidates of its proposals. */
export interface CandidateSentence {
  readonly entities: readonly Entity[];
  readonly candidates: readonly CandidateEntity[];
  /** Number of the document, if known. */
  readonly document?: number;
}

/**
 * The {@link operatingCurves} of a model on sentences.
 * @throws InputError if the model does not know the type of a gold entity
 */
export async function detectorCurves(
  detector: EntityDetector,
  sentences: readonly Sentence[],
  options: BootstrapOptions & Pick<PredictOptions, "batchSize" | "signal" | "calibrated"> = {},
): Promise<OperatingCurves> {
  assertKnownTypes(detector.description.types, sentences);
  const candidates = await detector.candidates(sentences, options);
  const documents = documentIndices(sentences);
  const scored = sentences.map(({ entities }, index) => ({
    entities,
    candidates: candidates[index],
    ...(documents && { document: documents[index] }),
  }));
  return operatingCurves(scored, options);
}

interface Judged {
  readonly sentence: number;
  readonly probability: number;
  readonly accepted: boolean;
  readonly correct: boolean;
}

/**
 * Precision and recall of `candidates` at all thresholds of their probability, and how well these probabilities are calibrated.
 * Intervals are over documents, or over sentences in a corpus of fewer than 20 documents.
 * @throws RangeError if an option of the bootstrap is out of range
 */
export function operatingCurves(
  sentences: readonly CandidateSentence[],
  options: BootstrapOptions = {},
): OperatingCurves {
  const settings = bootstrapSettings(options);
  const units = unitsOf({ documents: documentsIn(sentences), sentences: sentences.length });
  const gold = sentences.map(({ entities }) => distinctEntities(entities));
  const judgments = sentences.flatMap(({ candidates }, sentence) => {
    const keys = new Set(gold[sentence].map(keyOf));
    return candidates.map((candidate) => ({
      ...{ sentence, type: candidate.type, probability: candidate.probability, accepted: candidate.accepted },
      correct: keys.has(keyOf(candidate)),
    }));
  });
  judgments.sort((one, other) => other.probability - one.probability);
  const types = [...new Set([...gold.flat(), ...judgments].map(({ type }) => type))].sort();
  const countGold = (belongs: (entity: Entity) => boolean): number[] =>
    gold.map((entities) => entities.filter(belongs).length);
  const curve = (type?: string): OperatingCurve =>
    curveOf(
      countGold((entity) => type === undefined || entity.type === type),
      type === undefined ? judgments : judgments.filter((one) => one.type === type),
      units,
      settings,
    );
  return {
    overall: curve(),
    byType: Object.fromEntries(types.map((type) => [type, curve(type)])),
    calibration: calibrationOf(
      judgments.filter(({ accepted }) => accepted),
      units,
      settings,
    ),
    bootstrap: { ...settings, units: units.name },
  };
}

/** @param gold number of gold entities of each sentence @param judgments from the most probable to the least */
function curveOf(
  gold: readonly number[],
  judgments: readonly Judged[],
  units: TestUnits,
  settings: Required<BootstrapOptions>,
): OperatingCurve {
  const all = allPoints(gold, judgments);
  const ranking = rankingOf(gold, judgments, units);
  const acceptedCounts = gold.map((count) => [count, 0, 0]);
  for (const { sentence, accepted, correct } of judgments) {
    if (!accepted) continue;
    acceptedCounts[sentence][1]++;
    if (correct) acceptedCounts[sentence][2]++;
  }
  const [precision, recall, f1] = bootstrapSums(
    sumByUnit(acceptedCounts, units),
    ([entities, predicted, correct]) => [
      (100 * correct) / predicted,
      (100 * correct) / entities,
      (200 * correct) / (entities + predicted),
    ],
    settings,
  );
  const total = (column: number): number => acceptedCounts.reduce((sum, counts) => sum + counts[column], 0);
  const best = all.reduce<OperatingPoint | undefined>(
    (highest, point) => (highest && highest.f1 >= point.f1 ? highest : point),
    undefined,
  );
  return {
    points: thinned(all),
    withoutThreshold: scoreOf(total(0), total(1), total(2)),
    withoutThresholdInterval: { precision, recall, f1 },
    ...(best && { best }),
    averagePrecision: averagePrecisionOf(ranking, new Uint8Array(units.units).fill(1)) || 0,
    averagePrecisionInterval: averagePrecisionInterval(ranking, units, settings),
  };
}

/** A point at each distinct probability. */
function allPoints(gold: readonly number[], judgments: readonly Judged[]): OperatingPoint[] {
  const entities = sum(gold);
  const points: OperatingPoint[] = [];
  let correct = 0;
  for (const [rank, one] of judgments.entries()) {
    if (one.correct) correct++;
    if (judgments[rank + 1]?.probability === one.probability) continue;
    points.push({ threshold: one.probability, ...scoreOf(entities, rank + 1, correct) });
  }
  return points;
}

const mostPoints = 200;

function thinned(points: readonly OperatingPoint[]): OperatingPoint[] {
  if (points.length <= mostPoints) return [...points];
  return Array.from(
    { length: mostPoints },
    (_, step) => points[Math.round((step * (points.length - 1)) / (mostPoints - 1))],
  );
}

/** The candidates of a curve from the most probable to the least, in columns, with their test units. */
interface Ranking {
  /** `[candidates]` */
  readonly units: Uint32Array;
  readonly correct: Uint8Array;
  /** 1 for the last candidate of each probability. */
  readonly isLast: Uint8Array;
  /** `[units]`: gold entities. */
  readonly gold: Float64Array;
}

function rankingOf(
  gold: readonly number[],
  judgments: readonly Judged[],
  { units, unitOf }: TestUnits,
): Ranking {
  const goldOfUnits = new Float64Array(units);
  for (const [sentence, count] of gold.entries()) goldOfUnits[unitOf(sentence)] += count;
  return {
    units: Uint32Array.from(judgments, ({ sentence }) => unitOf(sentence)),
    correct: Uint8Array.from(judgments, ({ correct }) => Number(correct)),
    isLast: Uint8Array.from(judgments, ({ probability }, rank) =>
      Number(judgments[rank + 1]?.probability !== probability),
    ),
    gold: goldOfUnits,
  };
}

/** NaN without gold entities. @param weights how often each unit counts */
function averagePrecisionOf({ units, correct, isLast, gold }: Ranking, weights: ArrayLike<number>): number {
  let entities = 0;
  for (let unit = 0; unit < gold.length; unit++) entities += weights[unit] * gold[unit];
  let [predicted, right, counted, area] = [0, 0, 0, 0];
  for (let rank = 0; rank < units.length; rank++) {
    const weight = weights[units[rank]];
    predicted += weight;
    right += weight * correct[rank];
    if (!isLast[rank]) continue;
    if (right > counted) area += ((right - counted) * right) / predicted;
    counted = right;
  }
  return (100 * area) / entities;
}

function averagePrecisionInterval(
  ranking: Ranking,
  { units }: TestUnits,
  settings: Required<BootstrapOptions>,
): Interval | null {
  const values = new Float64Array(settings.resamples);
  resample(units, settings, (weights, draw) => {
    values[draw] = averagePrecisionOf(ranking, weights);
  });
  return percentiles(values, settings.level);
}

function distinctEntities(entities: readonly Entity[]): Entity[] {
  return [...new Map(entities.map((entity) => [keyOf(entity), entity])).values()];
}

function keyOf({ start, end, type }: Entity): string {
  return `${start} ${end} ${type}`;
}
