import type { EpochReport } from "../../src/training/types";
import { axis, type Figure, type FigurePart, layout, panelTitle } from "../shared/figure";
import { light, seriesColor, type Theme } from "../shared/theme";

/** What the curves show of an epoch. Scores are in percent, on dev. */
export interface CurvePoint {
  readonly epoch: number;
  readonly loss: number;
  readonly seconds: number;
  readonly best: boolean;
  readonly dev?: { readonly precision: number; readonly recall: number; readonly f1: number };
}

export function curvePoints(reports: readonly EpochReport[]): CurvePoint[] {
  return reports.map(({ epoch, loss, seconds, best, dev }) => {
    const point = { epoch, loss, seconds, best };
    if (!dev) return point;
    const { precision, recall, f1 } = dev.overall;
    return { ...point, dev: { precision, recall, f1 } };
  });
}

const panels = [
  [0, 0.45],
  [0.55, 1],
] as const;

/** Loss per epoch and, where there is a dev split, precision, recall and F1 with the best epoch marked. */
export function buildTrainingCurves(points: readonly CurvePoint[], theme: Theme = light): Figure {
  const scored = points.filter((point) => point.dev !== undefined);
  const epochs = axis(theme, { ...epochTicks(points) });
  const parts: Record<string, unknown> = {
    xaxis: { ...epochs, domain: scored.length ? panels[0] : [0, 1] },
    yaxis: axis(theme, { rangemode: "tozero" }),
    annotations: [panelTitle("training loss per epoch", scored.length ? 0.225 : 0.5)],
    legend: { orientation: "h", x: 0.775, xanchor: "center", y: -0.14, yanchor: "top" },
    margin: { l: 60, r: 20, t: 40, b: 60 },
  };
  const data = [curve("loss", points, (point) => point.loss, seriesColor(theme, 0), { showlegend: false })];
  if (scored.length) {
    const second = { xaxis: "x2", yaxis: "y2" };
    parts.xaxis2 = { ...epochs, domain: panels[1], anchor: "y2" };
    parts.yaxis2 = axis(theme, { anchor: "x2", rangemode: "tozero", ticksuffix: " %" });
    parts.annotations = [
      panelTitle("training loss per epoch", 0.225),
      panelTitle("scores on dev per epoch", 0.775),
    ];
    data.push(
      curve("precision", scored, (point) => point.dev?.precision, seriesColor(theme, 4), {
        ...second,
        line: { color: seriesColor(theme, 4), width: 1.5, dash: "dot" },
      }),
      curve("recall", scored, (point) => point.dev?.recall, seriesColor(theme, 3), {
        ...second,
        line: { color: seriesColor(theme, 3), width: 1.5, dash: "dash" },
      }),
      curve("F1", scored, (point) => point.dev?.f1, seriesColor(theme, 0), second),
      ...bestEpoch(scored, theme),
    );
  }
  return { data, layout: layout(theme, 320, parts) };
}

function curve(
  name: string,
  points: readonly CurvePoint[],
  value: (point: CurvePoint) => number | undefined,
  color: string,
  parts: FigurePart,
): FigurePart {
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    x: points.map((point) => point.epoch),
    y: points.map(value),
    line: { color, width: 2.5 },
    marker: { color, size: 6 },
    hovertemplate: `epoch %{x}<br>${name} %{y:.2f}<extra></extra>`,
    ...parts,
  };
}

/** The epoch whose weights were kept: the last that was the best so far. */
function bestEpoch(points: readonly CurvePoint[], theme: Theme): FigurePart[] {
  const best = points.findLast((point) => point.best);
  if (!best) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      name: `kept: epoch ${best.epoch}`,
      x: [best.epoch],
      y: [best.dev?.f1],
      xaxis: "x2",
      yaxis: "y2",
      marker: { symbol: "star", size: 15, color: theme.chosen, line: { color: theme.paper, width: 1 } },
      hovertemplate: "kept: epoch %{x}<br>F1 %{y:.2f}<extra></extra>",
    },
  ];
}

/** Whole epochs only, twelve labels at most. */
function epochTicks(points: readonly CurvePoint[]): FigurePart {
  const epochs = points.map((point) => point.epoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  return {
    tick0: first,
    dtick: Math.max(1, Math.ceil((last - first + 1) / 12)),
    range: [first - 0.5, last + 0.5],
  };
}

/** One line an epoch. */
export function trainingCurvesText(points: readonly CurvePoint[]): string {
  return points
    .map(({ epoch, loss, seconds, best, dev }) => {
      const scores =
        dev && `  dev P ${dev.precision.toFixed(2)}  R ${dev.recall.toFixed(2)}  F1 ${dev.f1.toFixed(2)}`;
      return `epoch ${epoch}  loss ${loss.toFixed(4)}${scores ?? ""}  ${seconds.toFixed(1)} s${best ? "  best so far" : ""}`;
    })
    .join("\n");
}
