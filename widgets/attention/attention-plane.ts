import type { Entity } from "../../src/corpus/types";
import { highest } from "../shared/arrays";
import { diagonal, type FigurePart, type PlotPoint, plain, pointTrace } from "../shared/figure";
import { shorten, spanText } from "../shared/text";
import { shade, type Theme } from "../shared/theme";
import type { AttentionModel } from "./attention-data";
import { headsOf, type Selection } from "./attention-rows";
import type { TraceRows } from "./attention-state";
import type { Box, Canvas } from "./canvas";
import { contours, type LayerHead } from "./prior-contours";
import { priorField } from "./prior-field";
import { type ProposalStyle, proposalStyle } from "./proposal-style";
import { tokenName } from "./token-axis";

/**
 * Draws the start–end plane. Each proposal is a dot at its location before the layer, shaded by the attention that the chosen
 * proposal pays to it. Squares and diamonds are gold and predicted spans. The chosen proposal's log prior is a shaded field. For
 * the shown proposals, the plane also has the centers and contours of their Gaussians and a line to their location after the
 * layer.
 * @param box a square
 */
export function drawPlane(
  canvas: Canvas,
  box: Box,
  trace: TraceRows,
  selection: PlaneSelection,
  range: PlaneRange,
): void {
  const { theme } = canvas;
  const { model, proposals, rows } = trace;
  const context = { model, selection, theme, range };
  const [from, to] = range;
  const scale = {
    range,
    minallowed: from, // the field ends here
    maxallowed: to,
    tickformat: "d",
    dtick: Math.max(1, Math.ceil((to - from) / 8)),
    tick0: 0,
    tickfont: { size: 10 },
    uirevision: JSON.stringify(range),
  };
  const axes = canvas.panel(box, scale, scale);
  canvas.writeTitle(planeTitles(context, proposals[0]), box);
  canvas.shape(diagonal(theme, model.tokens.length, axes.xaxis, axes.yaxis));
  const colors = proposals.map((_, i) => (i ? proposalStyle(theme, i).color : theme.attention[1]));
  const chosenLast = [...proposals.entries()].reverse(); // the chosen proposal is on top
  const points = [
    ...spanPoints(context),
    ...proposalPoints(context, proposals[0], rows[0].weights),
    ...chosenLast.flatMap(([i, proposal]) => centerPoints(context, proposal, colors[i])),
  ];
  const traces = [
    ...priorField(model, selection, proposals[0], range, theme.attention[1]),
    ...chosenLast.flatMap(([i, proposal]) => contourTraces(context, proposal, colors[i])),
    ...(showsOthers(selection) ? otherHeads(context, proposals[0]) : []),
    { ...pointTrace(points.filter(({ x, y }) => isOnPlane(withEdge(range), x, y))), name: "points" },
    ...chosenLast.map(([i, proposal]) => pathTrace(context, proposal, proposalStyle(theme, i))),
  ];
  canvas.draw(...traces.map((trace) => ({ ...trace, ...axes })));
}

/** Where the label of a point is, so that the edge of the plane does not cut it off. */
function sideOf(x: number, [from, to]: PlaneRange): "left" | "center" | "right" {
  const share = (x - from) / (to - from);
  if (share < 0.15) return "right";
  return share > 0.85 ? "left" : "center";
}

export interface PlaneSelection extends LayerHead {
  readonly others: boolean;
}

/** The positions that both axes of the plane span. */
export type PlaneRange = readonly [from: number, to: number];

/** A range that includes the points which the plane's edge cuts. No panning shows points outside, and each takes time. */
function withEdge([from, to]: PlaneRange): PlaneRange {
  const edge = 0.05 * (to - from);
  return [from - edge, to + edge];
}

interface Context {
  readonly model: AttentionModel;
  readonly selection: LayerHead;
  readonly theme: Theme;
  readonly range: PlaneRange;
}

/** The mean already includes all heads. */
export function showsOthers({ head, others }: PlaneSelection): boolean {
  return others && head !== "mean";
}

export function isOnPlane([from, to]: PlaneRange, x: number, y: number): boolean {
  return from <= x && x <= to && from <= y && y <= to;
}

/** Titles that say what the field is, and where its center is if the plane does not reach it. */
function planeTitles({ model, selection, range }: Context, proposal: number): string[] {
  const { head } = selection;
  const axes = "start →, end ↑";
  if (model.prior !== "on") return [`proposals as spans: ${axes}`];
  const centers = centersOf(model, { ...selection, proposal });
  const outside = centers.filter(([x, y]) => !isOnPlane(range, x, y));
  const name = head === "mean" ? "mean log G" : `log G of head ${head}`;
  if (!outside.length) return [`${name}: ${axes}`];
  const where =
    head === "mean" ? `${outside.length} of ${centers.length} μ` : `μ ${locationText(...outside[0])}`;
  return [`${name}: ${axes}; ${where} outside`, `${name}; ${where} outside`];
}

/** The centers of the selected heads' Gaussians. */
export function centersOf(model: AttentionModel, { layer, head, proposal }: Selection): [number, number][] {
  const { heads } = model.layers[layer - 1];
  return headsOf(heads, head).map((one) => centerOf(model, layer, one, proposal));
}

/** μ of a head's Gaussian. @param head from 0 */
function centerOf(
  { layers, tokens }: AttentionModel,
  layer: number,
  head: number,
  proposal: number,
): [number, number] {
  const i = 2 * (head * tokens.length + proposal);
  const { center } = layers[layer - 1];
  return [center[i], center[i + 1]];
}

function contourTraces({ model, selection }: Context, proposal: number, color: string): FigurePart[] {
  const width = selection.head === "mean" ? 1 : 1.5;
  const lines = contours(model, selection, proposal);
  if (!lines.length) return [];
  return [
    {
      type: "scatter",
      mode: "lines",
      name: `prior of proposal ${proposal}`,
      x: lines.flatMap(({ x }) => [...x, null]),
      y: lines.flatMap(({ y }) => [...y, null]),
      line: { color, width },
      hoverinfo: "skip",
    },
  ];
}

/** The contours of the other heads, each with its number at its highest point on the plane. */
function otherHeads({ model, selection, theme, range }: Context, proposal: number): FigurePart[] {
  const { layer, head } = selection;
  const lines = contours(model, { layer, head: "mean" }, proposal).filter((line) => line.head !== head);
  const labels = lines.flatMap(({ head: other, x, y }) => {
    const points = x
      .map((start, i) => [start, y[i]] as const)
      .filter(([start, end]) => isOnPlane(range, start, end));
    const top = points.reduce((best, point) => (point[1] > best[1] ? point : best), points[0]);
    return top ? [{ point: top, text: `head ${other}` }] : [];
  });
  const shared = { type: "scatter", hoverinfo: "skip" };
  return [
    {
      ...shared,
      mode: "lines",
      name: "priors of the other heads",
      x: lines.flatMap(({ x }) => [...x, null]),
      y: lines.flatMap(({ y }) => [...y, null]),
      line: { color: theme.faint, width: 1, dash: "dot" },
    },
    {
      ...shared,
      mode: "text",
      name: "numbers of the other heads",
      x: labels.map(({ point }) => point[0]),
      y: labels.map(({ point }) => point[1]),
      text: labels.map(({ text }) => text),
      textposition: labels.map(({ point }) => `bottom ${sideOf(point[0], range)}`),
      textfont: { size: 10, color: theme.ink },
    },
  ];
}

function pathTrace(
  { model, selection: { layer } }: Context,
  proposal: number,
  style: ProposalStyle,
): FigurePart {
  const { locations, tokens } = model;
  const { color, symbol } = style;
  const states = [locations[layer - 1], locations[layer]];
  const line = { color, width: 2 };
  return {
    type: "scatter",
    mode: "lines+markers",
    name: `path of proposal ${proposal}`,
    x: states.map((state) => state[2 * proposal]),
    y: states.map((state) => state[2 * proposal + 1]),
    customdata: states.map(() => ({ proposal })),
    text: ["before the layer", "after the layer"],
    hovertemplate: `proposal ${tokenName(tokens, proposal)}, %{text}<br>(%{x:.2f}, %{y:.2f})<extra></extra>`,
    line,
    marker: { symbol: [`${symbol}-open`, "star"], size: [15, 13], color, opacity: 1, line },
  };
}

function spanPoints({ model: { tokens, gold, predicted }, theme }: Context): PlotPoint[] {
  const point = (kind: "gold" | "predicted", symbol: string, color: string, entity: Entity): PlotPoint => {
    const { start, end, type } = entity;
    const words = plain(shorten(spanText(tokens, entity), 60));
    const text = `${kind}: ${plain(type)} (${start}, ${end - 1})<br>${words}`;
    const style = { symbol, size: 15, color, edge: color, edgeWidth: 1.5 };
    return { x: start, y: end - 1, text, value: { kind }, ...style };
  };
  return [
    ...gold.map((entity) => point("gold", "square-open", theme.gold, entity)),
    ...predicted.map((entity): PlotPoint => {
      const { proposal } = entity;
      const span = point("predicted", "diamond-open", theme.series[0], entity);
      const text = `${span.text}<br>by proposal ${proposal}`;
      return { ...span, text, value: { kind: "predicted", proposal } };
    }),
  ];
}

function proposalPoints(
  { model, selection, theme }: Context,
  chosenProposal: number,
  weights: Float64Array,
): PlotPoint[] {
  const { tokens, locations } = model;
  const state = locations[selection.layer - 1];
  const most = highest(weights);
  const style = { symbol: "circle", size: 9, edge: theme.faint, edgeWidth: 0.7 };
  return tokens.map((_, proposal): PlotPoint => {
    const [x, y] = [state[2 * proposal], state[2 * proposal + 1]];
    const weight = weights[proposal];
    const color = shade(theme, weight / most);
    return {
      x,
      y,
      ...style,
      color,
      text: `proposal ${tokenName(tokens, proposal)}<br>${locationText(x, y)}<br>weight ${weight.toFixed(4)} from ${chosenProposal}`,
      value: { kind: "proposal", proposal },
    };
  });
}

function centerPoints({ model, selection, theme }: Context, proposal: number, color: string): PlotPoint[] {
  const { heads, headWeights } = model.layers[selection.layer - 1];
  const style = { symbol: "x", size: 8, color, edge: theme.paper, edgeWidth: 0.7 };
  return headsOf(heads, selection.head).map((one): PlotPoint => {
    const [x, y] = centerOf(model, selection.layer, one, proposal);
    const [start, end] = headWeights.subarray(2 * (proposal * heads + one));
    const share = `share ${percent(start)} of start, ${percent(end)} of end`;
    return {
      x,
      y,
      ...style,
      text: `μ of proposal ${proposal}, head ${one + 1}<br>${locationText(x, y)}<br>${share}`,
      value: { kind: "center", head: one + 1 },
    };
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}

function locationText(start: number, end: number): string {
  return `(${start.toFixed(2)}, ${end.toFixed(2)})`;
}
