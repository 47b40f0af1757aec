import { sum } from "../../base/sum";
import type { Entity } from "../../corpus";
import { nestedFlags } from "../../corpus/spans";
import { fewestGold, unitsOf, withoutSameTypeInner } from "../../evaluation";
import { sameEntity } from "../../evaluation/trace-tables";
import { scoredSentences } from "../results/rescore";
import type { RunRecord, Scoring } from "../results/run-record";
import type { ScoredSentence } from "../run/predictions";
import { ratioInfluences } from "./contrast";
import { type CrossedEstimate, crossedEstimate } from "./crossed";

/** For a sentence, the number of items with a property, and the number of all items. */
type Counts = readonly [part: number, whole: number];

/** Tokens of a short entity: the lengths that the paper calls the best (§4.4). */
const short = 2;

/**
 * Share of the false predictions, in percent, whose start and end are those of a gold entity of another type.
 * @returns `undefined` without predictions, or with fewer than 30 false ones in a run
 */
export function typeErrorShare(
  runs: readonly RunRecord[],
  scoring: Scoring,
  minus = 0,
): CrossedEstimate | undefined {
  return shareOver(runs, scoring, [{ countsIn: typeErrors, weight: 1 }], minus);
}

/**
 * Recall, in percent, of short gold entities that overlap no other entity, minus that of those that do.
 * @returns `undefined` without predictions, or with fewer than 30 entities of one kind
 */
export function overlapLoss(runs: readonly RunRecord[], scoring: Scoring): CrossedEstimate | undefined {
  return shareOver(runs, scoring, [
    { countsIn: (sentence) => shortRecall(sentence, false), weight: 1 },
    { countsIn: (sentence) => shortRecall(sentence, true), weight: -1 },
  ]);
}

function typeErrors({ gold, accepted }: Sides): Counts {
  const wrong = distinct(accepted).filter((entity) => !gold.some(sameEntity(entity)));
  const isLocated = ({ start, end }: Entity): boolean =>
    gold.some((other) => other.start === start && other.end === end);
  return [wrong.filter(isLocated).length, wrong.length];
}

function shortRecall({ gold, accepted }: Sides, overlapping: boolean): Counts {
  const overlaps = nestedFlags(gold);
  const group = gold.filter(
    ({ start, end }, index) => end - start <= short && overlaps[index] === overlapping,
  );
  return [group.filter((entity) => accepted.some(sameEntity(entity))).length, group.length];
}

type Sides = Pick<ScoredSentence, "gold" | "accepted">;

interface Share {
  readonly countsIn: (sentence: Sides) => Counts;
  readonly weight: number;
}

/** A weighted sum of shares in percent, over seeds and test units. */
function shareOver(
  runs: readonly RunRecord[],
  scoring: Scoring,
  shares: readonly Share[],
  minus = 0,
): CrossedEstimate | undefined {
  const values: number[] = [];
  const influences: Float64Array[] = [];
  for (const { predictions, counts } of runs) {
    if (!predictions) return undefined;
    const { units, unitOf } = unitsOf(counts);
    const effects = new Float64Array(units);
    let value = -minus;
    for (const { countsIn, weight } of shares) {
      const [parts, wholes] = [new Float64Array(units), new Float64Array(units)];
      for (const [index, sentence] of scoredSentences(predictions, scoring).entries()) {
        const [part, whole] = countsIn(sidesOf(sentence, scoring));
        parts[unitOf(index)] += part;
        wholes[unitOf(index)] += whole;
      }
      const [part, whole] = [sum(parts), sum(wholes)];
      if (whole < fewestGold) return undefined;
      value += (weight * 100 * part) / whole;
      for (const [unit, effect] of ratioInfluences(parts, wholes).entries()) effects[unit] += weight * effect;
    }
    values.push(value);
    influences.push(effects);
  }
  return values.length ? crossedEstimate(values, influences) : undefined;
}

function sidesOf({ gold, accepted }: ScoredSentence, { sameTypeInner }: Scoring): Sides {
  if (sameTypeInner === "scored") return { gold, accepted };
  const scoredEntities = withoutSameTypeInner(gold, accepted);
  return { gold: scoredEntities.gold, accepted: scoredEntities.predicted };
}

function distinct(entities: readonly Entity[]): Entity[] {
  return entities.filter((entity, index) => entities.findIndex(sameEntity(entity)) === index);
}
