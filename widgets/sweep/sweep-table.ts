import type { SweepResults } from "../../src/experiments/sweep-types";
import { assertOptions, choice, multiChoice } from "../shared/controls";
import { display } from "../shared/display";
import { gridToText } from "../shared/grid";
import { measures as allMeasures, type Measure, measureNames } from "../shared/scores";
import type { DataTable, View, Widget, WidgetInstance } from "../shared/widget";
import { validateSweep } from "./sweep-cells";
import {
  columns as allColumns,
  type Column,
  cellsOf,
  difference,
  type State,
  sweepGrid,
} from "./sweep-table-grid";

const references = { paper: "the paper", first: "the first row" };

const view: View<State, SweepResults> = {
  controls: ({ corpora, paper }, state) => {
    const names = corpora.map(({ name }) => name);
    const columns = allColumns.filter((column) => column !== "paper" || paper);
    return [
      ...(names.length > 1 ? [multiChoice("corpora", "corpora", names, state.corpora)] : []),
      multiChoice("measures", "measures", measureNames, state.measures),
      multiChoice("columns", "columns", columns, state.columns),
      ...(paper && state.columns.includes("difference")
        ? [choice("against", "difference from", references, state.against)]
        : []),
    ];
  },
  change: (_, state, control, value) => (control in state ? { ...state, [control]: value } : state),
};

/** The settings of an ablation or another sweep, alongside the paper's values (Tables 6 and 7). */
export const sweepTableWidget: Widget<SweepResults, State> = {
  kind: "sweep-table",
  open: (packed) => packed,
  title: ({ title }) => title,
  build: (results, state) => [{ grid: sweepGrid(results, state) }],
  text: (results, state) => gridToText(sweepGrid(results, state)),
  table,
  view,
};

/** One row per setting, corpus and measure, whether it is shown or not. */
function table(results: SweepResults, { against }: State): DataTable {
  const rows = results.corpora.flatMap(({ name: corpus, paper: paperCorpus, comparable }) =>
    allMeasures.flatMap((measure) => {
      const cells = cellsOf(results, corpus, measure);
      return results.settings.map(({ name: setting }, row) => ({
        setting,
        corpus,
        paperCorpus: paperCorpus ?? null,
        comparable,
        measure,
        difference: difference(cells, row, against) ?? null,
        ...cells[row],
      }));
    }),
  );
  return {
    name: "sweep-table",
    columns: {
      setting: rows.map(({ setting }) => setting),
      corpus: rows.map(({ corpus }) => corpus),
      paper_corpus: rows.map(({ paperCorpus }) => paperCorpus),
      comparable: rows.map(({ comparable }) => comparable),
      measure: rows.map(({ measure }) => measure),
      seeds: rows.map(({ values }) => values.length),
      mean: rows.map(({ values, mean }) => (values.length ? mean : null)),
      std: rows.map(({ std }) => std ?? null),
      low: rows.map(({ interval }) => interval?.low ?? null),
      high: rows.map(({ interval }) => interval?.high ?? null),
      paper: rows.map(({ paper }) => paper ?? null),
      [`difference_from_${against}`]: rows.map((row) => row.difference),
    },
    fractions: ["mean", "std", "low", "high", "paper", `difference_from_${against}`],
  };
}

export interface SweepTableOptions {
  /** Default: all three for a single corpus, else F1. */
  readonly measures?: readonly Measure[];
  /** What is shown next to each mean: "interval", "paper", "difference". Default: all that the results contain. */
  readonly columns?: readonly Column[];
  /** What differences are relative to. Default: the paper if it contains the table, else the first row. */
  readonly against?: State["against"];
}

/**
 * A sweep's settings as rows, per corpus and measure: mean ± standard deviation over the seeds, bootstrap interval, the paper's
 * value, the difference.
 * @throws RangeError if the results are inconsistent, or for an unknown option
 */
export function sweepTable(
  results: SweepResults,
  options: SweepTableOptions = {},
): WidgetInstance<SweepResults, State> {
  validateSweep(results);
  const { paper, intervals, corpora } = results;
  const available = { interval: intervals?.length, paper, difference: true };
  const {
    measures = corpora.length === 1 ? allMeasures : (["f1"] as const),
    columns = allColumns.filter((column) => available[column]),
    against = paper ? "paper" : "first",
  } = options;
  assertOptions("measures", measures, allMeasures);
  assertOptions("columns", columns, allColumns);
  assertOptions("against", [against], paper ? ["paper", "first"] : ["first"]);
  const state = { corpora: corpora.map(({ name }) => name), measures, columns, against };
  return { widget: sweepTableWidget, packed: results, state };
}

/** Shows {@link sweepTable} in the running cell; outside a notebook, prints it. */
export async function showSweepTable(results: SweepResults, options?: SweepTableOptions): Promise<void> {
  await display(sweepTable(results, options));
}
