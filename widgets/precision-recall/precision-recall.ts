import type { OperatingCurve, OperatingCurves, OperatingPoint } from "../../src/evaluation/operating-point";
import type { Score } from "../../src/evaluation/score-types";
import { assertOptions, choice } from "../shared/controls";
import { display } from "../shared/display";
import {
  axis,
  errorBars,
  type Figure,
  type FigurePart,
  fittingWidth,
  layout,
  panelTitle,
  plain,
  withLegend,
} from "../shared/figure";
import { type Grid, gridToText } from "../shared/grid";
import { fitPanels } from "../shared/stack";
import { seriesColor, type Theme } from "../shared/theme";
import type { DataTable, Widget, WidgetInstance } from "../shared/widget";

interface State {
  /** The curve that is drawn strong; "all" for all entities. */
  readonly type: string;
}

interface PackedCurves extends OperatingCurves {
  readonly name: string;
}

const all = "all types";

function curvesOf({ overall, byType }: OperatingCurves): (readonly [name: string, curve: OperatingCurve])[] {
  return [[all, overall], ...Object.entries(byType)];
}

const panels = { curve: [0, 0.56], reliability: [0.66, 1] };

/** Precision over recall, with the point without a threshold marked, and accuracy over confidence. */
function curvesFigure(data: PackedCurves, { type }: State, theme: Theme, width: number): Figure {
  const curves = curvesOf(data);
  const visibleCurves = curves.filter(([name]) => name === type || type === all);
  const traces = visibleCurves.flatMap(([name, curve]) => {
    const index = curves.findIndex(([other]) => other === name);
    return curveTraces(name, curve, index, name === type, theme);
  });
  const names = traces.filter(({ showlegend }) => showlegend !== false).map(({ name }) => String(name));
  const sizes = { plot: 360, above: 56, below: 64 };
  const { height, parts } = withLegend(names, sizes, { left: 60, right: 20 }, width);
  const { error, errorInterval, predictions } = data.calibration;
  const range = errorInterval ? ` (${errorInterval.low.toFixed(3)} to ${errorInterval.high.toFixed(3)})` : "";
  const reliability = `reliability of ${predictions} predictions<br>error ${error.toFixed(3)}${range}`;
  return fitPanels({
    data: [...traces, ...reliabilityTraces(data, theme)],
    layout: layout(theme, [width, height], {
      ...parts,
      xaxis: axis(theme, { title: { text: "recall" }, range: [0, 101], domain: panels.curve }),
      yaxis: axis(theme, { title: { text: "precision" }, range: [0, 101] }),
      xaxis2: axis(theme, {
        title: { text: "probability" },
        range: [0, 1],
        domain: panels.reliability,
        anchor: "y2",
      }),
      yaxis2: axis(theme, { title: { text: "share correct" }, range: [0, 1.02], anchor: "x2" }),
      shapes: [
        {
          type: "line",
          xref: "x2",
          yref: "y2",
          x0: 0,
          y0: 0,
          x1: 1,
          y1: 1,
          line: { color: theme.faint, dash: "dot", width: 1 },
        },
      ],
      annotations: [
        panelTitle("precision and recall at each threshold<br>● without one · ◇ highest F1", 0.28),
        panelTitle(reliability, (panels.reliability[0] + panels.reliability[1]) / 2),
      ],
      bargap: 0.05,
    }),
  });
}

function curveTraces(
  name: string,
  { points, withoutThreshold, best }: OperatingCurve,
  index: number,
  strong: boolean,
  theme: Theme,
): FigurePart[] {
  const color = seriesColor(theme, index);
  // A false first prediction would start the line at 0.
  const linePoints = points.filter(({ correct }) => correct > 0);
  const shared = { type: "scatter", legendgroup: name, hovertemplate: "%{text}<extra></extra>" };
  const marks: readonly (readonly [Score, string, string])[] = [
    [withoutThreshold, "circle", `${name}, without a threshold: ${scoreText(withoutThreshold)}`],
    ...(best ? [[best, "diamond-open", `${name}, highest F1: ${pointText(best)}`] as const] : []),
  ];
  return [
    {
      ...shared,
      mode: "lines",
      name: plain(name),
      x: linePoints.map(({ recall }) => recall),
      y: linePoints.map(({ precision }) => precision),
      text: linePoints.map((point) => plain(`${name}: ${pointText(point)}`)),
      line: { color, width: strong ? 2.8 : 1.3 },
    },
    {
      ...shared,
      mode: "markers",
      showlegend: false,
      name: plain(name),
      x: marks.map(([{ recall }]) => recall),
      y: marks.map(([{ precision }]) => precision),
      text: marks.map(([, , text]) => plain(text)),
      marker: {
        symbol: marks.map(([, symbol]) => symbol),
        size: strong ? 11 : 8,
        color,
        line: { color, width: 1.5 },
      },
    },
  ];
}

function reliabilityTraces({ calibration: { bins } }: PackedCurves, theme: Theme): FigurePart[] {
  const filledBins = bins.filter(({ count }) => count > 0);
  const accuracies = filledBins.map(({ accuracy }) => accuracy ?? 0);
  const texts = filledBins.map(
    ({ low, high, count, confidence, accuracy }) =>
      `probability ${low.toFixed(1)} to ${high.toFixed(1)}: ${count} predictions<br>mean probability ${confidence?.toFixed(3)}, ${accuracy?.toFixed(3)} correct`,
  );
  return [
    {
      type: "bar",
      xaxis: "x2",
      yaxis: "y2",
      showlegend: false,
      x: filledBins.map(({ low, high }) => (low + high) / 2),
      y: accuracies,
      width: filledBins.map(() => 0.095),
      text: texts,
      textposition: "none",
      hovertemplate: "%{text}<extra></extra>",
      marker: { color: theme.series[5] },
      error_y: errorBars(
        accuracies,
        filledBins.map(({ accuracyInterval }) => accuracyInterval),
        { color: theme.ink, thickness: 1, width: 3 },
      ),
    },
  ];
}

function scoreText({ precision, recall, f1 }: Score): string {
  return `P ${precision.toFixed(2)}, R ${recall.toFixed(2)}, F1 ${f1.toFixed(2)}`;
}

function pointText(point: OperatingPoint): string {
  return `threshold ${point.threshold.toFixed(3)}, ${scoreText(point)}`;
}

function curvesText(data: PackedCurves): string {
  const { calibration, bootstrap } = data;
  const range = (interval: OperatingCurve["averagePrecisionInterval"], digits = 2): string =>
    interval ? ` (${interval.low.toFixed(digits)} to ${interval.high.toFixed(digits)})` : "";
  const head = ["", "average precision", "P", "R", "F1 without a threshold", "highest F1", "its threshold"];
  const grid: Grid = {
    caption: `${data.name}, ${100 * bootstrap.level} % intervals over ${bootstrap.units}`,
    head: [head.map((text) => ({ text }))],
    rows: curvesOf(data).map(([name, curve]) => {
      const { withoutThreshold, withoutThresholdInterval, best, averagePrecision, averagePrecisionInterval } =
        curve;
      return [
        name,
        `${averagePrecision.toFixed(2)}${range(averagePrecisionInterval)}`,
        withoutThreshold.precision.toFixed(2),
        withoutThreshold.recall.toFixed(2),
        `${withoutThreshold.f1.toFixed(2)}${range(withoutThresholdInterval.f1)}`,
        best ? best.f1.toFixed(2) : "–",
        best ? best.threshold.toFixed(3) : "–",
      ].map((text) => ({ text }));
    }),
    align: head.map((_, column) => (column ? "right" : "left")),
  };
  const { error, errorInterval, predictions, temperature } = calibration;
  const errorText = `expected calibration error ${error.toFixed(3)}${range(errorInterval, 3)} over ${predictions} predictions; fitted temperature ${temperature.toFixed(2)}`;
  return `${gridToText(grid)}\n\n${errorText}`;
}

/** One row per point of each curve; the threshold is missing for the rule without one. */
function curvesTable(data: PackedCurves): DataTable {
  const rows = curvesOf(data).flatMap(([type, { points, withoutThreshold }]) => [
    { type, rule: "no threshold", threshold: null, score: withoutThreshold },
    ...points.map((point) => ({
      type,
      rule: "threshold",
      threshold: point.threshold,
      score: point as Score,
    })),
  ]);
  return {
    name: "precision-recall",
    columns: {
      type: rows.map(({ type }) => type),
      rule: rows.map(({ rule }) => rule),
      threshold: rows.map(({ threshold }) => threshold),
      gold: rows.map(({ score }) => score.gold),
      predicted: rows.map(({ score }) => score.predicted),
      correct: rows.map(({ score }) => score.correct),
      precision: rows.map(({ score }) => score.precision),
      recall: rows.map(({ score }) => score.recall),
      f1: rows.map(({ score }) => score.f1),
    },
    fractions: ["threshold", "precision", "recall", "f1"],
  };
}

/** Precision and recall at all thresholds and without one, and the calibration of the predictions. */
export const precisionRecallWidget: Widget<PackedCurves, State> = {
  kind: "precision-recall",
  open: (packed) => packed,
  title: ({ name }) => `Precision and recall of ${name}`,
  build: (data, state, theme, available) => [
    { figure: curvesFigure(data, state, theme, fittingWidth(available)) },
  ],
  text: curvesText,
  table: curvesTable,
  view: {
    controls: (data, { type }) => [
      choice(
        "type",
        "entities",
        curvesOf(data).map(([name]) => name),
        type,
        "horizontal",
      ),
    ],
    change: (_, state, control, value) => (control in state ? { ...state, [control]: value } : state),
  },
};

export interface PrecisionRecallOptions {
  /** Name of the model. Default "model". */
  readonly name?: string;
  /** Type whose curve is drawn alone first. Default: all. */
  readonly type?: string;
}

/**
 * The result of `operatingCurves`: precision over recall per type and overall, with the points without a threshold and of the highest
 * F1, and a reliability diagram.
 * @throws RangeError for a type that does not exist
 */
export function precisionRecall(
  curves: OperatingCurves,
  { name = "model", type = all }: PrecisionRecallOptions = {},
): WidgetInstance<PackedCurves, State> {
  const packed = { name, ...curves };
  assertOptions(
    "type",
    [type],
    curvesOf(packed).map(([one]) => one),
  );
  return { widget: precisionRecallWidget, packed, state: { type } };
}

/** Shows {@link precisionRecall} in the running cell; outside a notebook, prints its text description. */
export async function showPrecisionRecall(
  curves: OperatingCurves,
  options?: PrecisionRecallOptions,
): Promise<void> {
  await display(precisionRecall(curves, options));
}
