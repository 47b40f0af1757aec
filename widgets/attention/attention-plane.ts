import type { Entity } from "../../src/corpus/types";
import { highest } from "../shared/arrays";
import { diagonal, type FigurePart, type PlotPoint, plain, pointTrace } from "../shared/figure";
import { shorten, spanText } from "../shared/text";
import { shade, type Theme } from "../shared/theme";
import type { AttentionModel } from "./attention-data";
import { headsOf } from "./attention-rows";
import type { TraceRows } from "./attention-state";
import type { Box, Canvas } from "./canvas";
import { contours, type LayerHead } from "./prior-contours";
import { type ProposalStyle, proposalStyle } from "./proposal-style";
import { tokenName } from "./token-axis";

/**
 * Draws the start–end plane. Each proposal is a dot at its location before the layer, shaded by the attention that the chosen
 * proposal pays it. Squares and diamonds are gold and predicted spans. For the shown proposals, the plane also has the centers and
 * contours of their Gaussians and a line to their location after the layer.
 * @param box a square
 */
export function drawPlane(
  canvas: Canvas,
  box: Box,
  trace: TraceRows,
  selection: LayerHead,
  range: readonly [number, number],
): void {
  const { theme } = canvas;
  const { model, proposals, rows } = trace;
  const context = { model, selection, theme };
  const scale = {
    range,
    tickformat: "d",
    dtick: Math.max(1, Math.ceil((range[1] - range[0]) / 8)),
    tick0: 0,
    tickfont: { size: 10 },
    uirevision: JSON.stringify(range),
  };
  const axes = canvas.panel(box, scale, scale);
  canvas.write("proposals as spans: start →, end ↑", box.left, box.top - 1);
  canvas.shape(diagonal(theme, model.tokens.length, axes.xaxis, axes.yaxis));
  const colors = proposals.map((_, i) => (i ? proposalStyle(theme, i).color : theme.attention[1]));
  const chosenLast = [...proposals.entries()].reverse(); // the chosen proposal is on top
  const points = [
    ...spanPoints(context),
    ...proposalPoints(context, proposals[0], rows[0].weights),
    ...chosenLast.flatMap(([i, proposal]) => centerPoints(context, proposal, colors[i])),
  ];
  const traces = [
    ...chosenLast.flatMap(([i, proposal]) => contourTraces(context, proposal, i === 0, colors[i])),
    { ...pointTrace(points), name: "points" },
    ...chosenLast.map(([i, proposal]) => pathTrace(context, proposal, proposalStyle(theme, i))),
  ];
  canvas.draw(...traces.map((trace) => ({ ...trace, ...axes })));
}

interface Context {
  readonly model: AttentionModel;
  readonly selection: LayerHead;
  readonly theme: Theme;
}

function contourTraces(
  { model, selection }: Context,
  proposal: number,
  full: boolean,
  color: string,
): FigurePart[] {
  const width = selection.head === "mean" ? 1 : 2;
  return contours(model, selection, proposal, full).map(({ level, x, y }) => ({
    type: "scatter",
    mode: "lines",
    name: `prior of proposal ${proposal} at ${level}`,
    x,
    y,
    line: { color, width, dash: level < 0.5 ? "dot" : "solid" },
    hoverinfo: "skip",
  }));
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
  chosen: number,
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
      text: `proposal ${tokenName(tokens, proposal)}<br>${locationText(x, y)}<br>weight ${weight.toFixed(4)} from ${chosen}`,
      value: { kind: "proposal", proposal },
    };
  });
}

function centerPoints({ model, selection, theme }: Context, proposal: number, color: string): PlotPoint[] {
  const { tokens, layers } = model;
  const { heads, center, headWeights } = layers[selection.layer - 1];
  const style = { symbol: "x", size: 8, color, edge: theme.paper, edgeWidth: 0.7 };
  return headsOf(heads, selection.head).map((one): PlotPoint => {
    const i = 2 * (one * tokens.length + proposal);
    const [x, y] = [center[i], center[i + 1]];
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
