import type { FigurePart } from "../shared/figure";
import type { Axes, Box, Canvas } from "./canvas";
import { ghost, hover, pinned, values } from "./row-marks";
import { highest, moved } from "./rows";
import { type ShownRows, type ViewName, views } from "./shown-rows";
import { tokenAxis } from "./token-axis";

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
      values(shown, view, range[0], axes, canvas.theme),
      ...shown.proposals.slice(1).map((_, pin) => pinned(shown, view, pin + 1, range[0], axes, canvas.theme)),
      ...(view === "weights" && shown.model.prior === "on" ? [ghost(shown, axes, canvas.theme)] : []),
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
