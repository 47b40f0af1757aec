import { highest } from "../shared/arrays";
import type { FigurePart } from "../shared/figure";
import type { Theme } from "../shared/theme";
import type { AttentionModel, ScoreRange } from "./attention-data";
import { type AttentionRow, attentionRows, perView, type ViewName, views } from "./attention-rows";
import { type AttentionState, shownProposals } from "./attention-state";
import { type Axes, type Box, type Canvas, type ColorAxis, colorAxisOf } from "./canvas";
import { proposalStyle } from "./proposal-style";
import { logPriorTitles, numbersTemplate } from "./row-panels";
import { positionsOf, tokenAxis } from "./token-axis";

const titles: Readonly<Record<ViewName, string>> = {
  content: "content score q·k / √d",
  logPrior: "+ log prior log G",
  sum: "= sum",
  weights: "softmax of the sum: weight",
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

export function highestMapWeight(maps: readonly Maps[]): number {
  return Math.max(...maps.flatMap(({ values: { weights } }) => weights.map(highest)));
}

/** Colors of content scores, log priors and sums; 0 has the color in the middle. */
export function scoreScale(range: ScoreRange, { below, above, middle }: Theme): ColorAxis {
  const zero = -range[0] / (range[1] - range[0]);
  const colors = [
    [0, below],
    [zero, middle],
    [1, above],
  ] as const;
  return { range, colors, title: "score" };
}

export function weightScale(most: number, { scale }: Theme): ColorAxis {
  return { range: [0, most], colors: scale, title: "weight" };
}

/**
 * The map of one view: one row per proposal, one column per token.
 * @param place a square, and where its title is
 * @param linked axes of another map that zoom with this map's
 * @param labels the sides that show tokens
 */
export function drawMap(
  canvas: Canvas,
  { box, titleTop }: { readonly box: Box; readonly titleTop: number },
  { model, values, numbers }: Maps,
  view: ViewName,
  state: AttentionState,
  linked: Axes | undefined,
  labels: { readonly left: boolean; readonly top: boolean },
): Axes {
  const { theme } = canvas;
  const { tokens, prior } = model;
  const mapAxis = (direction: "across" | "down", label: boolean, matches?: string): FigurePart => ({
    ...tokenAxis(tokens, box.width, direction),
    uirevision: "map",
    ...(direction === "across" ? { side: "top", tickangle: -60 } : {}),
    ...(label ? {} : { showticklabels: false, ticks: "" }),
    ...(matches === undefined ? {} : { matches }),
  });
  const axes = canvas.panel(
    box,
    mapAxis("across", labels.top, linked?.xaxis),
    mapAxis("down", labels.left, linked?.yaxis),
  );
  if (view === "logPrior" && prior !== "on") {
    canvas.write(logPriorTitles[prior], box.left, titleTop - 1);
    return axes;
  }
  canvas.write(titles[view], box.left, titleTop - 1);
  for (const [i, proposal] of shownProposals(state).entries())
    canvas.shape(rowFrame(proposal, i, tokens.length, axes, theme));
  canvas.draw({
    type: "heatmap",
    name: view,
    ...axes,
    x: positionsOf(tokens),
    y: positionsOf(tokens),
    z: values[view],
    coloraxis: colorAxisOf(view === "weights" ? "weights" : "scores"),
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
