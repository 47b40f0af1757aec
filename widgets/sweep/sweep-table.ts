import type { SweepResults } from "../../src/experiments/sweep-types";
import { assertOptions, choice, multiChoice } from "../shared/controls";
import { display } from "../shared/display";
import { type Cell, type Grid, gridToText } from "../shared/grid";
import { all, measures as allMeasures, type Measure, measureNames } from "../shared/scores";
import type { DataTable, View, Widget, WidgetInstance } from "../shared/widget";
import { type SweepCell, seedsText, sweepCell, validateSweep } from "./sweep-cells";

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
  /** The columns next to each mean: "interval", "paper", "difference". Default: all that the results contain. */
  readonly columns?: readonly Column[];
  /** The reference of differences. Default: the paper if all corpora are comparable with it, else the first row. */
  readonly against?: State["against"];
}

/**
 * A sweep's settings as rows, per corpus and measure: mean ± standard deviation over the seeds, interval, the paper's
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
    against = paper && corpora.every(({ comparable }) => comparable) ? "paper" : "first",
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

const allColumns = ["interval", "paper", "difference"] as const;

type Column = (typeof allColumns)[number];

interface State {
  readonly corpora: readonly string[];
  readonly measures: readonly Measure[];
  /** The columns next to each mean. */
  readonly columns: readonly Column[];
  /** The reference of differences: the paper's value, or the first row of the same column. */
  readonly against: "paper" | "first";
}

interface Block {
  readonly corpus: string;
  readonly measure: Measure;
  /** One per setting. */
  readonly cells: readonly SweepCell[];
  readonly comparable: boolean;
}

const notRun = "–";

/** One row per setting: our mean ± standard deviation (seeds), its interval, the paper's value and the difference. */
function sweepGrid(results: SweepResults, state: State): Grid {
  const corpora = results.corpora.filter(({ name }) => state.corpora.includes(name));
  const shownMeasures = allMeasures.filter((measure) => state.measures.includes(measure));
  const shownColumns = allColumns.filter((column) => state.columns.includes(column));
  const blocks = corpora.flatMap(({ name: corpus, comparable }) =>
    shownMeasures.map((measure): Block => {
      return { corpus, measure, comparable, cells: cellsOf(results, corpus, measure) };
    }),
  );
  const width = 1 + shownColumns.length;
  const corpusWidth = width * shownMeasures.length;
  return {
    caption: captionOf(results, corpora, state),
    head: [
      [{ text: "" }, ...corpora.map((corpus) => spanning(corpusHeading(corpus), corpusWidth))],
      [{ text: "" }, ...blocks.map(({ measure }) => spanning(measureNames[measure], width))],
      [
        { text: results.variable },
        ...blocks.flatMap(() => [{ text: "ours" }, ...shownColumns.map((column) => heading(column, state))]),
      ],
    ],
    rows: results.settings.map(({ name }, row) => [
      { text: name },
      ...blocks.flatMap((block) => [
        ourCell(block, row),
        ...shownColumns.map((column) => columnCell(block, row, column, state)),
      ]),
    ]),
    align: ["left", ...blocks.flatMap(() => new Array<"right">(width).fill("right"))],
  };
}

function cellsOf(results: SweepResults, corpus: string, measure: Measure): SweepCell[] {
  const key = { corpus, group: all, measure };
  return results.settings.map(({ name: setting }) => sweepCell(results, { setting, ...key }));
}

/** Our mean minus the paper's value or the first row's mean; undefined if one of the two is missing. */
function difference(cells: readonly SweepCell[], row: number, against: State["against"]): number | undefined {
  const { mean, paper } = cells[row];
  const other = against === "paper" ? paper : cells[0].mean;
  return other === undefined || Number.isNaN(mean - other) ? undefined : mean - other;
}

function spanning(text: string, span: number): Cell {
  return span > 1 ? { text, span } : { text };
}

function corpusHeading({ name, paper, comparable }: SweepResults["corpora"][number]): string {
  const counterpart = paper && paper !== name ? ` (paper: ${paper})` : "";
  return `${name}${paper && !comparable ? " *" : ""}${counterpart}`;
}

function heading(column: Column, { against }: State): Cell {
  if (column !== "difference") return { text: column };
  return { text: against === "paper" ? "− paper" : "− first row" };
}

function captionOf(results: SweepResults, visibleCorpora: SweepResults["corpora"], state: State): string {
  const { title, level, intervals, runs, settings, corpora } = results;
  const complete = settings.every(({ name }) =>
    corpora.every((corpus) => runs.some((run) => run.setting === name && run.corpus === corpus.name)),
  );
  const hasIntervals = state.columns.includes("interval") && intervals?.length;
  const incomparable = visibleCorpora.some(({ paper, comparable }) => paper && !comparable);
  const seeds = seedsText(results);
  const hasSpread = seeds !== "1 seed";
  const notes = [
    `ours: ${hasSpread ? "mean ± standard deviation of " : ""}${seeds} (n)`,
    hasIntervals
      ? `interval: ${100 * (level ?? 0.95)} %, over ${hasSpread ? "seeds and " : ""}sentences`
      : "",
    settings.length > 1 ? "bold: highest of a column" : "",
    incomparable ? "* not comparable with the paper" : "",
    complete ? "" : `${notRun} not run`,
  ];
  return [title, ...notes.filter(Boolean)].join(" · ");
}

/** "80.27 ± 0.31 (3)"; bold if it is the best of the column. */
function ourCell({ cells, corpus, measure }: Block, row: number): Cell {
  const { values, mean, std } = cells[row];
  if (!values.length) return { text: notRun, tone: "faint", title: "not run" };
  const spread = std === undefined ? "" : ` ± ${std.toFixed(2)}`;
  const seeds = values.map((value) => value.toFixed(2)).join(", ");
  const means = cells.map((cell) => cell.mean);
  return {
    text: `${mean.toFixed(2)}${spread} (${values.length})`,
    bold: isBest(means, row),
    title: `${measureNames[measure]} on ${corpus}, each seed: ${seeds}`,
  };
}

function columnCell({ cells, comparable }: Block, row: number, column: Column, { against }: State): Cell {
  const { interval, paper } = cells[row];
  const tone = comparable ? undefined : "faint";
  switch (column) {
    case "interval":
      return { text: interval ? `${interval.low.toFixed(2)}–${interval.high.toFixed(2)}` : "" };
    case "paper": {
      const paperValues = cells.map((cell) => cell.paper ?? Number.NaN);
      return { text: paper?.toFixed(2) ?? "", tone, bold: isBest(paperValues, row) };
    }
    case "difference": {
      const ours = difference(cells, row, against);
      if (ours === undefined) return { text: "" };
      if (against === "paper") return { text: signed(ours), tone };
      const first = cells[0].paper;
      const theirs = paper === undefined || first === undefined ? "" : ` (paper ${signed(paper - first)})`;
      return { text: row === 0 ? "" : `${signed(ours)}${theirs}` };
    }
  }
}

/** Whether the value, as shown, is the highest of its column. */
function isBest(values: readonly number[], row: number): boolean {
  const rounded = values.filter((value) => !Number.isNaN(value)).map((value) => Number(value.toFixed(2)));
  return rounded.length > 1 && Math.max(...rounded) === Number(values[row].toFixed(2));
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
