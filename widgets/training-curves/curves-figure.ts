import {
  axis,
  type Figure,
  type FigurePart,
  layout,
  panelTitle,
  plain,
  shortLegendName,
  wholeStep,
  withLegend,
} from "../shared/figure";
import { type Measure, mean, measureNames, measures } from "../shared/scores";
import { fitPanels } from "../shared/stack";
import { seriesColor, type Theme } from "../shared/theme";
import {
  type CurvePoint,
  type CurveRun,
  divergedAt,
  epochsOf,
  hasDev,
  keptPoint,
  type PackedCurves,
  type State,
} from "./curves-data";

/** A curve with more points has no markers, which would overlap. */
const mostMarkers = 40;
const sides = { left: 60, right: 20 };
const dashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
const scorePanel = { xaxis: "x2", yaxis: "y2" };
const ratePanel = { xaxis: "x3", yaxis: "y3" };

type Value = (point: CurvePoint) => number | null | undefined;

/** The loss, the learning rate below it if shown, and the dev scores with the kept epochs marked. */
export function curvesFigure(packed: PackedCurves, state: State, theme: Theme, width: number): Figure {
  const rowWidth = width - sides.left - sides.right;
  const data = {
    runs: packed.runs.map((run) => ({ ...run, name: shortLegendName(run.name, rowWidth) })),
  };
  const hasScores = data.runs.some(hasDev);
  const traces = [
    ...lossTraces(data, state, !hasScores && data.runs.length > 1, theme),
    ...(state.rate ? rateTraces(data, theme) : []),
    ...(hasScores ? scoreTraces(data, state, theme) : []),
  ];
  const names = traces.filter(({ showlegend }) => showlegend !== false).map(({ name }) => String(name));
  const { height, parts } = curvesLayout(data, state, names, theme, width);
  return fitPanels({ data: traces, layout: layout(theme, [width, height], parts) });
}

/** @param showlegend whether the legend lists these traces; otherwise it lists the scores */
function lossTraces({ runs }: PackedCurves, state: State, showlegend: boolean, theme: Theme): FigurePart[] {
  if (state.loss === "steps") {
    return runs.flatMap(({ name, steps }, i) => {
      const parts = { mode: "lines", showlegend, legendgroup: `run ${i}` };
      return steps ? [line(name, steps.at, steps.loss, i, theme, parts)] : [];
    });
  }
  if (state.runs === "mean" && runs.length > 1)
    return meanTraces(runs, ({ loss }) => loss, "loss", theme, { showlegend });
  return runs.map(({ name, points }, i) => {
    const losses = points.map(({ loss }) => loss);
    return line(name, epochsOf(points), losses, i, theme, { showlegend, legendgroup: `run ${i}` });
  });
}

function rateTraces({ runs }: PackedCurves, theme: Theme): FigurePart[] {
  const hovertemplate = "epoch %{x:.2f}<br>learning rate %{y:.3g}<extra></extra>";
  const shared = { ...ratePanel, mode: "lines", showlegend: false, hovertemplate };
  return runs.flatMap(({ name, steps }, i) =>
    steps ? [line(name, steps.at, steps.rate, i, theme, { ...shared, legendgroup: `run ${i}` })] : [],
  );
}

function scoreTraces({ runs }: PackedCurves, state: State, theme: Theme): FigurePart[] {
  const single = runs.length === 1;
  const measure = single ? "f1" : state.measure;
  const keptMarks = runs.flatMap((run, i) => keptTraces(run, measure, i === 0, theme));
  if (single) return [...measures.map((one) => measureTrace(runs[0], one, theme)), ...keptMarks];
  const value: Value = ({ dev }) => dev?.[measure];
  if (state.runs === "mean")
    return [...meanTraces(runs, value, measureNames[measure], theme, scorePanel), ...keptMarks];
  const lines = runs.map(({ name, points }, i) => {
    const devPoints = points.filter(({ dev }) => dev);
    const parts = { ...scorePanel, legendgroup: `run ${i}` };
    return line(name, epochsOf(devPoints), devPoints.map(value), i, theme, parts);
  });
  return [...lines, ...keptMarks];
}

const measureStyles: Readonly<Record<Measure, { series: number; width: number; dash: string }>> = {
  precision: { series: 4, width: 1.5, dash: "dot" },
  recall: { series: 3, width: 1.5, dash: "dash" },
  f1: { series: 0, width: 2.5, dash: "solid" },
};

function measureTrace({ points }: CurveRun, measure: Measure, theme: Theme): FigurePart {
  const devPoints = points.filter(({ dev }) => dev);
  const values = devPoints.map(({ dev }) => dev?.[measure]);
  const { series, ...style } = measureStyles[measure];
  return line(measureNames[measure], epochsOf(devPoints), values, series, theme, {
    ...scorePanel,
    legendgroup: measure,
    line: { color: seriesColor(theme, series), ...style },
  });
}

/** The mean over the runs that have a value in an epoch, and a band from the lowest to the highest value. */
function meanTraces(
  runs: readonly CurveRun[],
  value: Value,
  valueName: string,
  theme: Theme,
  parts: FigurePart,
): FigurePart[] {
  const last = Math.max(...runs.flatMap(({ points }) => epochsOf(points)));
  const epochs = Array.from({ length: last }, (_, i) => ({
    epoch: i + 1,
    values: runs
      .flatMap(({ points }) => points.filter(({ epoch }) => epoch === i + 1).slice(0, 1))
      .map(value)
      .filter((number) => typeof number === "number"),
  })).filter(({ values }) => values.length);
  const x = epochs.map(({ epoch }) => epoch);
  const highest = epochs.map(({ values }) => Math.max(...values));
  const lowest = epochs.map(({ values }) => Math.min(...values));
  const means = epochs.map(({ values }) => mean(values));
  const color = seriesColor(theme, 0);
  const band = {
    type: "scatter",
    mode: "lines",
    name: "range of the runs",
    x: [...x, ...x.toReversed()],
    y: [...highest, ...lowest.toReversed()],
    fill: "toself",
    fillcolor: `${color}33`,
    line: { width: 0, color },
    hoverinfo: "skip",
    legendgroup: "range",
    ...parts,
  };
  const hovertext = epochs.map(
    ({ epoch, values: { length } }, i) =>
      `epoch ${epoch}: mean ${valueName} ${means[i].toFixed(2)} of ${length} run${length === 1 ? "" : "s"}<br>from ${lowest[i].toFixed(2)} to ${highest[i].toFixed(2)}`,
  );
  const { hovertemplate: _, ...meanLine } = line("mean of the runs", x, means, 0, theme, parts);
  return [band, { ...meanLine, hovertext, hoverinfo: "text", legendgroup: "mean" }];
}

function line(
  name: string,
  x: readonly number[],
  y: readonly (number | null | undefined)[],
  series: number,
  theme: Theme,
  parts: FigurePart,
): FigurePart {
  const color = seriesColor(theme, series);
  return {
    type: "scatter",
    mode: x.length > mostMarkers ? "lines" : "lines+markers",
    name: plain(name),
    x,
    y,
    line: { color, width: 2.2, dash: dashes[series % dashes.length] },
    marker: { color, size: 6 },
    hovertemplate: `epoch %{x}<br>${plain(name)} %{y:.2f}<extra></extra>`,
    ...parts,
  };
}

function keptTraces(run: CurveRun, measure: Measure, showlegend: boolean, theme: Theme): FigurePart[] {
  const keptEpoch = keptPoint(run);
  if (!keptEpoch?.dev) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      name: "kept epoch",
      legendgroup: "kept",
      showlegend,
      x: [keptEpoch.epoch],
      y: [keptEpoch.dev[measure]],
      ...scorePanel,
      marker: { symbol: "star", size: 15, color: theme.chosen, line: { color: theme.paper, width: 1 } },
      cliponaxis: false,
      hovertemplate: `${plain(run.name)}<br>kept: epoch %{x}, ${measureNames[measure]} %{y:.2f} %<extra></extra>`,
    },
  ];
}

const mostTicks = 12;
/** More notes would hide the curves. */
const mostNotes = 4;

/**
 * Axes, titles, notes and height of the figure.
 * @param names entries of the legend
 */
function curvesLayout(
  { runs }: PackedCurves,
  state: State,
  names: readonly string[],
  theme: Theme,
  width: number,
): { readonly height: number; readonly parts: FigurePart } {
  const epochs = axis(theme, epochTicks(runs, state));
  const hasScores = runs.some(hasDev);
  const left = hasScores ? [0, 0.46] : [0, 1];
  const center = (left[0] + left[1]) / 2;
  const scores = runs.length > 1 ? measureNames[state.measure] : "scores";
  const sizes = { plot: state.rate ? 314 : 214, above: 36, below: 28 };
  const { height, parts } = withLegend(names, sizes, sides, width);
  const lossScale = state.log ? { type: "log" } : { rangemode: "tozero" };
  const lossAxis = { domain: [state.rate ? 0.36 : 0, 1], exponentformat: "power", ...lossScale };
  const rateAxis = { domain: [0, 0.24], anchor: "x3", rangemode: "tozero", nticks: 4 };
  const rateParts = {
    xaxis3: { ...epochs, domain: left, anchor: "y3" },
    yaxis3: axis(theme, { ...rateAxis, exponentformat: "power" }),
  };
  const scoreParts = {
    xaxis2: { ...epochs, domain: [0.54, 1], anchor: "y2" },
    yaxis2: axis(theme, { anchor: "x2", rangemode: "tozero", ticksuffix: " %" }),
  };
  return {
    height,
    parts: {
      ...parts,
      xaxis: { ...epochs, domain: left, anchor: "y", showticklabels: !state.rate },
      yaxis: axis(theme, lossAxis),
      ...(state.rate ? rateParts : {}),
      ...(hasScores ? scoreParts : {}),
      annotations: [
        panelTitle(lossTitle(runs, state), center),
        ...(state.rate ? [panelTitle("learning rate", center, 0.24)] : []),
        ...(hasScores ? [panelTitle(`${scores} on dev per epoch`, 0.77)] : []),
        ...divergenceNotes(runs, left[1], theme),
      ],
    },
  };
}

function lossTitle(runs: readonly CurveRun[], { loss, log }: State): string {
  const scale = log ? ", logarithmic" : "";
  if (loss === "epochs") return `training loss per epoch${scale}`;
  const block = Math.max(...runs.map(({ steps }) => steps?.block ?? 1));
  return `training loss, ${block === 1 ? "each step" : `mean of ${block} steps`}, by epoch${scale}`;
}

/** Explains why a curve ends or is missing. */
function divergenceNotes(runs: readonly CurveRun[], x: number, theme: Theme): FigurePart[] {
  const notes = runs.flatMap((run) => {
    const epoch = divergedAt(run);
    return epoch === undefined ? [] : [`${plain(run.name)}: the loss is not finite in epoch ${epoch}`];
  });
  if (!notes.length) return [];
  const omitted = notes.length - mostNotes;
  const lines = [...notes.slice(0, mostNotes), ...(omitted > 0 ? [`and in ${omitted} other runs`] : [])];
  const position = { x, y: 1, xref: "paper", yref: "paper", xanchor: "right", yanchor: "top" };
  const font = { size: 11, color: theme.wrong };
  return [{ text: lines.join("<br>"), ...position, align: "right", showarrow: false, font }];
}

function epochTicks(runs: readonly CurveRun[], state: State): FigurePart {
  const steps = runs.flatMap((run) => run.steps?.at ?? []);
  const epochs = [...runs.flatMap(({ points }) => epochsOf(points)), ...steps.map(Math.ceil)];
  const last = Math.max(1, ...epochs);
  const first = state.loss === "steps" || state.rate ? 0.5 : Math.min(...epochs);
  return {
    tick0: 0,
    dtick: wholeStep(last, mostTicks),
    range: [first - 0.5, last + Math.max(0.5, 0.02 * last)],
    showgrid: false,
  };
}
