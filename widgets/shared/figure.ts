import { printable } from "./html";
import { shortenMiddle, textWidth } from "./text";
import { wrapToWidth } from "./text-flow";
import { font, type Theme } from "./theme";

export type FigurePart = Readonly<Record<string, unknown>>;

/** A plotly figure as plain data. Width and height are in CSS pixels. */
export interface Figure {
  readonly data: readonly FigurePart[];
  readonly layout: FigurePart & { readonly width: number; readonly height: number };
}

/** Width of static pictures, which fits into a notebook cell and into a page. */
export const figureWidth = 900;

/** On a wider screen, lines and bars would be too far apart. */
const widestFigure = 1400;
const narrowestFigure = 280;

/** The width of a picture where that many CSS pixels are available, {@link figureWidth} for a static picture. */
export function fittingWidth(available = figureWidth): number {
  return Math.round(Math.min(widestFigure, Math.max(narrowestFigure, available)));
}

/** In a narrower picture, panels next to each other would be too small to read. */
const narrow = 640;

/** Whether the panels of a picture are below each other. */
export function isNarrow(width: number): boolean {
  return width < narrow;
}

/** Size of a figure's texts in CSS pixels. */
const textSize = 12;

/** Width and height of a figure in CSS pixels. */
type Size = readonly [width: number, height: number];

/** The layout that all figures share, overridden by `parts`. */
export function layout(theme: Theme, [width, height]: Size, parts: FigurePart): Figure["layout"] {
  return {
    width,
    height,
    paper_bgcolor: theme.paper,
    plot_bgcolor: theme.paper,
    font: { family: font, size: textSize, color: theme.ink },
    margin: { l: 60, r: 20, t: 40, b: 50 },
    hoverlabel: { align: "left" },
    modebar: { orientation: "v" }, // a horizontal one would cover titles
    ...parts,
  };
}

/** Pixels of a legend's row, of an entry's symbol with its gaps, and of a letter. */
const legendRow = 19;
const legendSymbol = 45;
const letterWidth = 7;

/** A name as an entry of a legend whose rows have that many pixels. */
export function shortLegendName(name: string, rowWidth: number): string {
  return shortenMiddle(name, Math.floor((rowWidth - legendSymbol) / letterWidth));
}

/** The pixels left and right of a figure's plot. */
interface Sides {
  readonly left: number;
  readonly right: number;
}

/**
 * Height, margins and legend of a figure with legend rows below the plot. Plotly takes the space of all rows after the first
 * from the plot; here the figure grows instead. Every trace in the legend needs a `legendgroup`, or plotly breaks rows differently.
 * @param plot height of the plot in pixels
 * @param below pixels that axis and notes take below it
 * @param width of the figure in pixels
 */
export function withLegend(
  names: readonly string[],
  { plot, above, below }: { readonly plot: number; readonly above: number; readonly below: number },
  { left, right }: Sides,
  width: number,
): { readonly height: number; readonly parts: FigurePart } {
  const rowWidth = width - left - right;
  let [rows, x] = [1, 0];
  for (const name of names) {
    const entry = legendSymbol + letterWidth * textWidth(name);
    if (x > 0 && x + entry > rowWidth) [rows, x] = [rows + 1, 0];
    x += entry;
  }
  const bottom = below + rows * legendRow + 22;
  const position = { orientation: "h", x: 0.5, xanchor: "center", y: -below / plot, yanchor: "top" };
  return {
    height: above + plot + bottom,
    parts: {
      legend: { ...position, tracegroupgap: 0 },
      margin: { l: left, r: right, t: above, b: bottom },
    },
  };
}

/**
 * Indices of labels that fit next to each other; the last one is always among them.
 * @param labels each with its lines
 * @param distance pixels between two labels
 * @param size of their font
 */
export function fittingLabels(
  labels: readonly (readonly string[])[],
  distance: number,
  size: number,
): number[] {
  const widest = Math.max(0, ...labels.flat().map(textWidth));
  const every = Math.max(1, Math.ceil((labelLetter * size * widest) / distance));
  const last = labels.length - 1;
  return labels.flatMap((_, i) => (i === last || (i % every === 0 && i + every <= last) ? [i] : []));
}

/** Width of a letter of a label, with some of the gap between labels, as a share of the font's size. */
const labelLetter = 0.63;

const roundSteps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500];

/** A round step between labels of the whole numbers up to `last`, for at most `labels` labels. */
export function wholeStep(last: number, labels: number): number {
  return roundSteps.find((step) => last / step <= labels) ?? 1000 * Math.ceil(last / labels / 1000);
}

export function axis(theme: Theme, parts: FigurePart): FigurePart {
  return { gridcolor: theme.grid, linecolor: theme.grid, zeroline: false, automargin: false, ...parts };
}

/** "x", "x2", …: the axis of a panel, as traces refer to it. Panels count from 0. */
export function axisName(letter: "x" | "y", panel: number): string {
  return panel ? `${letter}${panel + 1}` : letter;
}

/** "xaxis", "xaxis2", …: the axis of a panel in the layout. */
export function axisKey(letter: "x" | "y", panel: number): string {
  return `${letter}axis${panel ? panel + 1 : ""}`;
}

/** Error bars of a trace, from `low` to `high`; a value without an interval gets none. */
export function errorBars(
  values: readonly number[],
  intervals: readonly ({ readonly low: number; readonly high: number } | null | undefined)[],
  parts: FigurePart,
): FigurePart {
  return {
    type: "data",
    visible: intervals.some((interval) => interval),
    symmetric: false,
    arrayminus: values.map((value, i) => Math.max(0, value - (intervals[i]?.low ?? value))),
    array: values.map((value, i) => Math.max(0, (intervals[i]?.high ?? value) - value)),
    ...parts,
  };
}

/** A marker of a scatter trace. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Tooltip in HTML. */
  readonly text: string;
  /** The value that a click passes to the widget; null for none. */
  readonly value: unknown;
  readonly symbol: string;
  readonly size: number;
  readonly color: string;
  readonly edge: string;
  readonly edgeWidth: number;
}

/** Markers of different styles as a single trace, because plotly takes time for each trace. */
export function pointTrace(points: readonly PlotPoint[]): FigurePart {
  return {
    type: "scatter",
    mode: "markers",
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    text: points.map(({ text }) => text),
    customdata: points.map(({ value }) => value),
    hovertemplate: "%{text}<extra></extra>",
    marker: {
      symbol: points.map(({ symbol }) => symbol),
      size: points.map(({ size }) => size),
      color: points.map(({ color }) => color),
      opacity: 1,
      line: { color: points.map(({ edge }) => edge), width: points.map(({ edgeWidth }) => edgeWidth) },
    },
  };
}

/** A text in lines that fit into a figure of that width. */
export function figureLines(text: string, width: number): string[] {
  return wrapToWidth(text, width - 16, textSize).map(plain);
}

/**
 * A note below the plot, centered in the figure.
 * @param yshift pixels from the plot's lower edge, negative
 */
export function noteBelow(lines: readonly string[], yshift: number, { left, right }: Sides): FigurePart {
  const position = { x: 0.5, xshift: (right - left) / 2, y: 0, yshift, yanchor: "top" };
  return { text: lines.join("<br>"), xref: "paper", yref: "paper", ...position, showarrow: false };
}

/** A heading, centered at `x`; both coordinates are fractions of the plot area. */
export function panelTitle(text: string, x: number, y = 1): FigurePart {
  const position = { x, y, xref: "paper", yref: "paper", xanchor: "center", yanchor: "bottom" };
  return { text, ...position, showarrow: false, font: { size: 13 } };
}

/** The line of one-token spans on the start–end plane; no span lies below it. */
export function diagonal(theme: Theme, length: number, x: string, y: string): FigurePart {
  return {
    type: "line",
    layer: "below",
    xref: x,
    yref: y,
    x0: -1,
    y0: -1,
    x1: length,
    y1: length,
    line: { color: theme.faint, width: 1, dash: "dot" },
  };
}

/** Escapes text for a figure: plotly reads HTML, and formulas between dollar signs. */
export function plain(text: string): string {
  return printable(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\$/g, "&#36;");
}
