import type { FigurePart } from "../shared/figure";
import type { Axes, Box, Canvas } from "./canvas";
import { headUses } from "./rows";
import type { ShownRows } from "./shown-rows";
import type { AttentionState } from "./state";

const gap = 28;

/** One of the two panels: how high it stands within the box, and what its scale says. */
interface Panel {
  /** Pixels above the lower edge of the box. */
  readonly bottom: number;
  readonly height: number;
  /** The value at its upper edge. */
  readonly top: number;
  readonly ticks: readonly number[];
}

/**
 * The heads side by side for the chosen proposal: what each has to say in the new start and end (Eq. 15), and over how
 * many tokens it spreads. Both panels are one to plotly, with pixels for a scale, because each takes its time.
 * @param box of both panels
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
  const shares = panel(
    uses.flatMap(({ start, end }) => [start, end]),
    height + gap,
    height,
  );
  const spreads = panel(
    uses.map((use) => use.spread),
    0,
    height,
  );
  const ticks = (of: Panel, text: (value: number) => string) =>
    of.ticks.map((value) => ({ at: of.bottom + lengthOf(value, of), text: text(value) }));
  const labels = [
    ...ticks(shares, (value) => `${Number((100 * value).toPrecision(3))}%`),
    ...ticks(spreads, (value) => `${Number(value.toPrecision(6))}`),
  ];
  const axes = canvas.panel(
    box,
    {
      range: [0.5, uses.length + 0.5],
      dtick: Math.max(1, Math.ceil((14 * uses.length) / box.width)),
      tick0: 1,
      tickfont: { size: 10 },
      showgrid: false,
      fixedrange: true,
    },
    {
      range: [0, box.height],
      tickvals: labels.map(({ at }) => at),
      ticktext: labels.map(({ text }) => text),
      tickfont: { size: 10 },
      fixedrange: true,
    },
  );
  canvas.write("heads: share of the new start, hatched: end (Eq. 15)", box.left, box.top - 1);
  canvas.write("tokens that they spread over: exp(entropy)", box.left, box.top + height + gap - 1);
  if (head !== "mean")
    canvas.shape(...[shares, spreads].map((of) => chosenHead(head, of, axes, theme.chosen)));
  const [share] = theme.series;
  const bars = uses.flatMap((use) => [
    { use, panel: shares, value: use.start, shift: -0.2, width: 0.4, color: share, pattern: "" },
    { use, panel: shares, value: use.end, shift: 0.2, width: 0.4, color: share, pattern: "/" },
    { use, panel: spreads, value: use.spread, shift: 0, width: 0.8, color: theme.faint, pattern: "" },
  ]);
  canvas.draw({
    type: "bar",
    name: "heads",
    ...axes,
    x: bars.map(({ use, shift }) => use.head + shift),
    width: bars.map(({ width }) => width),
    base: bars.map((bar) => bar.panel.bottom),
    y: bars.map((bar) => lengthOf(bar.value, bar.panel)),
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

function panel(values: readonly number[], bottom: number, height: number): Panel {
  const top = 1.05 * Math.max(...values, 1e-9);
  const rough = 10 ** Math.floor(Math.log10(top / 3));
  const step = rough * ([1, 2, 5, 10].find((times) => top < 4 * rough * times) ?? 10);
  const ticks = Array.from({ length: Math.floor(top / step) + 1 }, (_, place) => place * step);
  return { bottom, height, top, ticks };
}

function lengthOf(value: number, { height, top }: Panel): number {
  return (value / top) * height;
}

function chosenHead(
  head: number,
  { bottom, height }: Panel,
  { xaxis, yaxis }: Axes,
  color: string,
): FigurePart {
  return {
    type: "rect",
    layer: "below",
    xref: xaxis,
    yref: yaxis,
    x0: head - 0.5,
    x1: head + 0.5,
    y0: bottom,
    y1: bottom + height,
    fillcolor: `${color}33`,
    line: { width: 0 },
  };
}
