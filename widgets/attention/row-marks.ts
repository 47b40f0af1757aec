import type { FigurePart } from "../shared/figure";
import { tokenLabel } from "../shared/span-plane";
import type { Theme } from "../shared/theme";
import type { Axes } from "./canvas";
import type { AttentionModel } from "./data";
import { proposalStyle } from "./pin-style";
import type { AttentionRow } from "./rows";
import { type ShownRows, type ViewName, views } from "./shown-rows";
import { tokenName } from "./token-axis";

/** Of a longer sentence each mark is narrow, and drawing a thing a token takes long. */
const few = 60;

/**
 * The chosen proposal's values, standing on the lower edge of the view; what lies below it is far from counting. Bars, or
 * for a long sentence their outline.
 * @param low the lower edge
 */
export function values(
  { model: { tokens }, rows: [row] }: ShownRows,
  view: ViewName,
  low: number,
  axes: Axes,
  theme: Theme,
): FigurePart {
  const color = theme.attention[views.indexOf(view)];
  const common = { name: view, ...axes, hoverinfo: "skip" };
  const x = tokens.map((_, token) => token);
  if (tokens.length <= few) {
    const y = Array.from(row[view], (value) => Math.max(0, value - low));
    return { type: "bar", ...common, x, y, base: low, marker: { color } };
  }
  const y = Array.from(row[view], (value) => Math.max(low, value));
  return {
    type: "scatter",
    mode: "lines",
    ...common,
    x: [0, ...x, tokens.length - 1],
    y: [low, ...y, low],
    line: { shape: "hvh", width: 0, color },
    fill: "toself",
    fillcolor: color,
  };
}

/** Another proposal's values on top of the bars, as far as they count. */
export function pinned(
  { model: { tokens }, proposals, rows }: ShownRows,
  view: ViewName,
  place: number,
  low: number,
  axes: Axes,
  theme: Theme,
): FigurePart {
  const { color, symbol, dash } = proposalStyle(theme, place);
  const proposal = proposals[place];
  const short = tokens.length <= few;
  return {
    type: "scatter",
    mode: short ? "lines+markers" : "lines",
    name: `pinned: proposal ${proposal} ${tokenLabel(tokens[proposal])}`,
    ...axes,
    x: tokens.map((_, token) => token),
    y: Array.from(rows[place][view], (value) => (value < low ? null : value)),
    line: short ? { color, width: 1 } : { color, width: 1.5, dash },
    marker: { symbol, size: 5.5, color, line: { color: theme.ink, width: 0.5 } },
    hoverinfo: "skip",
  };
}

/** What the weights would come to without the prior. */
export function ghost({ model: { tokens }, rows: [row] }: ShownRows, axes: Axes, theme: Theme): FigurePart {
  return {
    type: "scatter",
    mode: tokens.length <= few ? "lines+markers" : "lines",
    name: "weight without the prior",
    ...axes,
    x: tokens.map((_, token) => token),
    y: [...row.unmodulated],
    line: { color: theme.ink, width: 1, dash: "3px,2px", shape: "hvh" },
    marker: { color: theme.ink, size: 2.5 },
    hoverinfo: "skip",
  };
}

/**
 * Lies over all four views, seen by the pointer alone: a narrow bar, or none, tells its numbers and is chosen as well.
 */
export function hover({ model, proposals, rows }: ShownRows, axes: Axes): FigurePart {
  const { tokens } = model;
  const clear = "rgba(0,0,0,0)";
  const pins = proposals
    .slice(1)
    .map((pin, place) => `<br>pinned ${pin}: weight %{customdata[${6 + place}]:.4f}`);
  return {
    type: "heatmap",
    name: "numbers",
    ...axes,
    x: tokens.map((_, token) => token),
    y: [0, 1],
    z: [tokens.map(() => 0)],
    zsmooth: "fast", // a picture of a pixel a token
    colorscale: [
      [0, clear],
      [1, clear],
    ],
    showscale: false,
    text: [tokens.map((_, token) => tokenName(tokens, token))],
    customdata: [tokens.map((_, token) => numbersOf(rows, token))],
    hovertemplate: `<b>%{text}</b><br>${numbersText(model)}${pins.join("")}<extra>proposal ${proposals[0]}</extra>`,
  };
}

/** The token, its numbers in the order in which {@link numbersText} tells them, and its weights for the pinned ones. */
function numbersOf([row, ...pinned]: readonly AttentionRow[], token: number): number[] {
  const { content, logPrior, sum, weights, unmodulated } = row;
  const numbers = [content, logPrior, sum, weights, unmodulated, ...pinned.map((pin) => pin.weights)];
  return [token, ...numbers.map((values) => values[token])];
}

/** All numbers of a token, so that hovering one view tells of the others too; `customdata` holds them after its place. */
export function numbersText({ prior }: AttentionModel): string {
  return [
    "content %{customdata[1]:.3f}",
    ...(prior === "on" ? ["+ log prior %{customdata[2]:.3f}", "= sum %{customdata[3]:.3f}"] : []),
    "weight %{customdata[4]:.4f}",
    ...(prior === "on" ? ["without the prior %{customdata[5]:.4f}"] : []),
  ].join("<br>");
}
