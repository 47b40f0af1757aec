import type { FigurePart } from "../shared/figure";
import { headUses } from "./attention-rows";
import type { TraceRows } from "./attention-state";
import type { Axes, Box, Canvas } from "./canvas";
import type { LayerHead } from "./prior-contours";

const gap = 28;

/** One of the two panels: its position in the box, and its scale. */
interface Panel {
  /** Pixels above the lower edge of the box. */
  readonly bottom: number;
  readonly height: number;
  /** The value at its upper edge. */
  readonly top: number;
  readonly ticks: readonly number[];
}

/**
 * The heads side by side for the chosen proposal: each head's share of the new start and end (Eq. 15), and how much
 * of its attention the prior moves. For plotly both are one panel with a scale of pixels, because each panel takes time.
 * @param box of both panels
 */
export function drawHeads(
  canvas: Canvas,
  box: Box,
  { model, proposals: [proposal] }: TraceRows,
  { layer, head }: LayerHead,
): void {
  const { theme } = canvas;
  const uses = headUses(model, { layer, proposal });
  const hasPrior = model.prior === "on";
  const height = hasPrior ? (box.height - gap) / 2 : box.height;
  const allShares = uses.flatMap(({ start, end }) => [start, end]);
  const shares = panelOf(allShares, box.height - height, height);
  const moves = panelOf(hasPrior ? uses.map(({ moved }) => moved) : [], 0, height);
  const panels = hasPrior ? [shares, moves] : [shares];
  const labels = panels.flatMap((panel) =>
    panel.ticks.map((value) => {
      return { y: panel.bottom + pixelsOf(value, panel), text: `${Number((100 * value).toPrecision(3))}%` };
    }),
  );
  const shared = { tickfont: { size: 10 }, fixedrange: true };
  const axes = canvas.panel(
    box,
    {
      ...shared,
      range: [0.5, uses.length + 0.5],
      dtick: Math.max(1, Math.ceil((14 * uses.length) / box.width)),
      tick0: 1,
      showgrid: false,
    },
    {
      ...shared,
      range: [0, box.height],
      tickvals: labels.map(({ y }) => y),
      ticktext: labels.map(({ text }) => text),
    },
  );
  const shareTitles = [
    "heads: share of the new start, hatched: end (Eq. 15)",
    "heads: share of start, hatched: end",
    "heads: shares of start, end",
  ];
  canvas.writeTitle(shareTitles, box);
  if (hasPrior)
    canvas.writeTitle(["heads: attention that the prior moves", "heads: moved by the prior"], {
      ...box,
      top: box.top + height + gap,
    });
  if (head !== "mean") canvas.shape(...panels.map((panel) => chosenHead(head, panel, axes, theme.chosen)));
  const [shareColor] = theme.series;
  const bars = uses.flatMap((use) => [
    { use, panel: shares, value: use.start, shift: -0.2, width: 0.4, color: shareColor, pattern: "" },
    { use, panel: shares, value: use.end, shift: 0.2, width: 0.4, color: shareColor, pattern: "/" },
    ...(hasPrior
      ? [
          {
            use,
            panel: moves,
            value: use.moved,
            shift: 0,
            width: 0.8,
            color: theme.attention[1],
            pattern: "",
          },
        ]
      : []),
  ]);
  canvas.draw({
    type: "bar",
    name: "heads",
    ...axes,
    x: bars.map(({ use, shift }) => use.head + shift),
    width: bars.map(({ width }) => width),
    base: bars.map(({ panel }) => panel.bottom),
    y: bars.map(({ value, panel }) => pixelsOf(value, panel)),
    marker: {
      color: bars.map(({ color }) => color),
      pattern: { shape: bars.map(({ pattern }) => pattern), size: 5 },
    },
    customdata: bars.map(({ use }) => use),
    hovertemplate:
      "<b>head %{customdata.head}</b><br>share %{customdata.start:.1%} of start, %{customdata.end:.1%} of end" +
      "<br>spreads over %{customdata.spread:.2f} tokens<br>the prior moves %{customdata.moved:.0%}<extra></extra>",
  });
}

function panelOf(values: readonly number[], bottom: number, height: number): Panel {
  const top = 1.05 * Math.max(...values, 1e-9);
  const power = 10 ** Math.floor(Math.log10(top / 3));
  const step = power * ([1, 2, 5, 10].find((factor) => top < 4 * power * factor) ?? 10);
  const ticks = Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
  return { bottom, height, top, ticks };
}

function pixelsOf(value: number, { height, top }: Panel): number {
  return (value / top) * height;
}

function chosenHead(
  head: number,
  { bottom, height }: Panel,
  { xaxis, yaxis }: Axes,
  color: string,
): FigurePart {
  const columns = { xref: xaxis, x0: head - 0.5, x1: head + 0.5 };
  const rows = { yref: yaxis, y0: bottom, y1: bottom + height };
  return { type: "rect", layer: "below", ...columns, ...rows, fillcolor: `${color}33`, line: { width: 0 } };
}
