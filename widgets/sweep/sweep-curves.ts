import type { SweepResults } from "../../src/experiments/sweep-types";
import { assertOptions, choice, multiChoice } from "../shared/controls";
import { display } from "../shared/display";
import {
  axis,
  errorBars,
  type Figure,
  type FigurePart,
  figureLines,
  fittingWidth,
  layout,
  noteBelow,
  panelTitle,
  plain,
  withLegend,
} from "../shared/figure";
import { type Cell, type Grid, gridToText } from "../shared/grid";
import { all, groupName, type Measure, measureNames, measures } from "../shared/scores";
import { fitPanels } from "../shared/stack";
import { seriesColor, type Theme } from "../shared/theme";
import type { DataTable, View, Widget, WidgetInstance } from "../shared/widget";
import { groupsOf, type SweepCell, seedsText, sweepCell, validateSweep } from "./sweep-cells";

const view: View<State, SweepResults> = {
  controls: (results, { corpus, measure, errorBars, lines }) => {
    const corpora = results.corpora.map(({ name }) => name);
    const bars = errorBarOptions(results).map((name) => [name, errorBarNames[name]] as const);
    const lineOptions = linesOf(results).map(({ key, name }) => [key, name] as const);
    return [
      ...(corpora.length > 1 ? [choice("corpus", "corpus", corpora, corpus, "horizontal")] : []),
      choice("measure", "score", measureNames, measure, "vertical"),
      choice("errorBars", "error bars", bars, errorBars),
      multiChoice("lines", "lines", lineOptions, lines),
    ];
  },
  change: (_, state, control, value) => (control in state ? { ...state, [control]: value } : state),
};

/** The error bars that the results allow; the first is the default. */
function errorBarOptions({ intervals, runs }: SweepResults): State["errorBars"][] {
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  return [
    ...(intervals?.length ? (["interval"] as const) : []),
    ...(seeds > 1 ? (["std"] as const) : []),
    "none",
  ];
}

/** Scores against a swept number, by entity length (Figures 5 and 6) or by series. */
export const sweepCurvesWidget: Widget<SweepResults, State> = {
  kind: "sweep-curves",
  open: (packed) => packed,
  title: ({ title, variable }, { corpus, measure }) =>
    `${title}: ${measureNames[measure]} on ${corpus} by ${variable}`,
  build: (results, state, theme, available) => [
    { figure: sweepFigure(results, state, theme, fittingWidth(available)) },
  ],
  text: (results, state) => gridToText(gridOf(results, state)),
  table,
  view,
};

/** A line of the figure: an entity length, or a series of settings. */
interface Line {
  readonly key: string;
  readonly name: string;
  /** The length, or "all". */
  readonly group: string;
  readonly series?: string;
}

function linesOf(results: SweepResults): Line[] {
  const series = new Set(results.settings.flatMap((setting) => setting.series ?? []));
  return series.size
    ? [...series].map((name) => ({ key: name, name: plain(name), group: all, series: name }))
    : groupsOf(results).map((group) => ({ key: group, name: groupName(group), group }));
}

/** The chosen lines. */
function shownLines(results: SweepResults, { lines }: State): Line[] {
  return linesOf(results).filter(({ key }) => lines.includes(key));
}

/** One row per line, one column per swept number; "*" marks the highest value of a row. */
function gridOf(results: SweepResults, state: State): Grid {
  const values = sweptValues(results);
  return {
    caption: sweepCurvesWidget.title(results, state),
    head: [[{ text: results.variable }, ...values.map((value) => ({ text: String(value) }))]],
    rows: shownLines(results, state).map((line) => {
      const points = curve(results, state, line);
      const best = highest(points);
      const cells = values.map((value): Cell => {
        const point = points.find((one) => one.value === value);
        return { text: point ? `${point === best ? "* " : ""}${point.cell.mean.toFixed(2)}` : "–" };
      });
      return [{ text: line.name }, ...cells];
    }),
    align: ["left", ...values.map(() => "right" as const)],
  };
}

/** One row per corpus, line and swept number, for the measure that is shown. */
function table(results: SweepResults, state: State): DataTable {
  const rows = results.corpora.flatMap(({ name: corpus }) =>
    linesOf(results).flatMap((line) => {
      const points = curve(results, { ...state, corpus }, line);
      const best = highest(points);
      return points.map((point) => ({ corpus, line, ...point, isBest: point === best }));
    }),
  );
  return {
    name: "sweep-curves",
    columns: {
      corpus: rows.map(({ corpus }) => corpus),
      length: rows.map(({ line }) => line.group),
      ...(rows.some(({ line }) => line.series) ? { series: rows.map(({ line }) => line.series ?? "") } : {}),
      value: rows.map(({ value }) => value),
      measure: rows.map(() => state.measure),
      seeds: rows.map(({ cell }) => cell.values.length),
      mean: rows.map(({ cell }) => cell.mean),
      std: rows.map(({ cell }) => cell.std ?? null),
      low: rows.map(({ cell }) => errorBarOf(cell, "interval")?.low ?? null),
      high: rows.map(({ cell }) => errorBarOf(cell, "interval")?.high ?? null),
      highest: rows.map(({ isBest }) => isBest),
    },
    fractions: ["value", "mean", "std", "low", "high"],
  };
}

export interface SweepCurvesOptions {
  readonly corpus?: string;
  /** Default "f1". */
  readonly measure?: Measure;
  /** Default: intervals if there are any, else the standard deviation if there are several seeds. */
  readonly errorBars?: State["errorBars"];
}

/**
 * Scores against a swept number: one line per series if the settings have any, otherwise one per entity length, with the highest point of
 * each marked (Figures 5 and 6).
 * @throws RangeError if no setting has a number, if the results are inconsistent, or for an unknown option
 */
export function sweepCurves(
  results: SweepResults,
  options: SweepCurvesOptions = {},
): WidgetInstance<SweepResults, State> {
  validateSweep(results);
  if (!results.settings.some(({ value }) => value !== undefined))
    throw new RangeError("settings: none has a value to draw curves against; try sweepTable");
  const corpora = results.corpora.map(({ name }) => name);
  const bars = errorBarOptions(results);
  const { corpus = corpora[0], measure = "f1", errorBars = bars[0] } = options;
  assertOptions("corpus", [corpus], corpora);
  assertOptions("measure", [measure], measures);
  assertOptions("errorBars", [errorBars], bars);
  const state = { corpus, measure, errorBars, lines: linesOf(results).map(({ key }) => key) };
  return { widget: sweepCurvesWidget, packed: results, state };
}

/** Shows {@link sweepCurves} in the running cell; outside a notebook, prints the text description. */
export async function showSweepCurves(results: SweepResults, options?: SweepCurvesOptions): Promise<void> {
  await display(sweepCurves(results, options));
}

interface State {
  readonly corpus: string;
  readonly measure: Measure;
  /** The interval over seeds and sentences, or the standard deviation over seeds. */
  readonly errorBars: "interval" | "std" | "none";
  /** Keys of the lines: lengths and "all", or series. */
  readonly lines: readonly string[];
}

interface CurvePoint {
  readonly setting: string;
  /** The swept number. */
  readonly value: number;
  readonly cell: SweepCell;
}

const errorBarNames: Readonly<Record<State["errorBars"], string>> = {
  interval: "interval over seeds and sentences",
  std: "± standard deviation over seeds",
  none: "none",
};

const symbols = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x"];
/** Share of the space between two values over which the error bars of all lines spread. */
const errorBarSpread = 0.3;
/** Indices into the theme's series; the second color is too close to that of the highest points. */
const colors = [0, 2, 3, 4, 5, 6];

/** One line per length or series. The highest point of a length is marked, as in the paper's Figures 5 and 6. */
function sweepFigure(results: SweepResults, state: State, theme: Theme, width: number): Figure {
  const keys = linesOf(results).map(({ key }) => key);
  const values = sweptValues(results);
  const visibleLines = shownLines(results, state);
  const lines = visibleLines.map((line, i) => {
    const points = curve(results, state, line);
    // the error bars of several lines are drawn side by side
    const spread = state.errorBars === "none" ? 0 : errorBarSpread / visibleLines.length;
    const shift = (i - (visibleLines.length - 1) / 2) * spread;
    return { line, points, x: (point: CurvePoint) => values.indexOf(point.value) + shift };
  });
  const best = lines.flatMap(({ line, points, x }) => {
    const point = points.length > 1 && !line.series ? highest(points) : undefined;
    return point ? [{ x: x(point), y: point.cell.mean }] : [];
  });
  const traces = lines.map(({ line, points, x }): FigurePart => {
    const index = keys.indexOf(line.key);
    const isWhole = line.key === all;
    const color = isWhole ? theme.ink : seriesColor(theme, colors[index % colors.length]);
    const means = points.map(({ cell }) => cell.mean);
    const intervals = points.map(({ cell }) => errorBarOf(cell, state.errorBars));
    return {
      type: "scatter",
      mode: "lines+markers",
      name: line.name,
      legendgroup: line.key,
      x: points.map(x),
      y: means,
      error_y: errorBars(means, intervals, { color, thickness: 1.4, width: 2 }),
      hovertext: points.map((point) => hoverText(results, state, line, point)),
      hoverinfo: "text",
      line: { color, width: isWhole ? 3 : 2, dash: isWhole ? "dash" : "solid" },
      marker: { color, size: 8, symbol: symbols[index % symbols.length] },
    };
  });
  if (best.length) {
    traces.push({
      type: "scatter",
      mode: "markers",
      name: "highest of each line",
      legendgroup: "highest",
      x: best.map(({ x }) => x),
      y: best.map(({ y }) => y),
      hoverinfo: "skip",
      marker: { symbol: "circle", size: 13, color: theme.highest, line: { color: theme.paper, width: 2 } },
    });
  }
  const names = traces.map(({ name }) => String(name));
  const { height, parts } = axes(results, state, values, names, theme, width);
  return fitPanels({ data: traces, layout: layout(theme, [width, height], parts) });
}

function sweptValues({ settings }: SweepResults): number[] {
  const values = settings.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The points of a line that have runs, by their number. */
function curve(results: SweepResults, { corpus, measure }: State, { group, series }: Line): CurvePoint[] {
  return results.settings
    .filter((setting) => setting.series === series)
    .flatMap(({ name: setting, value }) => {
      const cell = sweepCell(results, { setting, corpus, group, measure });
      return value === undefined || !cell.values.length ? [] : [{ setting, value, cell }];
    })
    .sort((one, other) => one.value - other.value);
}

/** The point with the highest mean, the first of equals. */
function highest(points: readonly CurvePoint[]): CurvePoint | undefined {
  return points.reduce<CurvePoint | undefined>(
    (best, point) => (best && best.cell.mean >= point.cell.mean ? best : point),
    undefined,
  );
}

function errorBarOf(
  { mean, std, interval }: SweepCell,
  errorBars: State["errorBars"],
): { readonly low: number; readonly high: number } | undefined {
  if (errorBars === "interval") return interval;
  return errorBars === "std" && std !== undefined ? { low: mean - std, high: mean + std } : undefined;
}

function hoverText(
  results: SweepResults,
  { measure, errorBars }: State,
  { name }: Line,
  { value, cell }: CurvePoint,
): string {
  const { values, mean, std } = cell;
  const spread = std === undefined ? "" : ` ± ${std.toFixed(2)}`;
  const range = errorBars === "interval" ? cell.interval : undefined;
  const interval = range ? `<br>interval ${range.low.toFixed(2)} to ${range.high.toFixed(2)}` : "";
  const seeds = `${values.length} seed${values.length === 1 ? "" : "s"}`;
  return `${name}, ${value} ${plain(results.variable)}<br>${measureNames[measure]} ${mean.toFixed(2)}${spread} % (${seeds})${interval}`;
}

function axes(
  results: SweepResults,
  state: State,
  values: readonly number[],
  names: readonly string[],
  theme: Theme,
  width: number,
): { readonly height: number; readonly parts: FigurePart } {
  const title = titleLines(results, state).map(plain);
  const complete = new Set(
    linesOf(results).flatMap((line) => curve(results, state, line).map(({ value }) => value)),
  );
  const variable = figureLines(results.variable, width);
  const missing = values.some((value) => !complete.has(value)) ? 14 : 0;
  const sizes = { plot: 265, above: 22 + 17 * title.length, below: 34 + 16 * variable.length + missing };
  const { height, parts } = withLegend(names, sizes, sides, width);
  return {
    height,
    parts: {
      ...parts,
      annotations: [panelTitle(title.join("<br>"), 0.5), noteBelow(variable, -30 - missing, sides)],
      xaxis: axis(theme, {
        tickvals: values.map((_, i) => i),
        ticktext: values.map((value) => (complete.has(value) ? String(value) : `${value}<br>not run`)),
        range: [-0.4, values.length - 0.6],
        showgrid: false,
      }),
      yaxis: axis(theme, {
        ticksuffix: " %",
        // Intervals over few seeds may be wider than what a score can be.
        minallowed: 0,
        maxallowed: 100,
        ...(complete.size ? {} : { range: [0, 100] }),
      }),
    },
  };
}

const sides = { left: 60, right: 20 };

function titleLines(results: SweepResults, { corpus, measure, errorBars }: State): string[] {
  const incomparable = results.corpora.find((one) => one.name === corpus && one.paper && !one.comparable);
  const warning = incomparable ? ` (not comparable with the paper's ${incomparable.paper})` : "";
  const seeds = seedsText(results);
  const value = seeds === "1 seed" || seeds === "no seed" ? seeds : `mean of ${seeds}`;
  const level = errorBars === "interval" ? `${100 * (results.level ?? 0.95)} % ` : "";
  return [
    `${measureNames[measure]} on ${corpus}${warning}, ${value}`,
    ...(errorBars === "none" ? [] : [`error bars: ${level}${errorBarNames[errorBars]}`]),
  ];
}
