import type { SweepResults } from "../../src/experiments/sweep-types";
import { mustBeAmong } from "../shared/options";
import { display } from "../shared/show";
import { checkSweep, groupsOf, type Measure, measures } from "../shared/sweep";
import type { Shown } from "../shared/widget";
import type { State } from "./build";
import { errorBarsOf, sweepCurvesWidget } from "./widget";

export interface SweepCurvesOptions {
  /** Default: the first. */
  readonly corpus?: string;
  /** Default "f1". */
  readonly measure?: Measure;
  /** Default: the bootstrap intervals where there are, else the standard deviation over the seeds, where there are several. */
  readonly errorBars?: State["errorBars"];
}

/**
 * Scores against a swept number, one line an entity length, with the highest point of each marked (Figures 5, 6).
 * @throws RangeError when no setting has a number, the results contradict themselves, or an option does not exist
 */
export function sweepCurves(
  results: SweepResults,
  options: SweepCurvesOptions = {},
): Shown<SweepResults, State> {
  checkSweep(results);
  const { settings, corpora } = results;
  if (!settings.some(({ value }) => value !== undefined)) {
    throw new RangeError("settings: none has a value to draw curves against; try sweepTable");
  }
  const known = errorBarsOf(results);
  const { corpus = corpora[0].name, measure = "f1", errorBars = known[0] } = options;
  mustBeAmong(
    "corpus",
    [corpus],
    corpora.map(({ name }) => name),
  );
  mustBeAmong("measure", [measure], measures);
  mustBeAmong("errorBars", [errorBars], known);
  return {
    widget: sweepCurvesWidget,
    packed: results,
    state: { corpus, measure, errorBars, groups: groupsOf(results) },
  };
}

/** Shows {@link sweepCurves} in the running cell; outside a notebook, prints them. */
export async function showSweepCurves(results: SweepResults, options?: SweepCurvesOptions): Promise<void> {
  await display(sweepCurves(results, options));
}
