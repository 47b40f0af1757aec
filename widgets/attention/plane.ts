import { type FigurePart, plain } from "../shared/figure";
import { spanMarkers } from "../shared/span-plane";
import type { Theme } from "../shared/theme";
import { type AttentionModel, type AttentionRow, headsOf, type Selection } from "./data";
import { ellipse } from "./ellipse";

/** The axes that the plane is drawn on. */
export const planeAxis = { x: "x2", y: "y5" } as const;

const on = { xaxis: planeAxis.x, yaxis: planeAxis.y };

/**
 * The start–end plane: all proposals where the layer finds them, colored by the attention that the chosen one pays
 * them; the centers and contours of its Gaussians; where the layer moves it; gold and predicted spans.
 */
export function planeTraces(
  model: AttentionModel,
  selection: Selection,
  row: AttentionRow,
  theme: Theme,
): FigurePart[] {
  const { tokens, gold, predicted } = model;
  const spans = { ...on, showlegend: true };
  return [
    ...contours(model, selection, theme),
    spanMarkers("gold", gold, tokens, {
      ...spans,
      marker: { symbol: "square-open", size: 15, color: theme.gold, line: { width: 1.5 } },
    }),
    spanMarkers("predicted", predicted, tokens, {
      ...spans,
      marker: { symbol: "diamond-open", size: 15, color: theme.series[0], line: { width: 1.5 } },
    }),
    proposals(model, selection, row, theme),
    ...move(model, selection, theme),
    centers(model, selection, theme),
  ];
}

/** Position of each proposal before the layer. */
function before({ locations }: AttentionModel, { layer }: Selection): Float32Array {
  return locations[layer - 1];
}

function proposals(model: AttentionModel, selection: Selection, row: AttentionRow, theme: Theme): FigurePart {
  const at = before(model, selection);
  return {
    type: "scatter",
    mode: "markers",
    name: "proposals",
    ...on,
    showlegend: false,
    x: model.tokens.map((_, token) => at[2 * token]),
    y: model.tokens.map((_, token) => at[2 * token + 1]),
    customdata: model.tokens.map((_, token) => token),
    text: model.tokens.map(
      (token, i) => `proposal ${i} ${plain(token)}<br>weight ${row.weights[i].toFixed(4)}`,
    ),
    marker: {
      size: 9,
      color: [...row.weights],
      cmin: 0,
      cmax: Math.max(...row.weights),
      colorscale: theme.scale,
      line: { color: theme.faint, width: 0.7 },
    },
    hovertemplate: "%{text}<br>(%{x:.2f}, %{y:.2f})<extra></extra>",
  };
}

/** Where the chosen proposal is and where the layer moves it. */
function move(model: AttentionModel, selection: Selection, theme: Theme): FigurePart[] {
  const [from, to] = [before(model, selection), model.locations[selection.layer]].map((at) => ({
    x: at[2 * selection.proposal],
    y: at[2 * selection.proposal + 1],
  }));
  return [
    {
      type: "scatter",
      mode: "lines+markers",
      name: "chosen, before → after",
      ...on,
      x: [from.x, to.x],
      y: [from.y, to.y],
      line: { color: theme.chosen, width: 2 },
      marker: {
        symbol: ["circle-open", "star"],
        size: [15, 13],
        color: theme.chosen,
        opacity: 1,
        line: { color: theme.chosen, width: 2 },
      },
      text: ["before the layer", "after the layer"],
      hovertemplate: "%{text}<br>(%{x:.2f}, %{y:.2f})<extra></extra>",
    },
  ];
}

function centers(model: AttentionModel, selection: Selection, theme: Theme): FigurePart {
  const layer = model.layers[selection.layer - 1];
  const heads = headsOf(layer.heads, selection.head);
  const place = (head: number): number => 2 * (head * model.tokens.length + selection.proposal);
  const share = (head: number, side: 0 | 1): string =>
    `${(100 * layer.headWeights[2 * (selection.proposal * layer.heads + head) + side]).toFixed(0)} %`;
  return {
    type: "scatter",
    mode: "markers",
    name: "center μ",
    ...on,
    x: heads.map((head) => layer.center[place(head)]),
    y: heads.map((head) => layer.center[place(head) + 1]),
    text: heads.map((head) => `head ${head + 1}: share ${share(head, 0)} of start, ${share(head, 1)} of end`),
    marker: { symbol: "x", size: 8, color: theme.attention[1], line: { color: theme.paper, width: 0.7 } },
    hovertemplate: "center μ (%{x:.2f}, %{y:.2f})<br>%{text}<extra></extra>",
  };
}

/** A line on which the prior of a head has the same value. */
interface Ring {
  readonly x: number[];
  readonly y: number[];
  readonly level: number;
}

/** Where the prior has fallen to a half, and for a single head also to a twentieth. */
function rings(model: AttentionModel, selection: Selection): Ring[] {
  const layer = model.layers[selection.layer - 1];
  if (layer.logPrior.every((value) => value === 0)) return [];
  const levels = selection.head === "mean" ? [0.5] : [0.5, 0.05];
  return headsOf(layer.heads, selection.head).flatMap((head) => {
    const at = head * model.tokens.length + selection.proposal;
    const center = layer.center.subarray(2 * at, 2 * at + 2);
    const precision = layer.precision.subarray(4 * at, 4 * at + 4);
    return levels.map((level) => ({ ...ellipse(center, precision, level), level }));
  });
}

function contours(model: AttentionModel, selection: Selection, theme: Theme): FigurePart[] {
  const single = selection.head !== "mean";
  return rings(model, selection).map(({ x, y, level }, place) => ({
    type: "scatter",
    mode: "lines",
    name: single ? "prior at ½ and ¹⁄₂₀" : "prior at ½",
    ...on,
    showlegend: place === 0,
    legendgroup: "prior",
    x,
    y,
    line: { color: theme.attention[1], width: single ? 2 : 1, dash: level < 0.5 ? "dot" : "solid" },
    hoverinfo: "skip",
  }));
}

/**
 * Token positions around what happens to the chosen proposal: where it is, where it goes, and its priors' contours as
 * far as they stay near. The rest comes in by zooming out.
 */
export function planeRange(model: AttentionModel, selection: Selection): [number, number] {
  const { proposal } = selection;
  const length = model.tokens.length;
  const states = [before(model, selection), model.locations[selection.layer]];
  const way = states.flatMap((at) => [at[2 * proposal], at[2 * proposal + 1]]);
  const contour = rings(model, selection).flatMap(({ x, y }) => [...x, ...y]);
  const low = Math.max(Math.min(...way) - far, Math.min(...way, ...contour));
  const high = Math.min(Math.max(...way) + far, Math.max(...way, ...contour));
  const half = Math.min((length + 1) / 2, Math.max(5, (high - low) / 2 + 1));
  const middle = Math.min(length - half, Math.max(half - 1, (low + high) / 2));
  return [middle - half, middle + half];
}

const far = 5;
