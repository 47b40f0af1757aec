import { highest } from "../shared/arrays";
import type { FigurePart } from "../shared/figure";
import { movedShare, perView, type ViewName, views } from "./attention-rows";
import type { TraceRows } from "./attention-state";
import type { Axes, Box, Canvas } from "./canvas";
import { proposalStyle } from "./proposal-style";
import { tokenAxis, tokenLabel, tokenName } from "./token-axis";

type Range = readonly [low: number, high: number];

/** Scores this far below the highest have almost no weight in the softmax; the views are cut there. */
export const deepest = 15;
const gap = 30;

/** Longer sentences get outlines instead of bars, because plotly takes time for each bar. */
const fewTokens = 60;

/** The values that each view shows, the same for all traces. */
export function rowRanges(traces: readonly TraceRows[]): Readonly<Record<ViewName, Range>> {
  const rows = traces.flatMap((trace) => trace.rows);
  const range = (view: ViewName): Range => {
    const lines = rows.flatMap((row) => [row[view], ...(view === "weights" ? [row.unmodulated] : [])]);
    const most = Math.max(...lines.map(highest));
    const least = -Math.max(...lines.map((values) => highest(values.map((value) => -value))));
    const low = view === "weights" ? 0 : Math.max(least, most - deepest);
    const margin = Math.max(0.08 * (most - low), 1e-3);
    return [view === "weights" ? 0 : low - margin, most + margin];
  };
  return perView(range);
}

/** The four views of the rows, on a shared axis of tokens. @param box of all four views */
export function drawRows(
  canvas: Canvas,
  box: Box,
  trace: TraceRows,
  ranges: Readonly<Record<ViewName, Range>>,
): void {
  const { theme } = canvas;
  const { model, proposals, rows } = trace;
  const height = (box.height - (views.length - 1) * gap) / views.length;
  const tokens = { ...tokenAxis(model.tokens, box.width), uirevision: "tokens" };
  let x: string | undefined;
  for (const [i, view] of [...views.entries()].reverse()) {
    const top = box.top + i * (height + gap);
    const range = ranges[view];
    const scale = { range, nticks: 4, tickfont: { size: 10 }, uirevision: JSON.stringify(range) };
    const axes = canvas.panel({ ...box, top, height }, x ?? tokens, scale);
    x = axes.xaxis;
    canvas.write(titleOf(view, trace), box.left, top - 1);
    if (view === "logPrior" && model.prior !== "on") continue; // plotly misplaces shapes in panels without traces
    canvas.shape(chosenToken(proposals[0], axes, theme.chosen));
    canvas.draw({ ...valueTrace(rows[0][view], range[0], theme.attention[i]), name: view, ...axes });
    for (const pin of proposals.keys())
      if (pin > 0) canvas.draw({ ...pinnedTrace(trace, view, pin, range[0], canvas), ...axes });
    if (view === "weights" && model.prior === "on")
      canvas.draw({ ...unmodulatedTrace(rows[0].unmodulated, theme.ink), ...axes });
  }
  const whole = canvas.panel(box, x ?? tokens, { range: [0, 1], visible: false, fixedrange: true });
  canvas.draw({ ...hoverTrace(trace), ...whole });
}

/** Titles of the view of log G, by the state of the prior. */
export const logPriorTitles = {
  on: "+ log prior log G",
  off: "log prior: switched off",
  none: "log prior: not in this model",
} as const;

function titleOf(view: ViewName, { model: { prior }, rows: [row] }: TraceRows): string {
  switch (view) {
    case "content":
      return "content score q·k / √d";
    case "logPrior":
      return logPriorTitles[prior];
    case "sum":
      return prior === "on" ? "= content + log prior" : "= content alone";
    case "weights": {
      const effect = `, dashed: without the prior, which moves ${(100 * movedShare(row)).toFixed(0)} %`;
      return `softmax: weight${prior === "on" ? effect : ""}`;
    }
  }
}

function chosenToken(proposal: number, { xaxis, yaxis }: Axes, color: string): FigurePart {
  const box = { xref: xaxis, yref: `${yaxis} domain`, x0: proposal - 0.5, x1: proposal + 0.5, y0: 0, y1: 1 };
  return { type: "rect", layer: "below", ...box, fillcolor: `${color}33`, line: { width: 0 } };
}

/** The chosen proposal's values as bars from the lower edge of the view; for a long sentence, only their outline. */
function valueTrace(values: Float64Array, low: number, color: string): FigurePart {
  const x = [...values.keys()];
  if (values.length <= fewTokens) {
    const y = Array.from(values, (value) => Math.max(0, value - low));
    return { type: "bar", hoverinfo: "skip", x, y, base: low, marker: { color } };
  }
  const y = Array.from(values, (value) => Math.max(low, value));
  return {
    type: "scatter",
    mode: "lines",
    hoverinfo: "skip",
    x: [0, ...x, values.length - 1],
    y: [low, ...y, low],
    line: { shape: "hvh", width: 0, color },
    fill: "toself",
    fillcolor: color,
  };
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
