import { type Figure, type FigurePart, isNarrow } from "./figure";
import { wrapToWidth } from "./text-flow";

/** A panel's axes and its extent, as fractions of the plot area. */
interface Panel {
  readonly keys: readonly [x: string, y: string];
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Pixels between stacked panels, for the labels of one and a line of the title of the next. */
const panelGap = 64;
/** Pixels for a further line of a title, or the title of an axis. */
const lineHeight = 16;

/** Free pixels between the titles of panels next to each other, and at the edges of the figure. */
const titleGap = 6;
const titleSize = 13;

/**
 * A figure whose panels fit into its width: titles are broken into lines, and the panels of a narrow figure are below each other,
 * column by column, each as high as before.
 */
export function fitPanels(figure: Figure): Figure {
  const { layout } = figure;
  const margin = layout.margin as Margin;
  const panels = panelsOf(layout);
  const isStacked = isNarrow(layout.width) && panels.some(({ x }) => x[0] !== panels[0].x[0]);
  const plotWidth = layout.width - margin.l - margin.r;
  let above = 0; // pixels of the lines that are added to the uppermost titles
  const annotations = ((layout.annotations ?? []) as readonly Annotation[]).map((one) => {
    const panel = panels.find((candidate) => isTitleOf(one, candidate));
    if (!panel) return one;
    const [from, to] = isStacked ? [0, 1] : panel.x;
    const center = margin.l + (plotWidth * (from + to)) / 2;
    const room = 2 * Math.min(center, layout.width - center) - 2 * titleGap;
    const widest = isStacked ? room : Math.min(room, plotWidth * (to - from + gapBetween(panels)) - titleGap);
    const before = one.text.split("<br>");
    const lines = before.flatMap((line) => wrapToWidth(line, widest, titleSize));
    const isUppermost = isStacked ? panel === panels[0] : panel.y[1] === 1;
    if (isUppermost) above = Math.max(above, lineHeight * (lines.length - before.length));
    return { ...one, text: lines.join("<br>") };
  });
  const height = layout.height + above;
  const titled = { ...layout, height, margin: { ...margin, t: margin.t + above }, annotations };
  return { ...figure, layout: isStacked ? stacked(titled, panels) : titled };
}

/** The smallest gap between two panels next to each other, as a fraction of the plot area. */
function gapBetween(panels: readonly Panel[]): number {
  const gaps = panels.flatMap(({ x }) => panels.map((other) => other.x[0] - x[1]).filter((gap) => gap > 0));
  return Math.min(1, ...gaps);
}

function stacked(layout: Figure["layout"], panels: readonly Panel[]): Figure["layout"] {
  const { t, b } = layout.margin as Margin;
  const plot = layout.height - t - b;
  const pixels = panels.map(({ y }) => (y[1] - y[0]) * plot);
  const annotations = (layout.annotations ?? []) as readonly Annotation[];
  const gaps = panels.slice(1).map((panel, i) => {
    const axisTitle = (layout[panels[i].keys[0]] as FigurePart).title ? lineHeight : 0;
    const title = annotations.find((one) => isTitleOf(one, panel))?.text ?? "";
    return panelGap + axisTitle + lineHeight * (title.split("<br>").length - 1);
  });
  const total = [...pixels, ...gaps].reduce((sum, height) => sum + height, 0);
  let top = total;
  const moved = panels.map((panel, i) => {
    const y = [(top - pixels[i]) / total, top / total] as const;
    top -= pixels[i] + (gaps[i] ?? 0);
    return { panel, y };
  });
  const axes = moved.flatMap(({ panel: { keys }, y }) => [
    [keys[0], { ...(layout[keys[0]] as FigurePart), domain: [0, 1] }],
    [keys[1], { ...(layout[keys[1]] as FigurePart), domain: y }],
  ]);
  const legend = layout.legend as { readonly y?: number } | undefined;
  return {
    ...layout,
    height: t + total + b,
    ...Object.fromEntries(axes),
    annotations: annotations.map((one) => {
      const home = moved.find(({ panel }) => isTitleOf(one, panel));
      return home ? { ...one, x: 0.5, xanchor: "center", y: home.y[1] } : one;
    }),
    ...(legend?.y === undefined ? {} : { legend: { ...legend, y: (legend.y * plot) / total } }),
  };
}

interface Margin {
  readonly l: number;
  readonly r: number;
  readonly t: number;
  readonly b: number;
}

interface Annotation extends FigurePart {
  readonly text: string;
  readonly xref?: string;
  readonly yref?: string;
  readonly x?: number;
  readonly y?: number;
}

/** Whether an annotation is above a panel, such as its title. */
function isTitleOf({ xref, yref, x = 0, y = 0 }: Annotation, panel: Panel): boolean {
  return (
    xref === "paper" &&
    yref === "paper" &&
    panel.x[0] <= x &&
    x <= panel.x[1] &&
    Math.abs(y - panel.y[1]) < 0.01
  );
}

/** The panels of a figure, column by column, from top to bottom. */
function panelsOf(layout: FigurePart): Panel[] {
  return Object.keys(layout)
    .flatMap((key): Panel[] => {
      const x = /^xaxis(\d*)$/.exec(key) ? (layout[key] as FigurePart) : undefined;
      if (!x) return [];
      const yKey = `yaxis${String(x.anchor ?? "y").slice(1)}`;
      const y = layout[yKey] as FigurePart | undefined;
      const whole = [0, 1] as const;
      return [
        {
          keys: [key, yKey],
          x: (x.domain as Panel["x"] | undefined) ?? whole,
          y: (y?.domain as Panel["y"] | undefined) ?? whole,
        },
      ];
    })
    .sort((a, b) => a.x[0] - b.x[0] || b.y[0] - a.y[0]);
}
