import type { FigurePart } from "../shared/figure";
import type { Axes, Box, Canvas } from "./canvas";
import { type HeadUse, headUses } from "./rows";
import type { ShownRows } from "./shown-rows";
import type { AttentionState } from "./state";

const gap = 28;

/**
 * The heads side by side for the chosen proposal: what each has to say in the new start and end (Eq. 15), and over how
 * many tokens it spreads. @param box of both panels
 */
export function drawHeads(
  canvas: Canvas,
  box: Box,
  { model, proposals: [proposal] }: ShownRows,
  { layer, head }: Pick<AttentionState, "layer" | "head">,
): void {
  const { theme } = canvas;
  const uses = headUses(model, { layer, proposal });
  const height = (box.height - gap) / 2;
  const heads = {
    range: [0.5, uses.length + 0.5],
    dtick: Math.max(1, Math.ceil((14 * uses.length) / box.width)),
    tick0: 1,
    tickfont: { size: 10 },
    showgrid: false,
    fixedrange: true,
  };
  const scale = { rangemode: "tozero", nticks: 3, tickfont: { size: 10 }, fixedrange: true };
  const lower = canvas.panel({ ...box, top: box.top + height + gap, height }, heads, scale);
  const upper = canvas.panel(
    { ...box, height },
    { ...heads, showticklabels: false },
    { ...scale, tickformat: ".0%" },
  );
  canvas.write("heads: share of the new start, hatched: end (Eq. 15)", box.left, box.top - 1);
  canvas.write("tokens that they spread over: exp(entropy)", box.left, box.top + height + gap - 1);
  if (head !== "mean") canvas.shape(...[upper, lower].map((axes) => chosenHead(head, axes, theme.chosen)));
  canvas.draw(
    bars("start", uses, ({ start }) => start, upper, { color: theme.series[0] }),
    bars("end", uses, ({ end }) => end, upper, {
      color: theme.series[5],
      pattern: { shape: "/", fgcolor: theme.series[0], bgcolor: theme.series[5], size: 5 },
    }),
    bars("spread", uses, (use) => use.spread, lower, { color: theme.faint }),
  );
}

function bars(
  name: string,
  uses: readonly HeadUse[],
  value: (use: HeadUse) => number,
  axes: Axes,
  marker: FigurePart,
): FigurePart {
  return {
    type: "bar",
    name,
    ...axes,
    alignmentgroup: axes.yaxis,
    offsetgroup: name,
    x: uses.map(({ head }) => head),
    y: uses.map(value),
    marker,
    customdata: uses,
    hovertemplate:
      "<b>head %{customdata.head}</b><br>share %{customdata.start:.1%} of start, %{customdata.end:.1%} of end" +
      "<br>spreads over %{customdata.spread:.2f} tokens<br>the prior moves %{customdata.moved:.0%}<extra></extra>",
  };
}

function chosenHead(head: number, { xaxis, yaxis }: Axes, color: string): FigurePart {
  return {
    type: "rect",
    layer: "below",
    xref: xaxis,
    yref: `${yaxis} domain`,
    x0: head - 0.5,
    x1: head + 0.5,
    y0: 0,
    y1: 1,
    fillcolor: `${color}33`,
    line: { width: 0 },
  };
}
