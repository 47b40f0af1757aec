import { type Figure, type FigurePart, fittingWidth } from "../shared/figure";
import type { Part } from "../shared/widget";

/** On a narrower page, panels next to each other would be too small to read. */
const narrowPage = 640;

/** Fits figures of a fixed width to the page: their panels grow and shrink with it, and are stacked on a narrow page. */
export function fitted(parts: readonly Part[], available: number): readonly Part[] {
  const width = fittingWidth(available);
  return parts.map((part) => ("figure" in part ? { figure: fittedFigure(part.figure, width) } : part));
}

function fittedFigure(figure: Figure, width: number): Figure {
  if (figure.layout.width === width) return figure;
  const resized = { ...figure, layout: { ...figure.layout, width } };
  return width < narrowPage ? stacked(resized) : resized;
}

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

/** The panels of a figure below each other, column by column, each as high as before. */
function stacked(figure: Figure): Figure {
  const { layout } = figure;
  const panels = panelsOf(layout);
  if (panels.every(({ x }) => x[0] === panels[0].x[0])) return figure;
  const { t, b } = layout.margin as { readonly t: number; readonly b: number };
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
    ...figure,
    layout: {
      ...layout,
      height: t + total + b,
      ...Object.fromEntries(axes),
      annotations: annotations.map((one) => {
        const home = moved.find(({ panel }) => isTitleOf(one, panel));
        return home ? { ...one, x: 0.5, xanchor: "center", y: home.y[1] } : one;
      }),
      ...(legend?.y === undefined ? {} : { legend: { ...legend, y: (legend.y * plot) / total } }),
    },
  };
}

interface Annotation extends FigurePart {
  readonly text?: string;
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
