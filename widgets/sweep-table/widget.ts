import type { SweepResults } from "../../src/experiments/sweep-types";
import { gridToText } from "../shared/grid";
import { type Measure, measureNames, measures } from "../shared/sweep";
import type { Control, DataTable, View, Widget } from "../shared/widget";
import { type Column, cellsOf, columnNames, difference, type State, sweepGrid } from "./build";

const view: View<State, SweepResults> = {
  controls: (results, state): Control[] => {
    const { corpora, paper } = results;
    const columns = Object.entries(columnNames)
      .filter(([name]) => name !== "paper" || paper)
      .map(([value, text]) => ({ value, text }));
    const controls: Control[] = [
      {
        type: "several",
        name: "measures",
        label: "measures",
        options: measures.map((value) => ({ value, text: measureNames[value] })),
        value: state.measures,
      },
      { type: "several", name: "columns", label: "beside", options: columns, value: state.columns },
    ];
    if (corpora.length > 1) {
      const options = corpora.map(({ name }) => ({ value: name, text: name }));
      controls.unshift({ type: "several", name: "corpora", label: "corpora", options, value: state.corpora });
    }
    if (paper && state.columns.includes("difference")) {
      const options = [
        { value: "paper", text: "the paper" },
        { value: "first", text: "the first row" },
      ];
      controls.push({
        type: "choice",
        name: "against",
        label: "difference from",
        options,
        value: state.against,
      });
    }
    return controls;
  },
  change: (_, state, control, value) => {
    switch (control) {
      case "corpora":
        return { ...state, corpora: value as readonly string[] };
      case "measures":
        return { ...state, measures: value as readonly Measure[] };
      case "columns":
        return { ...state, columns: value as readonly Column[] };
      case "against":
        return { ...state, against: value as State["against"] };
      default:
        return state;
    }
  },
};

/** The rows of an ablation or of any other sweep, beside what the paper prints (Tables 6 and 7). */
export const sweepTableWidget: Widget<SweepResults, State> = {
  kind: "sweep-table",
  open: (packed) => packed,
  title: ({ title }) => title,
  build: (results, state) => [{ grid: sweepGrid(results, state) }],
  text: (results, state) => gridToText(sweepGrid(results, state)),
  table,
  view,
};

/** A row a setting, corpus and measure, whatever is shown. */
function table(results: SweepResults, { against }: State): DataTable {
  const rows = results.corpora.flatMap(({ name: corpus, paper: stands, comparable }) =>
    measures.flatMap((measure) => {
      const cells = cellsOf(results, corpus, measure);
      return results.settings.map(({ name: setting }, row) => ({
        setting,
        corpus,
        stands: stands ?? null,
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
      paper_corpus: rows.map(({ stands }) => stands),
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
