import type { FigurePart } from "../shared/figure";
import type { Theme } from "../shared/theme";
import type { Axes, Box, Canvas } from "./canvas";
import type { AttentionModel } from "./data";
import { proposalStyle } from "./pin-style";
import { numbersText } from "./row-marks";
import { type AttentionRow, attentionRows, decimals } from "./rows";
import { type ViewName, views } from "./shown-rows";
import { type AttentionState, shownProposals } from "./state";
import { positionsOf, tokenAxis } from "./token-axis";

const titles: Readonly<Record<ViewName, string>> = {
  content: "content score",
  logPrior: "+ log prior",
  sum: "= sum",
  weights: "softmax: weight",
};

/** Contents of the four maps of one trace. */
export interface Maps {
  readonly model: AttentionModel;
  readonly rows: readonly AttentionRow[];
  /** Values of each view, proposal by token. */
  readonly values: Readonly<Record<ViewName, readonly Float64Array[]>>;
  /** Proposal by token: the proposal, then the numbers of the token. */
  readonly numbers: readonly (readonly (readonly number[])[])[];
}

interface Kept extends Maps {
  readonly layer: number;
  readonly head: AttentionState["head"];
}

/** The last of each model: choosing another proposal changes none of it, and what is the same array plotly need not draw anew. */
const kept = new WeakMap<AttentionModel, Kept>();

export function mapsOf(model: AttentionModel, { layer, head }: AttentionState): Maps {
  const known = kept.get(model);
  if (known?.layer === layer && known.head === head) return known;
  const rows = attentionRows(model, { layer, head });
  const values = Object.fromEntries(
    views.map((view) => [view, rows.map((row) => row[view])]),
  ) as unknown as Maps["values"];
  const maps = { model, rows, values, numbers: numbersOf(rows), layer, head };
  kept.set(model, maps);
  return maps;
}

/** A row is made when the pointer first rests on it: all of them would be a quarter of a million lists for 512 tokens. */
function numbersOf(rows: readonly AttentionRow[]): Maps["numbers"] {
  const numbers: number[][][] = [];
  rows.forEach(({ content, logPrior, sum, weights }, proposal) => {
    let made: number[][] | undefined;
    const get = (): number[][] => {
      const { unmodulated } = rows[proposal];
      made ??= Array.from(content, (score, token) => [
        proposal,
        score,
        logPrior[token],
        sum[token],
        weights[token],
        unmodulated[token],
      ]);
      return made;
    };
    Object.defineProperty(numbers, proposal, { get, enumerable: true });
  });
  return numbers;
}

/** The values that the colors of each view span, the same for all traces. */
export function colorRanges(all: readonly Maps[]): Readonly<Record<ViewName, readonly [number, number]>> {
  const range = (view: ViewName): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { rows } of all) {
      for (const row of rows) {
        const values = row[view];
        for (let token = 0; token < values.length; token++) {
          if (values[token] < low) low = values[token];
          if (values[token] > high) high = values[token];
        }
      }
    }
    if (view === "weights") return [0, high];
    return [view === "content" ? low : Math.max(low, high - deepest), Math.max(high, low + 1e-3)];
  };
  return Object.fromEntries(views.map((view) => [view, range(view)])) as Record<ViewName, [number, number]>;
}

/** Scores so far below the highest have no part in the softmax to speak of, and all look alike. */
const deepest = 15;

/**
 * The map of one view: a row for each proposal, a column for each token it attends to.
 * @param box a square
 * @param linked axes of another map that zoom with this one's
 * @param labels on which sides tokens stand
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
  const { tokens } = model;
  const axis = (direction: "across" | "down", label: boolean, matches: string | undefined): FigurePart => ({
    ...tokenAxis(tokens, box.width, direction),
    uirevision: "map",
    ...(label ? {} : { showticklabels: false, ticks: "" }),
    ...(matches === undefined ? {} : { matches }),
  });
  const axes = canvas.panel(
    box,
    axis("across", labels.bottom, linked?.xaxis),
    axis("down", labels.left, linked?.yaxis),
  );
  canvas.write(titleOf(model, view, range), box.left, box.top - 1);
  if (view === "logPrior" && model.prior !== "on") return axes;
  canvas.shape(
    ...shownProposals(state).map((proposal, at) => markedRow(proposal, at, tokens.length, axes, theme)),
  );
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
    hovertemplate: `<b>proposal %{y}</b><br>on token %{x}<br>${numbersText(model)}<extra></extra>`,
  });
  return axes;
}

function titleOf({ prior }: AttentionModel, view: ViewName, range: readonly [number, number]): string {
  if (view === "logPrior" && prior !== "on")
    return prior === "off" ? "log prior: switched off" : "log prior: none";
  const [low, high] = range.map((value) => decimals(value, Math.abs(value) < 10 ? 2 : 0));
  return `${titles[view]}: ${low} … ${high}`;
}

function markedRow(proposal: number, at: number, length: number, axes: Axes, theme: Theme): FigurePart {
  return {
    type: "rect",
    xref: axes.xaxis,
    yref: axes.yaxis,
    x0: -0.5,
    x1: length - 0.5,
    y0: proposal - 0.5,
    y1: proposal + 0.5,
    line: { color: proposalStyle(theme, at).color, width: 1.5, dash: at ? "dot" : "solid" },
  };
}
