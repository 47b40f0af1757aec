import type { SweepResults } from "../../src/experiments/sweep-types";
import {
  axis,
  errorBars as errorBarsOf,
  type Figure,
  type FigurePart,
  layout,
  noteBelow,
  panelTitle,
  plain,
  withLegend,
} from "../shared/figure";
import { all, groupName, type Measure, measureNames } from "../shared/scores";
import { seriesColor, type Theme } from "../shared/theme";
import { groupsOf, type SweepCell, seedsText, sweepCell } from "./sweep-cells";

export interface State {
  readonly corpus: string;
  readonly measure: Measure;
  /** The bootstrap interval by sentence, or the standard deviation over seeds. */
  readonly errorBars: "interval" | "std" | "none";
  /** Lengths, and "all". */
  readonly groups: readonly string[];
}

export interface CurvePoint {
  readonly setting: string;
  /** The swept number. */
  readonly value: number;
  readonly cell: SweepCell;
}

export const errorBarNames: Readonly<Record<State["errorBars"], string>> = {
  interval: "bootstrap interval by sentence",
  std: "± standard deviation over seeds",
  none: "none",
};

const symbols = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x"];
/** Share of the space between two values over which the error bars of all lines spread. */
const errorBarSpread = 0.3;
/** Indices into the theme's series; the second color is too close to that of the highest points. */
const colors = [0, 2, 3, 4, 5, 6];

/** One line per length against the swept number. The highest point of each is marked, as in the paper's Figures 5 and 6. */
export function sweepFigure(results: SweepResults, state: State, theme: Theme): Figure {
  const groups = groupsOf(results);
  const values = sweptValues(results);
  const shown = groups.filter((group) => state.groups.includes(group));
  const lines = shown.map((group, i) => {
    const points = curve(results, state, group);
    // the error bars of several lines are drawn side by side
    const spread = state.errorBars === "none" ? 0 : errorBarSpread / shown.length;
    const shift = (i - (shown.length - 1) / 2) * spread;
    return { group, points, x: (point: CurvePoint) => values.indexOf(point.value) + shift };
  });
  const best = lines.flatMap(({ points, x }) => {
    const point = points.length > 1 ? highest(points) : undefined;
    return point ? [{ x: x(point), y: point.cell.mean }] : [];
  });
  const traces = lines.map(({ group, points, x }): FigurePart => {
    const index = groups.indexOf(group);
    const color = group === all ? theme.ink : seriesColor(theme, colors[index % colors.length]);
    const means = points.map(({ cell }) => cell.mean);
    const intervals = points.map(({ cell }) => errorBarOf(cell, state.errorBars));
    return {
      type: "scatter",
      mode: "lines+markers",
      name: groupName(group),
      legendgroup: group,
      x: points.map(x),
      y: means,
      error_y: errorBarsOf(means, intervals, { color, thickness: 1.4, width: 2 }),
      hovertext: points.map((point) => hoverText(results, state, group, point)),
      hoverinfo: "text",
      line: { color, width: group === all ? 3 : 2, dash: group === all ? "dash" : "solid" },
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
  const { height, parts } = axes(results, state, values, names, theme);
  return { data: traces, layout: layout(theme, height, parts) };
}

/** The distinct swept numbers, sorted. */
export function sweptValues({ settings }: SweepResults): number[] {
  const values = settings.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The points of a length that have runs, by their number. */
export function curve(results: SweepResults, { corpus, measure }: State, group: string): CurvePoint[] {
  return results.settings
    .flatMap(({ name: setting, value }) => {
      const cell = sweepCell(results, { setting, corpus, group, measure });
      return value === undefined || !cell.values.length ? [] : [{ setting, value, cell }];
    })
    .sort((one, other) => one.value - other.value);
}

/** The point with the highest mean, the first of equals. */
export function highest(points: readonly CurvePoint[]): CurvePoint | undefined {
  return points.reduce<CurvePoint | undefined>(
    (best, point) => (best && best.cell.mean >= point.cell.mean ? best : point),
    undefined,
  );
}

export function errorBarOf(
  { mean, std, interval }: SweepCell,
  errorBars: State["errorBars"],
): { readonly low: number; readonly high: number } | undefined {
  if (errorBars === "interval") return interval;
  return errorBars === "std" && std !== undefined ? { low: mean - std, high: mean + std } : undefined;
}

function hoverText(
  results: SweepResults,
  { measure, errorBars }: State,
  group: string,
  { value, cell }: CurvePoint,
): string {
  const { values, mean, std } = cell;
  const spread = std === undefined ? "" : ` ± ${std.toFixed(2)}`;
  const range = errorBars === "interval" ? cell.interval : undefined;
  const interval = range ? `<br>interval ${range.low.toFixed(2)} to ${range.high.toFixed(2)}` : "";
  const seeds = `${values.length} seed${values.length === 1 ? "" : "s"}`;
  return `${groupName(group)}, ${value} ${plain(results.variable)}<br>${measureNames[measure]} ${mean.toFixed(2)}${spread} % (${seeds})${interval}`;
}

function axes(
  results: SweepResults,
  state: State,
  values: readonly number[],
  names: readonly string[],
  theme: Theme,
): { readonly height: number; readonly parts: FigurePart } {
  const title = titleLines(results, state);
  const complete = new Set(
    groupsOf(results).flatMap((group) => curve(results, state, group).map(({ value }) => value)),
  );
  const missing = values.some((value) => !complete.has(value)) ? 14 : 0;
  const sizes = { plot: 265, above: 22 + 17 * title.length, below: 50 + missing };
  const { height, parts } = withLegend(names, sizes, { left: 60, right: 20 });
  return {
    height,
    parts: {
      ...parts,
      annotations: [panelTitle(title.join("<br>"), 0.5), noteBelow(plain(results.variable), -30 - missing)],
      xaxis: axis(theme, {
        tickvals: values.map((_, i) => i),
        ticktext: values.map((value) => (complete.has(value) ? String(value) : `${value}<br>not run`)),
        range: [-0.4, values.length - 0.6],
        showgrid: false,
      }),
      yaxis: axis(theme, { ticksuffix: " %", ...(complete.size ? {} : { range: [0, 100] }) }),
    },
  };
}

function titleLines(results: SweepResults, { corpus, measure, errorBars }: State): string[] {
  const incomparable = results.corpora.find((one) => one.name === corpus && one.paper && !one.comparable);
  const warning = incomparable ? ` (not comparable with the paper's ${incomparable.paper})` : "";
  const seeds = seedsText(results);
  const value = seeds === "1 seed" || seeds === "no seed" ? seeds : `mean of ${seeds}`;
  const level = errorBars === "interval" ? `${100 * (results.level ?? 0.95)} % ` : "";
  return [
    `${measureNames[measure]} on ${plain(corpus)}${warning}, ${value}`,
    ...(errorBars === "none" ? [] : [`error bars: ${level}${errorBarNames[errorBars]}`]),
  ];
}
