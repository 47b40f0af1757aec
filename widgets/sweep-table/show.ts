import type { SweepResults } from "../../src/experiments/sweep-types";
import { mustBeAmong } from "../shared/options";
import { display } from "../shared/show";
import { checkSweep, measures as everyMeasure, type Measure } from "../shared/sweep";
import type { Shown } from "../shared/widget";
import { type Column, columnNames, type State } from "./build";
import { sweepTableWidget } from "./widget";

export interface SweepTableOptions {
  /** Default: all three where there is one corpus, else F1. */
  readonly measures?: readonly Measure[];
  /** What stands beside each mean, of "interval", "paper" and "difference". Default: all that is known. */
  readonly columns?: readonly Column[];
  /** What a difference is from. Default: the paper where it prints the table, else the first row. */
  readonly against?: State["against"];
}

/**
 * A sweep's settings as rows, per corpus and measure: mean ± standard deviation over the seeds, bootstrap interval, the
 * paper's value, the difference.
 * @throws RangeError when the results contradict themselves, or for an option that does not exist
 */
export function sweepTable(
  results: SweepResults,
  options: SweepTableOptions = {},
): Shown<SweepResults, State> {
  checkSweep(results);
  const { paper, intervals, corpora } = results;
  const {
    measures = corpora.length === 1 ? everyMeasure : (["f1"] as const),
    columns = (["interval", "paper", "difference"] as const).filter(
      (column) =>
        (column === "interval" && intervals?.length) ||
        (column !== "interval" && (paper || column === "difference")),
    ),
    against = paper ? "paper" : "first",
  } = options;
  mustBeAmong("measures", measures, everyMeasure);
  mustBeAmong("columns", columns, Object.keys(columnNames));
  mustBeAmong("against", [against], paper ? ["paper", "first"] : ["first"]);
  const state = { corpora: corpora.map(({ name }) => name), measures, columns, against };
  return { widget: sweepTableWidget, packed: results, state };
}

/** Shows {@link sweepTable} in the running cell; outside a notebook, prints it. */
export async function showSweepTable(results: SweepResults, options?: SweepTableOptions): Promise<void> {
  await display(sweepTable(results, options));
}
