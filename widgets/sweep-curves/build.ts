import type { SweepResults } from "../../src/experiments/sweep-types";
import { axis, type Figure, type FigurePart, layout, panelTitle, plain } from "../shared/figure";
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
  /** What the bands are: the interval by sentence, the standard deviation over seeds. */
  readonly band: "interval" | "std" | "none";
  /** Lengths, and "all". */
  readonly groups: readonly string[];
}

export interface CurvePoint {
  readonly setting: string;
  readonly value: number;
  readonly cell: SweepCell;
}

const symbols = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x"];
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
  const x = ({ value }: CurvePoint): number => values.indexOf(value);
  const traces = [
    ...lines.flatMap(({ points, color }) => bandTrace(points, state, x, color)),
    ...lines.map(
      ({ group, points, color, symbol }): FigurePart => ({
        type: "scatter",
        mode: "lines+markers",
        name: groupName(group),
        x: points.map(x),
        y: points.map(({ cell }) => cell.mean),
        hovertext: points.map((point) => hover(results, state, group, point)),
        hoverinfo: "text",
        line: { color, width: group === all ? 3 : 2, dash: group === all ? "dash" : "solid" },
        marker: { color, size: 8, symbol },
      }),
    ),
    ...highestTrace(
      lines.map(({ points }) => highest(points)).filter((point) => point !== undefined),
      x,
      theme,
    ),
  ];
  return { data: traces, layout: layout(theme, 400, axes(results, state, values, theme)) };
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

/** From low to high; undefined where there is no such band. */
export function bandOf(
  { mean, std, interval }: SweepCell,
  band: State["band"],
): [number, number] | undefined {
  if (band === "interval") return interval && [interval.low, interval.high];
  if (band === "std") return std === undefined ? undefined : [mean - std, mean + std];
  return undefined;
}

function bandTrace(
  points: readonly CurvePoint[],
  { band }: State,
  x: (point: CurvePoint) => number,
  color: string,
): FigurePart[] {
  const known = points.flatMap((point) => {
    const range = bandOf(point.cell, band);
    return range ? [{ at: x(point), range }] : [];
  });
  if (!known.length) return [];
  const back = known.toReversed();
  return [
    {
      type: "scatter",
      mode: "lines",
      x: [...known, ...back].map(({ at }) => at),
      y: [...known.map(({ range }) => range[1]), ...back.map(({ range }) => range[0])],
      fill: "toself",
      fillcolor: `${color}26`,
      line: { width: 0, color },
      hoverinfo: "skip",
      showlegend: false,
    },
  ];
}

function highestTrace(
  points: readonly CurvePoint[],
  x: (point: CurvePoint) => number,
  theme: Theme,
): FigurePart[] {
  if (!points.length) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      name: "highest of a line",
      x: points.map(x),
      y: points.map(({ cell }) => cell.mean),
      hoverinfo: "skip",
      marker: { symbol: "circle", size: 13, color: theme.chosen, line: { color: theme.paper, width: 2 } },
    },
  ];
}

function hover(
  results: SweepResults,
  { measure, band }: State,
  group: string,
  { value, cell }: CurvePoint,
): string {
  const { values, mean, std } = cell;
  const spread = std === undefined ? "" : ` ± ${std.toFixed(2)}`;
  const range = bandOf(cell, band === "std" ? "none" : band);
  const interval = range ? `<br>interval ${range.map((end) => end.toFixed(2)).join(" to ")}` : "";
  const seeds = `${values.length} seed${values.length === 1 ? "" : "s"}`;
  return `${groupName(group)}, ${value} ${plain(results.variable)}<br>${measureNames[measure]} ${mean.toFixed(2)}${spread} % (${seeds})${interval}`;
}

export const bandNames: Readonly<Record<State["band"], string>> = {
  interval: "bootstrap interval by sentence",
  std: "± standard deviation over seeds",
  none: "none",
};

function axes(results: SweepResults, state: State, values: readonly number[], theme: Theme): FigurePart {
  const { variable, corpora, level } = results;
  const { corpus, measure, band } = state;
  const note = corpora.find(({ name }) => name === corpus);
  const stands = note?.paper && !note.comparable ? ` (not comparable with the paper's ${note.paper})` : "";
  const bands =
    band === "none"
      ? ""
      : ` · bands: ${band === "interval" ? `${100 * (level ?? 0.95)} % ` : ""}${bandNames[band]}`;
  return {
    annotations: [
      panelTitle(
        `${measureNames[measure]} on ${plain(corpus)}${stands}, mean of ${seedsText(results)}${bands}`,
        0.5,
      ),
      {
        text: plain(variable),
        x: 0.5,
        y: 0,
        yshift: -30,
        xref: "paper",
        yref: "paper",
        yanchor: "top",
        showarrow: false,
      },
    ],
    xaxis: axis(theme, {
      tickvals: values.map((_, at) => at),
      ticktext: values.map(String),
      range: [-0.4, values.length - 0.6],
      showgrid: false,
    }),
    yaxis: axis(theme, { ticksuffix: " %" }),
    legend: { orientation: "h", x: 0.5, xanchor: "center", y: -0.19, yanchor: "top" },
    margin: { l: 60, r: 20, t: 40, b: 95 },
  };
}
