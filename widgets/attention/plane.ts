import type { FigurePart } from "../shared/figure";
import { diagonal } from "../shared/span-plane";
import type { Axes, Box, Canvas } from "./canvas";
import type { AttentionModel } from "./data";
import { type ProposalStyle, proposalStyle } from "./pin-style";
import { type Place, planePoints } from "./plane-points";
import { type Contour, contours } from "./prior";
import type { ShownRows } from "./shown-rows";
import { tokenName } from "./token-axis";

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
    dtick: Math.max(1, Math.ceil((range[1] - range[0]) / 8)),
    tick0: 0,
    tickfont: { size: 10 },
    uirevision: JSON.stringify(range),
  };
  const axes = canvas.panel(box, scale, scale);
  canvas.write("proposals as spans: start →, end ↑", box.left, box.top - 1);
  canvas.shape(diagonal(theme, model.tokens.length, { x: axes.xaxis, y: axes.yaxis }));
  const { proposals } = shown;
  const colors = proposals.map((_, at) => (at ? proposalStyle(theme, at).color : theme.attention[1]));
  const last = [...proposals.entries()].reverse(); // the chosen one lies on top
  canvas.draw(
    ...last.flatMap(([at, proposal]) => contourLines(model, place, proposal, at === 0, colors[at], axes)),
    planePoints(shown, place, colors, axes, theme),
    ...last.map(([at, proposal]) => way(model, place, proposal, proposalStyle(theme, at), axes)),
  );
}

function contourLines(
  model: AttentionModel,
  place: Place,
  proposal: number,
  full: boolean,
  color: string,
  axes: Axes,
): FigurePart[] {
  return contours(model, place, proposal, full).map((contour) => ({
    type: "scatter",
    ...axes,
    mode: "lines",
    name: `prior of proposal ${proposal} at ${contour.level}`,
    x: contour.x,
    y: contour.y,
    line: contourLine(contour, place, color),
    hoverinfo: "skip",
  }));
}

function contourLine({ level }: Pick<Contour, "level">, { head }: Place, color: string): FigurePart {
  return { color, width: head === "mean" ? 1 : 2, dash: level < 0.5 ? "dot" : "solid" };
}

/** Where the proposal is and where the layer moves it. */
function way(
  { locations, tokens }: AttentionModel,
  { layer }: Place,
  proposal: number,
  { color, symbol }: ProposalStyle,
  axes: Axes,
): FigurePart {
  const states = [locations[layer - 1], locations[layer]];
  return {
    type: "scatter",
    ...axes,
    mode: "lines+markers",
    name: `way of proposal ${proposal}`,
    x: states.map((at) => at[2 * proposal]),
    y: states.map((at) => at[2 * proposal + 1]),
    customdata: states.map(() => ({ proposal })),
    text: ["before the layer", "after the layer"],
    hovertemplate: `proposal ${tokenName(tokens, proposal)}, %{text}<br>(%{x:.2f}, %{y:.2f})<extra></extra>`,
    line: { color, width: 2 },
    marker: {
      symbol: [`${symbol}-open`, "star"],
      size: [15, 13],
      color,
      opacity: 1,
      line: { color, width: 2 },
    },
  };
}
