import type { SweepResults } from "../../src/experiments/sweep-types";
import { axis, type Figure, type FigurePart, layout, panelTitle, plain, withLegend } from "../shared/figure";
import {
  all,
  groupsOf,
  type Measure,
  measureNames,
  type SweepCell,
  seedsText,
  sweepCell,
} from "../shared/sweep";
import { seriesColor, type Theme } from "../shared/theme";

export interface State {
  readonly corpus: string;
  readonly measure: Measure;
  /** The interval by sentence, or the standard deviation over seeds. */
  readonly errorBars: "interval" | "std" | "none";
  /** Lengths, and "all". */
  readonly groups: readonly string[];
}

export interface CurvePoint {
  readonly setting: string;
  readonly value: number;
  readonly cell: SweepCell;
}

const symbols = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x"];
/** Of the room between two numbers, what the error bars of all lines take. */
const besideEachOther = 0.3;
/** Places in the theme's series: the second is too near the color of the highest points. */
const colors = [0, 2, 3, 4, 5, 6];

/** A line a length, against the swept number; the highest point of each is marked, as in the paper's Figures 5 and 6. */
export function sweepFigure(results: SweepResults, state: State, theme: Theme): Figure {
  const known = groupsOf(results);
  const shown = known.filter((group) => state.groups.includes(group));
  const values = sweptValues(results);
  const lines = shown.map((group) => ({
    group,
    points: curve(results, state, group),
    color: group === all ? theme.ink : seriesColor(theme, colors[known.indexOf(group) % colors.length]),
    symbol: symbols[known.indexOf(group) % symbols.length],
  }));
  const best = lines.flatMap(({ points }, line) => {
    const point = points.length > 1 ? highest(points) : undefined;
    return point ? [{ point, line }] : [];
  });
  const x = (point: CurvePoint, line: number): number =>
    values.indexOf(point.value) + shift(state, line, lines.length);
  const traces = [
    ...lines.map(
      ({ group, points, color, symbol }, line): FigurePart => ({
        type: "scatter",
        mode: "lines+markers",
        name: groupName(group),
        legendgroup: group,
        x: points.map((point) => x(point, line)),
        y: points.map(({ cell }) => cell.mean),
        error_y: errorBars(points, state, color),
        hovertext: points.map((point) => hover(results, state, group, point)),
        hoverinfo: "text",
        line: { color, width: group === all ? 3 : 2, dash: group === all ? "dash" : "solid" },
        marker: { color, size: 8, symbol },
      }),
    ),
    ...highestTrace(best, x, theme),
  ];
  const names = traces.map(({ name }) => String(name));
  const { height, parts } = axes(results, state, values, names, theme);
  return { data: traces, layout: layout(theme, height, parts) };
}

/** Error bars of several lines stand beside each other. */
function shift({ errorBars }: State, line: number, lines: number): number {
  return errorBars === "none" ? 0 : (line - (lines - 1) / 2) * (besideEachOther / lines);
}

/** The swept numbers, each once, from the smallest. */
export function sweptValues({ settings }: SweepResults): number[] {
  return [...new Set(settings.flatMap(({ value }) => (value === undefined ? [] : [value])))].sort(
    (a, b) => a - b,
  );
}

/** The points of a length that were run, by their number. */
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

export function groupName(group: string): string {
  return group === all ? "all lengths" : `length ${group}`;
}

/** From low to high; undefined where there is none. */
export function errorBarOf(
  { mean, std, interval }: SweepCell,
  errorBars: State["errorBars"],
): [number, number] | undefined {
  if (errorBars === "interval") return interval && [interval.low, interval.high];
  if (errorBars === "std") return std === undefined ? undefined : [mean - std, mean + std];
  return undefined;
}

function errorBars(points: readonly CurvePoint[], { errorBars }: State, color: string): FigurePart {
  const ends = points.map(({ cell }) => errorBarOf(cell, errorBars) ?? [cell.mean, cell.mean]);
  return {
    type: "data",
    visible: points.some(({ cell }) => errorBarOf(cell, errorBars)),
    symmetric: false,
    arrayminus: points.map(({ cell }, at) => Math.max(0, cell.mean - ends[at][0])),
    array: points.map(({ cell }, at) => Math.max(0, ends[at][1] - cell.mean)),
    color,
    thickness: 1.4,
    width: 2,
  };
}

function highestTrace(
  best: readonly { readonly point: CurvePoint; readonly line: number }[],
  x: (point: CurvePoint, line: number) => number,
  theme: Theme,
): FigurePart[] {
  if (!best.length) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      name: "highest of a line",
      legendgroup: "highest",
      x: best.map(({ point, line }) => x(point, line)),
      y: best.map(({ point }) => point.cell.mean),
      hoverinfo: "skip",
      marker: { symbol: "circle", size: 13, color: theme.highest, line: { color: theme.paper, width: 2 } },
    },
  ];
}

function hover(
  results: SweepResults,
  { measure, errorBars }: State,
  group: string,
  { value, cell }: CurvePoint,
): string {
  const { values, mean, std } = cell;
  const spread = std === undefined ? "" : ` ± ${std.toFixed(2)}`;
  const range = errorBarOf(cell, errorBars === "std" ? "none" : errorBars);
  const interval = range ? `<br>interval ${range.map((end) => end.toFixed(2)).join(" to ")}` : "";
  const seeds = `${values.length} seed${values.length === 1 ? "" : "s"}`;
  return `${groupName(group)}, ${value} ${plain(results.variable)}<br>${measureNames[measure]} ${mean.toFixed(2)}${spread} % (${seeds})${interval}`;
}

export const errorBarNames: Readonly<Record<State["errorBars"], string>> = {
  interval: "bootstrap interval by sentence",
  std: "± standard deviation over seeds",
  none: "none",
};

function axes(
  results: SweepResults,
  state: State,
  values: readonly number[],
  names: readonly string[],
  theme: Theme,
): { readonly height: number; readonly parts: FigurePart } {
  const title = titleLines(results, state);
  const run = new Set(
    groupsOf(results).flatMap((group) => curve(results, state, group).map(({ value }) => value)),
  );
  const missing = values.some((value) => !run.has(value)) ? 14 : 0;
  const room = { plot: 265, above: 22 + 17 * title.length, below: 50 + missing };
  const { height, parts } = withLegend(names, room, { left: 60, right: 20 });
  const variable = {
    text: plain(results.variable),
    x: 0.5,
    y: 0,
    yshift: -30 - missing,
    xref: "paper",
    yref: "paper",
    yanchor: "top",
    showarrow: false,
  };
  return {
    height,
    parts: {
      ...parts,
      annotations: [panelTitle(title.join("<br>"), 0.5), variable],
      xaxis: axis(theme, {
        tickvals: values.map((_, at) => at),
        ticktext: values.map((value) => (run.has(value) ? String(value) : `${value}<br>not run`)),
        range: [-0.4, values.length - 0.6],
        showgrid: false,
      }),
      yaxis: axis(theme, { ticksuffix: " %", ...(run.size ? {} : { range: [0, 100] }) }),
    },
  };
}

function titleLines(results: SweepResults, { corpus, measure, errorBars }: State): string[] {
  const note = results.corpora.find(({ name }) => name === corpus);
  const stands = note?.paper && !note.comparable ? ` (not comparable with the paper's ${note.paper})` : "";
  const seeds = seedsText(results);
  const what = seeds === "1 seed" || seeds === "no seed" ? seeds : `mean of ${seeds}`;
  const level = errorBars === "interval" ? `${100 * (results.level ?? 0.95)} % ` : "";
  return [
    `${measureNames[measure]} on ${plain(corpus)}${stands}, ${what}`,
    ...(errorBars === "none" ? [] : [`error bars: ${level}${errorBarNames[errorBars]}`]),
  ];
}
