import { sum } from "../../base/sum";
import { casesOf, type ErrorKind, errorKinds, sumByUnit, unitsOf } from "../../evaluation";
import { type ErrorCounts, errorCounts, withoutErrors } from "../../evaluation/errors";
import { outcomesUnder } from "../results/rescore";
import type { RunRecord, Scoring } from "../results/run-record";
import { ratioInfluences } from "./contrast";
import { type CrossedEstimate, crossedEstimate } from "./crossed";
import { spread } from "./statistics";

/** The cost of a kind of error in the runs of a setting. */
export interface ErrorGain {
  readonly kind: ErrorKind;
  /** Mean number over the runs. */
  readonly errors: number;
  /** By how much F1 would be higher without them, in points. */
  readonly gain: CrossedEstimate;
}

/**
 * The costs of all kinds of error, in the order of `errorKinds`.
 * @param runs of one setting on one corpus, one per seed
 * @returns `undefined` if there are no runs or one has no predictions
 */
export function errorGains(runs: readonly RunRecord[], scoring: Scoring): ErrorGain[] | undefined {
  const runCounts = runs.flatMap(({ predictions, counts }) => {
    if (!predictions) return [];
    const rows = outcomesUnder(predictions, scoring).map((outcome) => errorCounts(casesOf(outcome)));
    return [sumByUnit(rows, unitsOf(counts))];
  });
  if (!runCounts.length || runCounts.length < runs.length) return undefined;
  return errorKinds.map((kind, index): ErrorGain => {
    const gains = runCounts.map((units) => gainOf(units, kind, index));
    return {
      kind,
      errors: spread(gains.map(({ errors }) => errors)).mean,
      gain: crossedEstimate(
        gains.map(({ gain }) => gain),
        gains.map(({ influences }) => influences),
      ),
    };
  });
}

/** The gain of a run, and the first-order effect of each test unit on it. @param units `[units]`: results of `errorCounts` */
function gainOf(
  units: readonly ArrayLike<number>[],
  kind: ErrorKind,
  index: number,
): { readonly errors: number; readonly gain: number; readonly influences: Float64Array } {
  const errors = units.map((counts) => counts[3 + index]);
  const now = units.map((counts): ErrorCounts => [counts[0], counts[1], counts[2]]);
  const [before, after] = [
    f1Of(now),
    f1Of(now.map((counts, unit) => withoutErrors(kind, errors[unit], counts))),
  ];
  return {
    errors: sum(errors),
    gain: after.f1 - before.f1,
    influences: after.influences.map((effect, unit) => effect - before.influences[unit]),
  };
}

/** F1 in percent, 0 without entities, and the effect of each unit on it. */
function f1Of(units: readonly ErrorCounts[]): { readonly f1: number; readonly influences: Float64Array } {
  const parts = units.map(([, , correct]) => 2 * correct);
  const wholes = units.map(([gold, predicted]) => gold + predicted);
  return { f1: (100 * sum(parts)) / sum(wholes) || 0, influences: ratioInfluences(parts, wholes) };
}
