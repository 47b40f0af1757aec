import type { FigurePart } from "../shared/figure";
import { tokenLabel } from "../shared/span-plane";
import type { Axes, Box, Canvas } from "./canvas";
import type { AttentionModel } from "./data";
import { proposalStyle } from "./pin-style";
import { type AttentionRow, highest, moved } from "./rows";
import { tokenAxis, tokenName } from "./token-axis";

/** The four views, in the order of the sum. */
export const views = ["content", "logPrior", "sum", "weights"] as const;
export type ViewName = (typeof views)[number];

/** What is shown of one trace: the chosen proposal first, then the pinned ones, with their rows. */
export interface ShownRows {
  readonly model: AttentionModel;
  readonly proposals: readonly number[];
  readonly rows: readonly AttentionRow[];
}

export type Range = readonly [low: number, high: number];
export type Ranges = Readonly<Record<ViewName, Range>>;

/** A score this far below the highest has no part in the softmax to speak of; the views do not stretch down to it. */
const deepest = 15;
const gap = 30;

/** The values that the views have room for, the same for all traces. */
export function rangesOf(shown: readonly ShownRows[]): Ranges {
  const rows = shown.flatMap((one) => one.rows);
  const range = (view: ViewName): Range => {
    const shownOf = rows.flatMap((row) => [row[view], ...(view === "weights" ? [row.unmodulated] : [])]);
    const most = Math.max(...shownOf.map(highest));
    const least = -Math.max(...shownOf.map((values) => highest(values.map((value) => -value))));
    const low = view === "weights" ? 0 : Math.max(least, most - deepest);
    const room = Math.max(0.08 * (most - low), 1e-3);
    return [view === "weights" ? 0 : low - room, most + room];
  };
  return Object.fromEntries(views.map((view) => [view, range(view)])) as Record<ViewName, Range>;
}

/** The four views of the rows, linked by the tokens that they share. @param box of all four */
export function drawRows(canvas: Canvas, box: Box, shown: ShownRows, ranges: Ranges): void {
  const height = (box.height - (views.length - 1) * gap) / views.length;
  const tokens = { ...tokenAxis(shown.model.tokens, box.width), uirevision: "tokens" };
  let x: string | undefined;
  for (const [place, view] of [...views.entries()].reverse()) {
    const top = box.top + place * (height + gap);
    const range = ranges[view];
    const scale = { range, nticks: 4, tickfont: { size: 10 }, uirevision: JSON.stringify(range) };
    const axes = canvas.panel({ ...box, top, height }, x ?? tokens, scale);
    x = axes.xaxis;
    canvas.write(titleOf(view, shown), box.left, top - 1);
    if (view === "logPrior" && shown.model.prior !== "on") continue; // plotly puts a shape beside no trace elsewhere
    canvas.shape(chosenToken(shown, axes, canvas));
    canvas.draw(
      bars(shown, view, range, axes, canvas),
      ...shown.proposals.slice(1).map((_, pin) => pinned(shown, view, pin + 1, range, axes, canvas)),
      ...(view === "weights" && shown.model.prior === "on" ? [ghost(shown, axes, canvas)] : []),
    );
  }
  const whole = canvas.panel(box, x ?? tokens, { range: [0, 1], visible: false, fixedrange: true });
  canvas.draw(hover(shown, whole));
}

function titleOf(view: ViewName, { model, rows: [row] }: ShownRows): string {
  const { prior } = model;
  if (view === "content") return "content score q·k / √d";
  if (view === "sum") return prior === "on" ? "= content + log prior" : "= content alone";
  if (view === "weights") {
    const effect = `, dashed: without the prior, which moves ${(100 * moved(row)).toFixed(0)} %`;
    return `softmax: weight${prior === "on" ? effect : ""}`;
  }
  return { on: "+ log prior log G", off: "log prior: switched off", none: "log prior: this model has none" }[
    prior
  ];
}

/** Bars stand on the lower edge of the view; what lies below it, far from counting, is cut off. */
function above(values: Float64Array, [low]: Range): number[] {
  return Array.from(values, (value) => Math.max(0, value - low));
}

function positions({ model }: ShownRows): number[] {
  return model.tokens.map((_, token) => token);
}

function bars(shown: ShownRows, view: ViewName, range: Range, axes: Axes, { theme }: Canvas): FigurePart {
  return {
    type: "bar",
    name: view,
    ...axes,
    x: positions(shown),
    y: above(shown.rows[0][view], range),
    base: range[0],
    marker: { color: theme.attention[views.indexOf(view)] },
    hoverinfo: "skip",
  };
}

/** Another proposal's values on top of the bars. */
function pinned(
  { model, proposals, rows }: ShownRows,
  view: ViewName,
  place: number,
  range: Range,
  axes: Axes,
  { theme }: Canvas,
): FigurePart {
  const { color, symbol } = proposalStyle(theme, place);
  const proposal = proposals[place];
  return {
    type: "scatter",
    mode: "lines+markers",
    name: `pinned: proposal ${proposal} ${tokenLabel(model.tokens[proposal])}`,
    ...axes,
    x: model.tokens.map((_, token) => token),
    y: Array.from(rows[place][view], (value) => (value < range[0] ? null : value)),
    line: { color, width: 1 },
    marker: { symbol, size: 5.5, color, line: { color: theme.ink, width: 0.5 } },
    hoverinfo: "skip",
  };
}

/** What the scores would come to without the prior. */
function ghost({ model, rows: [row] }: ShownRows, axes: Axes, { theme }: Canvas): FigurePart {
  return {
    type: "scatter",
    mode: model.tokens.length > 60 ? "lines" : "lines+markers",
    name: "weight without the prior",
    ...axes,
    x: model.tokens.map((_, token) => token),
    y: [...row.unmodulated],
    line: { color: theme.ink, width: 1, dash: "3px,2px", shape: "hvh" },
    marker: { color: theme.ink, size: 2.5 },
    hoverinfo: "skip",
  };
}

/**
 * Lies over all four views, seen by the pointer alone: a narrow bar, or none, tells its numbers and is chosen as well.
 */
function hover({ model, proposals, rows }: ShownRows, axes: Axes): FigurePart {
  const { tokens } = model;
  const clear = "rgba(0,0,0,0)";
  const pins = proposals
    .slice(1)
    .map((pin, place) => `<br>pinned ${pin}: weight %{customdata[${6 + place}]:.4f}`);
  return {
    type: "heatmap",
    name: "numbers",
    ...axes,
    x: tokens.map((_, token) => token),
    y: [0, 1],
    z: [tokens.map(() => 0)],
    colorscale: [
      [0, clear],
      [1, clear],
    ],
    showscale: false,
    text: [tokens.map((_, token) => tokenName(tokens, token))],
    customdata: [tokens.map((_, token) => numbersOf(rows, token))],
    hovertemplate: `<b>%{text}</b><br>${numbersText(model)}${pins.join("")}<extra>proposal ${proposals[0]}</extra>`,
  };
}

/** The token, its numbers in the order in which {@link numbersText} tells them, and its weights for the pinned ones. */
function numbersOf([row, ...pinned]: readonly AttentionRow[], token: number): number[] {
  const { content, logPrior, sum, weights, unmodulated } = row;
  const numbers = [content, logPrior, sum, weights, unmodulated, ...pinned.map((pin) => pin.weights)];
  return [token, ...numbers.map((values) => values[token])];
}

/** All numbers of a token, so that hovering one view tells of the others too; `customdata` holds them after its place. */
export function numbersText({ prior }: AttentionModel): string {
  return [
    "content %{customdata[1]:.3f}",
    ...(prior === "on" ? ["+ log prior %{customdata[2]:.3f}", "= sum %{customdata[3]:.3f}"] : []),
    "weight %{customdata[4]:.4f}",
    ...(prior === "on" ? ["without the prior %{customdata[5]:.4f}"] : []),
  ].join("<br>");
}

function chosenToken(
  { proposals: [proposal] }: ShownRows,
  { xaxis, yaxis }: Axes,
  { theme }: Canvas,
): FigurePart {
  return {
    type: "rect",
    layer: "below",
    xref: xaxis,
    yref: `${yaxis} domain`,
    x0: proposal - 0.5,
    x1: proposal + 0.5,
    y0: 0,
    y1: 1,
    fillcolor: `${theme.chosen}33`,
    line: { width: 0 },
  };
}
