import { highest } from "../shared/arrays";
import type { FigurePart } from "../shared/figure";
import type { Theme } from "../shared/theme";
import type { AttentionModel, ScoreRange } from "./attention-data";
import { movedShare, type ViewName, views } from "./attention-rows";
import type { TraceRows } from "./attention-state";
import type { Axes, Box, Canvas } from "./canvas";
import { proposalStyle } from "./proposal-style";
import { tokenAxis, tokenLabel, tokenName } from "./token-axis";

const gap = 27;

/** Longer sentences get outlines instead of bars, because plotly takes time for each bar. */
export const fewTokens = 60;

/** The highest weight of the rows, which all traces share as the end of their scale. */
export function highestWeight(traces: readonly TraceRows[]): number {
  const rows = traces.flatMap((trace) => trace.rows);
  const before = traces.flatMap((trace) => trace.before ?? []).map((weight) => weight ?? 0);
  const weights = rows.flatMap((row) => [highest(row.weights), highest(row.unmodulated)]);
  return Math.max(...weights, highest(before));
}

/** The range of the axis of a view. The three views of scores have the same one. */
function axisRange(view: ViewName, [low, high]: ScoreRange, mostWeight: number): ScoreRange {
  return view === "weights"
    ? [0, 1.06 * mostWeight]
    : [low - 0.05 * (high - low), high + 0.03 * (high - low)];
}

/**
 * The four views of the rows, on a shared axis of tokens. Scores are bars from 0; the sum is the content score with the log prior
 * stacked onto it.
 * @param box of all four views
 */
export function drawRows(canvas: Canvas, box: Box, trace: TraceRows, mostWeight: number): void {
  const { theme } = canvas;
  const { model, proposals, rows } = trace;
  const height = (box.height - (views.length - 1) * gap) / views.length;
  const tokens = { ...tokenAxis(model.tokens, box.width), uirevision: "tokens" };
  let x: string | undefined;
  for (const [i, view] of [...views.entries()].reverse()) {
    const top = box.top + i * (height + gap);
    const range = axisRange(view, model.scores, mostWeight);
    const zero = { zeroline: true, zerolinecolor: theme.faint, zerolinewidth: 1 };
    const scale = { range, ...zero, nticks: 4, tickfont: { size: 10 }, uirevision: JSON.stringify(range) };
    const axes = canvas.panel({ ...box, top, height }, x ?? tokens, scale);
    x = axes.xaxis;
    canvas.writeTitle(titlesOf(view, trace, theme), { ...box, top });
    if (view === "logPrior" && model.prior !== "on") continue; // plotly misplaces shapes in panels without traces
    canvas.shape(chosenToken(proposals[0], axes, theme.chosen));
    canvas.draw(
      ...valueTraces(view, trace, { theme, pixels: box.width }).map((part) => ({ ...part, ...axes })),
    );
    const cut = view === "weights" ? [] : cutTraces(rows[0][view], model.scores, theme.ink);
    canvas.draw(...cut.map((part) => ({ ...part, ...axes })));
    for (const pin of proposals.keys())
      if (pin > 0) canvas.draw({ ...pinnedTrace(trace, view, pin, range[0], canvas), ...axes });
    if (view === "weights" && model.prior === "on")
      canvas.draw({ ...unmodulatedTrace(rows[0].unmodulated, theme.ink), ...axes });
    if (view === "weights" && trace.before)
      canvas.draw({ ...originalTrace(trace.before, theme.chosen), ...axes });
  }
  const whole = canvas.panel(box, x ?? tokens, { range: [0, 1], visible: false, fixedrange: true });
  canvas.draw({ ...hoverTrace(trace), ...whole });
}

/** Whether a score is below the scale, so that its bar is cut off and marked. */
export function isCut(score: number, [low]: ScoreRange): boolean {
  return score < low;
}

/** Titles of the view of log G, by the state of the prior. */
export const logPriorTitles = {
  on: "+ log prior log G",
  off: "log prior: switched off",
  none: "log prior: not in this model",
} as const;

/** Titles of a view, the shortest last. */
function titlesOf(view: ViewName, { model: { prior }, rows: [row] }: TraceRows, theme: Theme): string[] {
  const { attention, ink } = theme;
  const square = (i: number): string => `<span style="color:${attention[i]}">■</span>`;
  const line = `<span style="color:${ink}">—</span>`;
  switch (view) {
    case "content":
      return [`${square(0)} content score q·k / √d`];
    case "logPrior":
      return [prior === "on" ? `${square(1)} ${logPriorTitles.on}` : logPriorTitles[prior]];
    case "sum":
      return [
        `= ${line} sum: ${prior === "on" ? `${square(1)} stacked onto ${square(0)}` : "content alone"}`,
      ];
    case "weights": {
      const title = `${square(3)} softmax of the sum: weight`;
      if (prior !== "on") return [title];
      const moved = `${(100 * movedShare(row)).toFixed(0)} %`;
      return [
        `${title}, dashed: without the prior, which moves ${moved}`,
        `${square(3)} softmax, dashed: without the prior`,
      ];
    }
  }
}

function chosenToken(proposal: number, { xaxis, yaxis }: Axes, color: string): FigurePart {
  const box = { xref: xaxis, yref: `${yaxis} domain`, x0: proposal - 0.5, x1: proposal + 0.5, y0: 0, y1: 1 };
  return { type: "rect", layer: "below", ...box, fillcolor: `${color}33`, line: { width: 0 } };
}

interface Panel {
  readonly theme: Theme;
  /** Width in CSS pixels. */
  readonly pixels: number;
}

/** Bars of one color, from one value to another. */
interface Bars {
  readonly name: string;
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly color: string;
  /** The part of a token's cell that a bar fills. */
  readonly cell: "whole" | "left" | "right";
}

/** The chosen proposal's values as bars from 0; for a long sentence, only their outline. */
function valueTraces(view: ViewName, { model, rows: [row] }: TraceRows, panel: Panel): FigurePart[] {
  const { scores, prior } = model;
  const { theme } = panel;
  const zeros = new Float64Array(row.sum.length);
  const clip = (values: Float64Array): Float64Array => values.map((value) => Math.max(scores[0], value));
  const [content, logPrior, , weights] = theme.attention;
  const bars = (name: string, to: Float64Array, color: string, parts: Partial<Bars> = {}): FigurePart =>
    barTrace({ name, from: zeros, to: clip(to), color, cell: "whole", ...parts });
  switch (view) {
    case "content":
      return [bars(view, row.content, content)];
    case "logPrior":
      return [bars(view, row.logPrior, logPrior)];
    case "weights":
      return [bars(view, row.weights, weights)];
    case "sum": {
      if (prior !== "on")
        return [bars("content of the sum", row.content, content), sumTrace(row.sum, model, panel)];
      return [
        bars("content of the sum", row.content, content, { cell: "left" }),
        bars("log prior of the sum", row.sum, logPrior, { from: clip(row.content), cell: "right" }),
        sumTrace(row.sum, model, panel),
      ];
    }
  }
}

const cells = { whole: [-0.4, 0.8], left: [-0.4, 0.4], right: [0, 0.4] } as const;

function barTrace({ name, from, to, color, cell }: Bars): FigurePart {
  const x = [...to.keys()];
  const shared = { name, hoverinfo: "skip" };
  if (to.length <= fewTokens) {
    const [offset, width] = cells[cell];
    const y = Array.from(to, (value, token) => value - from[token]);
    return { ...shared, type: "bar", x, y, base: [...from], offset, width, marker: { color } };
  }
  return {
    ...shared,
    type: "scatter",
    mode: "lines",
    x: [...x, ...x.toReversed()],
    y: [...to, ...from.toReversed()],
    line: { shape: "hvh", width: 0, color },
    fill: "toself",
    fillcolor: color,
  };
}

/** Size of a marker whose line is as long as four fifths of a token's cell; plotly draws such lines 1.4 times as long. */
const lineSize = 0.8 / 1.4;

/** A line across each token's cell at its sum; sums below the scale are left out. Many are one line, because markers take time. */
function sumTrace(
  sums: Float64Array,
  { scores, tokens }: AttentionModel,
  { theme, pixels }: Panel,
): FigurePart {
  const visibleTokens = [...sums.keys()].filter((token) => !isCut(sums[token], scores));
  const line = { color: theme.ink, width: 1.6 };
  const shared = { type: "scatter", name: "sum", hoverinfo: "skip" };
  if (visibleTokens.length > fewTokens) {
    const y = Array.from(sums, (sum) => (isCut(sum, scores) ? null : sum));
    return { ...shared, mode: "lines", x: [...sums.keys()], y, line: { ...line, shape: "hvh" } };
  }
  const size = (lineSize * pixels) / tokens.length;
  return {
    ...shared,
    mode: "markers",
    x: visibleTokens,
    y: visibleTokens.map((token) => sums[token]),
    marker: { symbol: "line-ew-open", size, line, color: theme.ink, opacity: 1 },
  };
}

/** A mark below every value that the scale cuts off; in a long sentence, a dotted line. */
function cutTraces(values: Float64Array, scores: ScoreRange, color: string): FigurePart[] {
  const tokens = [...values.keys()].filter((token) => isCut(values[token], scores));
  if (!tokens.length) return [];
  const shared = { type: "scatter", name: "below the scale", hoverinfo: "skip" };
  if (values.length > fewTokens) {
    const y = Array.from(values, (value) => (isCut(value, scores) ? scores[0] : null));
    const line = { color, width: 3, dash: "2px,4px", shape: "hvh" };
    return [{ ...shared, mode: "lines", x: [...values.keys()], y, line }];
  }
  const marker = { symbol: "triangle-down", size: 6, color };
  return [{ ...shared, mode: "markers", x: tokens, y: tokens.map(() => scores[0]), marker }];
}

/** The values of a pinned proposal, drawn over the bars; values below the view are left out. */
function pinnedTrace(
  { model: { tokens }, proposals, rows }: TraceRows,
  view: ViewName,
  index: number,
  low: number,
  { theme }: Canvas,
): FigurePart {
  const { color, symbol, dash } = proposalStyle(theme, index);
  const proposal = proposals[index];
  const short = tokens.length <= fewTokens;
  return {
    type: "scatter",
    mode: short ? "lines+markers" : "lines",
    name: `pinned: proposal ${proposal} ${tokenLabel(tokens[proposal])}`,
    x: tokens.map((_, token) => token),
    y: Array.from(rows[index][view], (value) => (value < low ? null : value)),
    line: short ? { color, width: 1 } : { color, width: 1.5, dash },
    marker: { symbol, size: 5.5, color, line: { color: theme.ink, width: 0.5 } },
    hoverinfo: "skip",
  };
}

function unmodulatedTrace(weights: Float64Array, color: string): FigurePart {
  return {
    type: "scatter",
    mode: weights.length <= fewTokens ? "lines+markers" : "lines",
    name: "weight without the prior",
    x: [...weights.keys()],
    y: [...weights],
    line: { color, width: 1, dash: "3px,2px", shape: "hvh" },
    marker: { color, size: 2.5 },
    hoverinfo: "skip",
  };
}

function originalTrace(weights: readonly (number | null)[], color: string): FigurePart {
  return {
    type: "scatter",
    mode: weights.length <= fewTokens ? "lines+markers" : "lines",
    name: "weight in the original sentence",
    x: [...weights.keys()],
    y: weights,
    line: { color, width: 1.5, shape: "hvh" },
    marker: { color, size: 4 },
    hoverinfo: "skip",
  };
}

/** A transparent heat map over all four views. Without it, the pointer would miss tokens with narrow or no bars. */
function hoverTrace({ model, proposals, rows }: TraceRows): FigurePart {
  const { tokens } = model;
  const [row, ...pinnedRows] = rows;
  const transparent = "rgba(0,0,0,0)";
  const pins = proposals.slice(1).map((pin, i) => `<br>pinned ${pin}: weight %{customdata[${6 + i}]:.4f}`);
  const numbersOf = (token: number): number[] => [
    token,
    ...views.map((view) => row[view][token]),
    row.unmodulated[token],
    ...pinnedRows.map(({ weights }) => weights[token]),
  ];
  return {
    type: "heatmap",
    name: "numbers",
    x: tokens.map((_, token) => token),
    y: [0, 1],
    z: [tokens.map(() => 0)],
    zsmooth: "fast", // draws an image with one pixel per token
    colorscale: [
      [0, transparent],
      [1, transparent],
    ],
    showscale: false,
    text: [tokens.map((_, token) => tokenName(tokens, token))],
    customdata: [tokens.map((_, token) => numbersOf(token))],
    hovertemplate: `<b>%{text}</b><br>${numbersTemplate(model.prior)}${pins.join("")}<extra>proposal ${proposals[0]}</extra>`,
  };
}

/** Tooltip with the numbers of all views; `customdata` holds them in the order of `views`, after an index. */
export function numbersTemplate(prior: TraceRows["model"]["prior"]): string {
  return [
    "content %{customdata[1]:.3f}",
    ...(prior === "on" ? ["+ log prior %{customdata[2]:.3f}", "= sum %{customdata[3]:.3f}"] : []),
    "weight %{customdata[4]:.4f}",
    ...(prior === "on" ? ["without the prior %{customdata[5]:.4f}"] : []),
  ].join("<br>");
}
