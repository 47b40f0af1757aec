import type { FigurePart } from "../shared/figure";
import type { Theme } from "../shared/theme";
import type { AttentionModel } from "./attention-data";
import { type AttentionRow, attentionRows, decimals, perView, type ViewName, views } from "./attention-rows";
import { type AttentionState, shownProposals } from "./attention-state";
import type { Axes, Box, Canvas } from "./canvas";
import { proposalStyle } from "./proposal-style";
import { deepest, logPriorTitles, numbersTemplate } from "./row-panels";
import { positionsOf, tokenAxis } from "./token-axis";

const titles: Readonly<Record<ViewName, string>> = {
  content: "content score",
  logPrior: "+ log prior",
  sum: "= sum",
  weights: "softmax: weight",
};

export interface Maps {
  readonly model: AttentionModel;
  readonly layer: number;
  readonly head: AttentionState["head"];
  readonly rows: readonly AttentionRow[];
  /** [L, L] values of each view, proposal by token */
  readonly values: Readonly<Record<ViewName, readonly Float64Array[]>>;
  /** [L, L, 6] the proposal, then the numbers of the token */
  readonly numbers: readonly (readonly (readonly number[])[])[];
}

/** The last maps of each model. Choosing another proposal reuses their arrays, so that plotly does not redraw them. */
const cache = new WeakMap<AttentionModel, Maps>();

export function mapsOf(model: AttentionModel, { layer, head }: AttentionState): Maps {
  const cached = cache.get(model);
  if (cached?.layer === layer && cached.head === head) return cached;
  const rows = attentionRows(model, { layer, head });
  const values = perView((view) => rows.map((row) => row[view]));
  const maps = { model, layer, head, rows, values, numbers: numbersOf(rows) };
  cache.set(model, maps);
  return maps;
}

/** Each row is created when the pointer first reaches it: all rows of 512 tokens would be a quarter of a million arrays. */
function numbersOf(rows: readonly AttentionRow[]): Maps["numbers"] {
  const numbers: number[][][] = [];
  for (const [proposal, row] of rows.entries()) {
    let created: number[][] | undefined;
    const get = (): number[][] => {
      const { unmodulated } = row;
      created ??= Array.from(unmodulated, (weight, token) => [
        proposal,
        ...views.map((view) => row[view][token]),
        weight,
      ]);
      return created;
    };
    Object.defineProperty(numbers, proposal, { get, enumerable: true });
  }
  return numbers;
}

/** The values that the colors of each view span, the same for all traces. */
export function colorRanges(maps: readonly Maps[]): Readonly<Record<ViewName, readonly [number, number]>> {
  const range = (view: ViewName): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const values of maps.flatMap((one) => one.values[view])) {
      for (let token = 0; token < values.length; token++) {
        if (values[token] < low) low = values[token];
        if (values[token] > high) high = values[token];
      }
    }
    if (view === "weights") return [0, high];
    return [view === "content" ? low : Math.max(low, high - deepest), Math.max(high, low + 1e-3)];
  };
  return perView(range);
}

/**
 * The map of one view: one row per proposal, one column per token.
 * @param box a square
 * @param linked axes of another map that zoom with this map's
 * @param labels the sides that show tokens
 */
export function drawMap(
  canvas: Canvas,
  box: Box,
  { model, values, numbers }: Maps,
  view: ViewName,
  range: readonly [number, number],
  state: AttentionState,
  linked: Axes | undefined,
  labels: { readonly left: boolean; readonly bottom: boolean },
): Axes {
  const { theme } = canvas;
  const { tokens, prior } = model;
  const mapAxis = (direction: "across" | "down", label: boolean, matches?: string): FigurePart => ({
    ...tokenAxis(tokens, box.width, direction),
    uirevision: "map",
    ...(label ? {} : { showticklabels: false, ticks: "" }),
    ...(matches === undefined ? {} : { matches }),
  });
  const axes = canvas.panel(
    box,
    mapAxis("across", labels.bottom, linked?.xaxis),
    mapAxis("down", labels.left, linked?.yaxis),
  );
  if (view === "logPrior" && prior !== "on") {
    canvas.write(logPriorTitles[prior], box.left, box.top - 1);
    return axes;
  }
  const [low, high] = range.map((value) => decimals(value, Math.abs(value) < 10 ? 2 : 0));
  canvas.write(`${titles[view]}: ${low} … ${high}`, box.left, box.top - 1);
  for (const [i, proposal] of shownProposals(state).entries())
    canvas.shape(rowFrame(proposal, i, tokens.length, axes, theme));
  canvas.draw({
    type: "heatmap",
    name: view,
    ...axes,
    x: positionsOf(tokens),
    y: positionsOf(tokens),
    z: values[view],
    zmin: range[0],
    zmax: range[1],
    colorscale: theme.scale,
    showscale: false,
    customdata: numbers,
    hovertemplate: `<b>proposal %{y}</b><br>on token %{x}<br>${numbersTemplate(prior)}<extra></extra>`,
  });
  return axes;
}

function rowFrame(proposal: number, index: number, length: number, axes: Axes, theme: Theme): FigurePart {
  const { color } = proposalStyle(theme, index);
  const columns = { xref: axes.xaxis, x0: -0.5, x1: length - 0.5 };
  const row = { yref: axes.yaxis, y0: proposal - 0.5, y1: proposal + 0.5 };
  return { type: "rect", ...columns, ...row, line: { color, width: 1.5, dash: index ? "dot" : "solid" } };
}
