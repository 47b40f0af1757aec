import type { SweepResults } from "../../src/experiments/sweep-types";
import type { Cell, Grid } from "../shared/grid";
import {
  all,
  type Measure,
  measureNames,
  measures,
  type SweepCell,
  seedsText,
  sweepCell,
} from "../shared/sweep";

export const columnNames = {
  interval: "interval",
  paper: "paper",
  difference: "difference",
} as const;

export type Column = keyof typeof columnNames;

export interface State {
  /** Names. */
  readonly corpora: readonly string[];
  readonly measures: readonly Measure[];
  /** What stands beside each mean. */
  readonly columns: readonly Column[];
  /** What a difference is from: the paper's value, or the first row of the same column. */
  readonly against: "paper" | "first";
}

interface Block {
  readonly corpus: string;
  readonly measure: Measure;
  /** Of each setting. */
  readonly cells: readonly SweepCell[];
  readonly comparable: boolean;
}

/** What stands where nothing was run. */
export const notRun = "–";

/** Rows of settings: ours as mean ± standard deviation (seeds), its interval, the paper's value and the difference. */
export function sweepGrid(results: SweepResults, state: State): Grid {
  const shown = results.corpora.filter(({ name }) => state.corpora.includes(name));
  const measured = measures.filter((measure) => state.measures.includes(measure));
  const blocks = shown.flatMap(({ name, comparable }) =>
    measured.map((measure) => ({
      corpus: name,
      measure,
      comparable,
      cells: cellsOf(results, name, measure),
    })),
  );
  const columns = (Object.keys(columnNames) as Column[]).filter((column) => state.columns.includes(column));
  const wide = 1 + columns.length;
  const head: Cell[][] = [
    [{ text: "" }, ...shown.map((corpus) => spanning(corpusHeading(corpus), wide * measured.length))],
    [{ text: "" }, ...blocks.map(({ measure }) => spanning(measureNames[measure], wide))],
    [
      { text: results.variable },
      ...blocks.flatMap(() => [{ text: "ours" }, ...columns.map((column) => heading(column, state))]),
    ],
  ];
  return {
    caption: caption(results, shown, state),
    head,
    rows: results.settings.map(({ name }, row) => [
      { text: name },
      ...blocks.flatMap((block) => [
        oursCell(block, row),
        ...columns.map((column) => besideCell(block, row, column, state)),
      ]),
    ]),
    align: ["left", ...blocks.flatMap(() => new Array<"right">(wide).fill("right"))],
  };
}

export function cellsOf(results: SweepResults, corpus: string, measure: Measure): SweepCell[] {
  return results.settings.map(({ name }) =>
    sweepCell(results, { setting: name, corpus, group: all, measure }),
  );
}

/** Ours minus what it is held against; undefined where one of the two is not known. */
export function difference(
  cells: readonly SweepCell[],
  row: number,
  against: State["against"],
): number | undefined {
  const { mean, paper } = cells[row];
  const other = against === "paper" ? paper : cells[0].mean;
  return other === undefined || Number.isNaN(mean - other) ? undefined : mean - other;
}

function spanning(text: string, span: number): Cell {
  return span > 1 ? { text, span } : { text };
}

function corpusHeading({ name, paper, comparable }: SweepResults["corpora"][number]): string {
  const stands = paper && paper !== name ? ` (paper: ${paper})` : "";
  return `${name}${paper && !comparable ? " *" : ""}${stands}`;
}

function heading(column: Column, { against }: State): Cell {
  if (column !== "difference") return { text: columnNames[column] };
  return { text: against === "paper" ? "− paper" : "− first row" };
}

function caption(results: SweepResults, shown: SweepResults["corpora"], state: State): string {
  const { title, level, intervals, runs, settings, corpora } = results;
  const complete = settings.every(({ name }) =>
    corpora.every((corpus) => runs.some((run) => run.setting === name && run.corpus === corpus.name)),
  );
  const notes = [
    `ours: mean ± standard deviation of ${seedsText(results)} (n)`,
    ...(state.columns.includes("interval") && intervals?.length
      ? [`interval: ${100 * (level ?? 0.95)} %, bootstrap by sentence`]
      : []),
    ...(settings.length > 1 ? ["bold: highest of a column"] : []),
    ...(shown.some(({ paper, comparable }) => paper && !comparable)
      ? ["* not comparable with the paper"]
      : []),
    ...(complete ? [] : [`${notRun} not run`]),
  ];
  return `${title} · ${notes.join(" · ")}`;
}

/** "80.27 ± 0.31 (3)"; the best of the column is bold. */
function oursCell({ cells, corpus, measure }: Block, row: number): Cell {
  const { values, mean, std } = cells[row];
  if (!values.length) return { text: notRun, tone: "faint", title: "not run" };
  const spread = std === undefined ? "" : ` ± ${std.toFixed(2)}`;
  const title = `${measureNames[measure]} on ${corpus}, each seed: ${values.map((value) => value.toFixed(2)).join(", ")}`;
  return {
    text: `${mean.toFixed(2)}${spread} (${values.length})`,
    bold: isBest(
      cells.map((cell) => cell.mean),
      row,
    ),
    title,
  };
}

function besideCell({ cells, comparable }: Block, row: number, column: Column, state: State): Cell {
  const { interval, paper } = cells[row];
  const tone = comparable ? undefined : "faint";
  switch (column) {
    case "interval":
      return { text: interval ? `${interval.low.toFixed(2)}–${interval.high.toFixed(2)}` : "" };
    case "paper": {
      const printed = cells.map((cell) => cell.paper ?? Number.NaN);
      return { text: paper?.toFixed(2) ?? "", tone, bold: isBest(printed, row) };
    }
    case "difference": {
      const found = difference(cells, row, state.against);
      if (found === undefined) return { text: "" };
      if (state.against === "paper") return { text: signed(found), tone };
      const first = cells[0].paper;
      const printed = paper === undefined || first === undefined ? "" : ` (paper ${signed(paper - first)})`;
      return { text: row === 0 ? "" : `${signed(found)}${printed}` };
    }
  }
}

/** Is the value the highest of its column, as far as it is shown? */
function isBest(values: readonly number[], row: number): boolean {
  const shown = values.filter((value) => !Number.isNaN(value)).map((value) => value.toFixed(2));
  return shown.length > 1 && Math.max(...shown.map(Number)) === Number(values[row].toFixed(2));
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
