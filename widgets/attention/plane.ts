import type { FigurePart } from "../shared/figure";
import { diagonal, spanMarkers } from "../shared/span-plane";
import type { Theme } from "../shared/theme";
import type { Axes, Box, Canvas } from "./canvas";
import type { AttentionModel } from "./data";
import { proposalStyle } from "./pin-style";
import { type Contour, contours } from "./prior";
import { headsOf, highest } from "./rows";
import type { ShownRows } from "./shown-rows";
import type { AttentionState } from "./state";
import { tokenName } from "./token-axis";

/** A layer, and one of its heads or all. */
export type Place = Pick<AttentionState, "layer" | "head">;

/**
 * The start–end plane: all proposals where the layer finds them, colored by the attention that the chosen one pays
 * them; gold and predicted spans; and of each shown proposal the centers and contours of its Gaussians, and where the
 * layer moves it.
 * @param box a square
 */
export function drawPlane(
  canvas: Canvas,
  box: Box,
  shown: ShownRows,
  place: Place,
  range: readonly [number, number],
): void {
  const { theme } = canvas;
  const { model } = shown;
  const scale = {
    range,
    tickformat: "d",
    dtick: Math.max(1, Math.ceil((range[1] - range[0]) / 12)),
    tick0: 0,
    tickfont: { size: 10 },
    uirevision: JSON.stringify(range),
  };
  const axes = canvas.panel(box, scale, scale);
  canvas.write("proposals as spans: start →, end ↑", box.left, box.top - 1);
  canvas.shape(diagonal(theme, model.tokens.length, { x: axes.xaxis, y: axes.yaxis }));
  canvas.draw(
    ...spans(model, axes, theme).filter(({ x }) => (x as readonly number[]).length > 0),
    proposals(shown, place, axes, theme),
    ...shown.proposals
      .flatMap((proposal, at) => ofProposal(model, place, proposal, at, axes, theme))
      .reverse(),
  );
}

function spans({ tokens, gold, predicted }: AttentionModel, axes: Axes, theme: Theme): FigurePart[] {
  const look = { ...axes };
  const found = spanMarkers("predicted", predicted, tokens, {
    ...look,
    marker: { ...spanMarker("diamond-open"), color: theme.series[0] },
  });
  return [
    spanMarkers("gold", gold, tokens, {
      ...look,
      marker: { ...spanMarker("square-open"), color: theme.gold },
    }),
    {
      ...found,
      text: found.customdata,
      customdata: predicted.map(({ proposal }) => ({ proposal })),
      hovertemplate: "predicted: %{text}<br>by proposal %{customdata.proposal}<extra></extra>",
    },
  ];
}

function spanMarker(symbol: string): FigurePart {
  return { symbol, size: 15, line: { width: 1.5 } };
}

function proposals(
  { model: { tokens, locations }, proposals: [chosen], rows: [{ weights }] }: ShownRows,
  { layer }: Place,
  axes: Axes,
  theme: Theme,
): FigurePart {
  const at = locations[layer - 1];
  return {
    type: "scatter",
    mode: "markers",
    name: "proposals",
    ...axes,
    x: tokens.map((_, token) => at[2 * token]),
    y: tokens.map((_, token) => at[2 * token + 1]),
    customdata: tokens.map((_, proposal) => ({ proposal, weight: weights[proposal] })),
    text: tokens.map((_, token) => tokenName(tokens, token)),
    marker: {
      size: 9,
      color: [...weights],
      cmin: 0,
      cmax: highest(weights),
      colorscale: theme.scale,
      line: { color: theme.faint, width: 0.7 },
    },
    hovertemplate: `proposal %{text}<br>(%{x:.2f}, %{y:.2f})<br>weight %{customdata.weight:.4f} from ${chosen}<extra></extra>`,
  };
}

/** Contours of a proposal's Gaussians, their centers, and its way through the layer. */
function ofProposal(
  model: AttentionModel,
  place: Place,
  proposal: number,
  at: number,
  axes: Axes,
  theme: Theme,
): FigurePart[] {
  const { color, symbol } = proposalStyle(theme, at);
  const common = { type: "scatter", ...axes };
  return [
    ...contours(model, place, proposal, at === 0).map((contour) => ({
      ...common,
      mode: "lines",
      name: `prior of proposal ${proposal} at ${contour.level}`,
      x: contour.x,
      y: contour.y,
      line: contourLine(contour, place, at === 0 ? theme.attention[1] : color),
      hoverinfo: "skip",
    })),
    {
      ...common,
      ...centers(model, place, proposal),
      marker: centerMarker(at === 0 ? theme.attention[1] : color, theme),
    },
    {
      ...common,
      ...way(model, place, proposal),
      line: { color, width: 2 },
      marker: wayMarker(color, symbol),
    },
  ];
}

function contourLine({ level }: Pick<Contour, "level">, { head }: Place, color: string): FigurePart {
  return { color, width: head === "mean" ? 1 : 2, dash: level < 0.5 ? "dot" : "solid" };
}

function centers(model: AttentionModel, { layer, head }: Place, proposal: number): FigurePart {
  const { heads, center, headWeights } = model.layers[layer - 1];
  const meant = headsOf(heads, head);
  const at = (one: number): number => 2 * (one * model.tokens.length + proposal);
  return {
    mode: "markers",
    name: `center μ of proposal ${proposal}`,
    x: meant.map((one) => center[at(one)]),
    y: meant.map((one) => center[at(one) + 1]),
    customdata: meant.map((one) => {
      const [start, end] = headWeights.subarray(2 * (proposal * heads + one));
      return { head: one + 1, start, end };
    }),
    hovertemplate: `μ of proposal ${proposal}, head %{customdata.head}<br>(%{x:.2f}, %{y:.2f})<br>share %{customdata.start:.0%} of start, %{customdata.end:.0%} of end<extra></extra>`,
  };
}

function centerMarker(color: string, theme: Theme): FigurePart {
  return { symbol: "x", size: 8, color, line: { color: theme.paper, width: 0.7 } };
}

/** Where the proposal is and where the layer moves it. */
function way({ locations, tokens }: AttentionModel, { layer }: Place, proposal: number): FigurePart {
  const states = [locations[layer - 1], locations[layer]];
  return {
    mode: "lines+markers",
    name: `way of proposal ${proposal}`,
    x: states.map((at) => at[2 * proposal]),
    y: states.map((at) => at[2 * proposal + 1]),
    customdata: states.map(() => ({ proposal })),
    text: ["before the layer", "after the layer"],
    hovertemplate: `proposal ${tokenName(tokens, proposal)}, %{text}<br>(%{x:.2f}, %{y:.2f})<extra></extra>`,
  };
}

function wayMarker(color: string, symbol: string): FigurePart {
  return { symbol: [`${symbol}-open`, "star"], size: [15, 13], color, opacity: 1, line: { color, width: 2 } };
}
