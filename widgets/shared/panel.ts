// cspell:ignore coloraxis
import { type Figure, type FigurePart, withLegend } from "./figure";
import { wrap } from "./text";
import type { Part } from "./widget";

/** Space around a panel in CSS pixels: for labels of its axes, and next to a color bar. */
const space = { left: 48, titled: 60, right: 14, numbers: 34, words: 92, axisTitle: 24, colorBar: 70 };
const titleLine = 17;
/** Width of a letter of a title. */
const letterWidth = 6.6;
const lowest = 110;

/**
 * One panel of a widget: a part by its number, counted from 1, or a panel of a figure by a part of its title.
 * @param width of the panel in CSS pixels
 * @throws RangeError if no panel matches; it lists the titles
 */
export function panelOf(parts: readonly Part[], name: string, width: number): Part {
  const part = /^\d+$/.test(name) ? parts[Number(name) - 1] : undefined;
  if (part) return part;
  const titles: string[] = [];
  for (const one of parts) {
    if (!("figure" in one)) continue;
    for (const title of titlesIn(one.figure)) {
      const text = textOf(title);
      titles.push(text);
      if (text.toLowerCase().includes(name.toLowerCase()))
        return { figure: panelFigure(one.figure, title, width) };
    }
  }
  const choices = [`1 to ${parts.length}`, ...titles.map((title) => `"${title}"`)].join(", ");
  throw new RangeError(`panel: "${name}" does not exist; there are ${choices}`);
}

type Position = FigurePart & { readonly x: number; readonly y: number };

/** Texts at a position of the whole figure, above one of its panels. */
function titlesIn(figure: Figure): Position[] {
  const annotations = (figure.layout.annotations ?? []) as readonly Position[];
  return annotations.filter(
    (one) => one.yref === "paper" && !one.showarrow && nearestPanel(figure, one) !== undefined,
  );
}

interface PanelAxes {
  /** "yaxis2" and "y2", "xaxis" and "x" */
  readonly y: { readonly key: string; readonly name: string };
  readonly x: { readonly key: string; readonly name: string };
}

/** A title is at most this far from its panel, in CSS pixels: words as labels of the upper axis may be between them. */
const farthest = 100;

/** The panel with traces whose upper edge is closest to a title. */
function nearestPanel({ data, layout }: Figure, title: Position): PanelAxes | undefined {
  let nearest: PanelAxes | undefined;
  let least = farthest;
  for (const key of Object.keys(layout).filter((one) => /^yaxis\d*$/.test(one))) {
    const name = `y${key.slice("yaxis".length)}`;
    const trace = data.find(({ yaxis = "y" }) => yaxis === name);
    const axis = layout[key] as FigurePart;
    if (!trace || axis.visible === false) continue;
    const x = String(trace.xaxis ?? "x");
    const xKey = `xaxis${x.slice(1)}`;
    const [left, right] = domainOf(layout[xKey] as FigurePart | undefined);
    const [, top] = domainOf(axis);
    if (title.x < left - 0.02 || title.x > right + 0.02) continue;
    const distance = Math.abs(title.y - top) * layout.height;
    if (distance >= least) continue;
    least = distance;
    nearest = { y: { key, name }, x: { key: xKey, name: x } };
  }
  return nearest;
}

function domainOf(axis: FigurePart | undefined): readonly [number, number] {
  return (axis?.domain ?? [0, 1]) as readonly [number, number];
}

function textOf({ text }: FigurePart): string {
  return String(text)
    .replace(/<[^>]*>/g, " ")
    .replace(/[■—]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** A figure of one panel: its traces, shapes and axes, with its title above. */
function panelFigure(figure: Figure, title: Position, width: number): Figure {
  const { data, layout } = figure;
  const { x, y } = nearestPanel(figure, title)!;
  const belongs = (ref: unknown): boolean => ref === y.name || String(ref).startsWith(`${y.name} `);
  const traces = data.filter(({ yaxis = "y" }) => yaxis === y.name);
  const groups = new Set(traces.map((trace) => String(trace.legendgroup ?? trace.name ?? "")));
  const [bottom, top] = domainOf(layout[y.key] as FigurePart);
  const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
  const { annotations = [], shapes = [] } = layout as Record<string, readonly FigurePart[] | undefined>;
  const baseLayout = Object.fromEntries(Object.entries(layout).filter(([key]) => !axes.includes(key)));
  const { matches: _, ...xAxis } = (layout[x.key] ?? {}) as FigurePart;
  const { matches: __, ...yAxis } = layout[y.key] as FigurePart;
  const showlegend = layout.showlegend !== false && groups.size > 1;
  const lines = wrap(textOf(title), Math.floor((width - 16) / letterWidth));
  const labels = hasWords(xAxis) ? space.words : space.numbers;
  const onTop = xAxis.side === "top";
  const above = 10 + titleLine * lines.length + (onTop ? labels : 0);
  const below = (onTop ? space.right : labels) + (xAxis.title ? space.axisTitle : 0);
  const colored = traces.some(({ coloraxis }) => coloraxis !== undefined);
  const sides = {
    left: hasWords(yAxis) ? space.words : yAxis.title ? space.titled : space.left,
    right: colored ? space.colorBar : space.right,
  };
  const plot = Math.max(lowest, Math.round((top - bottom) * layout.height));
  const panelTraces = showlegend ? withLegendOnce(traces) : traces;
  const names = panelTraces.flatMap((trace) => (trace.showlegend ? [String(trace.name)] : []));
  const legend = withLegend(names, { plot, above, below }, sides, width);
  const height = showlegend ? legend.height : plot + above + below;
  const margin = { l: sides.left, r: sides.right, t: above, b: height - plot - above };
  const colorAxes = Object.entries(baseLayout).flatMap(([key, value]) => {
    const scale = value as { readonly colorbar?: FigurePart };
    const colorbar = { ...scale.colorbar, x: 1.03, y: 0.5, len: plot, title: undefined };
    return key.startsWith("coloraxis") ? [[key, { ...scale, colorbar }] as const] : [];
  });
  const heading = {
    text: lines.join("<br>"),
    x: 8 / width,
    y: 1 - 12 / height,
    xref: "container",
    yref: "container",
    xanchor: "left",
    yanchor: "top",
    font: { size: 12 },
  };
  return {
    data: panelTraces,
    layout: {
      ...baseLayout,
      ...Object.fromEntries(colorAxes),
      ...legend.parts,
      width,
      height,
      margin,
      title: heading,
      showlegend,
      [x.key]: { ...xAxis, domain: [0, 1], anchor: y.name, showticklabels: true },
      [y.key]: { ...yAxis, domain: [0, 1], anchor: x.name, showticklabels: true },
      annotations: annotations.filter(({ yref }) => belongs(yref)),
      shapes: shapes.filter(({ yref }) => belongs(yref)),
    },
  };
}

/** Whether an axis has words as labels. */
function hasWords({ ticktext, labelalias }: FigurePart): boolean {
  return ticktext !== undefined || labelalias !== undefined;
}

/** Shows each group of traces once in the legend; in the whole figure another panel may have shown it. */
function withLegendOnce(traces: readonly FigurePart[]): FigurePart[] {
  const groups = new Set<unknown>();
  return traces.map((trace) => {
    const group = trace.legendgroup ?? trace.name;
    const showlegend = trace.name !== undefined && !groups.has(group);
    groups.add(group);
    return { ...trace, showlegend };
  });
}
