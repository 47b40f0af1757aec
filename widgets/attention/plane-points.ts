import type { Entity } from "../../src/corpus/types";
import { type FigurePart, plain } from "../shared/figure";
import { words } from "../shared/span-plane";
import { shorten } from "../shared/text";
import type { Theme } from "../shared/theme";
import type { Axes } from "./canvas";
import type { AttentionModel } from "./data";
import { headsOf, highest } from "./rows";
import { shade } from "./shade";
import type { ShownRows } from "./shown-rows";
import type { AttentionState } from "./state";
import { tokenName } from "./token-axis";

/** A layer, and one of its heads or all. */
export type Place = Pick<AttentionState, "layer" | "head">;

/** What stands at a point of the plane. */
interface Point {
  readonly kind: "gold" | "predicted" | "proposal" | "center";
  readonly x: number;
  readonly y: number;
  readonly symbol: string;
  readonly size: number;
  readonly color: string;
  readonly edge: string;
  readonly edgeWidth: number;
  /** What the pointer reads, in HTML. */
  readonly text: string;
  /** What a click chooses. */
  readonly value?: { readonly proposal: number } | { readonly head: number };
}

/**
 * Gold and predicted spans, all proposals where the layer finds them, and the centers of the shown ones' Gaussians: one
 * trace, because plotly takes its time for each.
 * @param colors of the shown proposals' centers
 */
export function planePoints(
  shown: ShownRows,
  place: Place,
  colors: readonly string[],
  axes: Axes,
  theme: Theme,
): FigurePart {
  const { model } = shown;
  const centers = shown.proposals.map((proposal, at) => centersOf(model, place, proposal, colors[at], theme));
  const points = [...spans(model, theme), ...proposals(shown, place, theme), ...centers.reverse().flat()];
  const each = <Value>(part: (point: Point) => Value): Value[] => points.map(part);
  return {
    type: "scatter",
    mode: "markers",
    name: "points",
    ...axes,
    x: each(({ x }) => x),
    y: each(({ y }) => y),
    text: each(({ text }) => text),
    customdata: each(({ kind, value }) => ({ kind, ...value })),
    hovertemplate: "%{text}<extra></extra>",
    marker: {
      symbol: each(({ symbol }) => symbol),
      size: each(({ size }) => size),
      color: each(({ color }) => color),
      opacity: 1,
      line: { color: each(({ edge }) => edge), width: each(({ edgeWidth }) => edgeWidth) },
    },
  };
}

function spans({ tokens, gold, predicted }: AttentionModel, theme: Theme): Point[] {
  const span = (symbol: string, color: string, { start, end }: Entity) =>
    ({ x: start, y: end - 1, symbol, size: 15, color, edge: color, edgeWidth: 1.5 }) as const;
  const told = (kind: string, entity: Entity): string =>
    `${kind}: ${plain(entity.type)} (${entity.start}, ${entity.end - 1})<br>${plain(shorten(words(tokens, entity), 60))}`;
  return [
    ...gold.map((entity): Point => {
      const look = span("square-open", theme.gold, entity);
      return { kind: "gold", ...look, text: told("gold", entity) };
    }),
    ...predicted.map((entity): Point => {
      const { proposal } = entity;
      const text = `${told("predicted", entity)}<br>by proposal ${proposal}`;
      return {
        kind: "predicted",
        ...span("diamond-open", theme.series[0], entity),
        text,
        value: { proposal },
      };
    }),
  ];
}

function proposals(
  { model: { tokens, locations }, proposals: [chosen], rows: [{ weights }] }: ShownRows,
  { layer }: Place,
  theme: Theme,
): Point[] {
  const at = locations[layer - 1];
  const most = highest(weights);
  const look = { symbol: "circle", size: 9, edge: theme.faint, edgeWidth: 0.7 };
  return tokens.map((_, proposal): Point => {
    const [x, y] = [at[2 * proposal], at[2 * proposal + 1]];
    const weight = weights[proposal];
    return {
      kind: "proposal",
      x,
      y,
      ...look,
      color: shade(theme, weight / most),
      text: `proposal ${tokenName(tokens, proposal)}<br>${locationText(x, y)}<br>weight ${weight.toFixed(4)} from ${chosen}`,
      value: { proposal },
    };
  });
}

function centersOf(
  { tokens, layers }: AttentionModel,
  { layer, head }: Place,
  proposal: number,
  color: string,
  theme: Theme,
): Point[] {
  const { heads, center, headWeights } = layers[layer - 1];
  return headsOf(heads, head).map((one): Point => {
    const at = 2 * (one * tokens.length + proposal);
    const [x, y] = [center[at], center[at + 1]];
    const [start, end] = headWeights.subarray(2 * (proposal * heads + one));
    const share = `share ${percent(start)} of start, ${percent(end)} of end`;
    return {
      kind: "center",
      x,
      y,
      symbol: "x",
      size: 8,
      color,
      edge: theme.paper,
      edgeWidth: 0.7,
      text: `μ of proposal ${proposal}, head ${one + 1}<br>${locationText(x, y)}<br>${share}`,
      value: { head: one + 1 },
    };
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}

function locationText(start: number, end: number): string {
  return `(${start.toFixed(2)}, ${end.toFixed(2)})`;
}
