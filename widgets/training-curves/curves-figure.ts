import { type Figure, type FigurePart, layout, plain } from "../shared/figure";
import { type Measure, mean, measureNames, measures } from "../shared/scores";
import { seriesColor, type Theme } from "../shared/theme";
import {
  type CurvePoint,
  type CurveRun,
  epochsOf,
  hasDev,
  keptPoint,
  type PackedCurves,
  type State,
} from "./curves-data";
import { curvesLayout } from "./curves-layout";

/** A curve with more points has no markers, which would overlap. */
const mostMarkers = 40;
const dashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
const scorePanel = { xaxis: "x2", yaxis: "y2" };
const ratePanel = { xaxis: "x3", yaxis: "y3" };

type Value = (point: CurvePoint) => number | null | undefined;

/** The loss, the learning rate below it if shown, and the dev scores with the kept epochs marked. */
export function curvesFigure(data: PackedCurves, state: State, theme: Theme): Figure {
  const scored = data.runs.some(hasDev);
  const traces = [
    ...lossTraces(data, state, !scored && data.runs.length > 1, theme),
    ...(state.rate ? rateTraces(data, theme) : []),
    ...(scored ? scoreTraces(data, state, theme) : []),
  ];
  const names = traces.filter(({ showlegend }) => showlegend !== false).map(({ name }) => String(name));
  const { height, parts } = curvesLayout(data, state, names, theme);
  return { data: traces, layout: layout(theme, height, parts) };
}

/** @param showlegend false if the scores have the legend */
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
  const kept = runs.flatMap((run, i) => keptTraces(run, measure, i === 0, theme));
  if (single) return [...measures.map((one) => measureTrace(runs[0], one, theme)), ...kept];
  const value: Value = ({ dev }) => dev?.[measure];
  if (state.runs === "mean")
    return [...meanTraces(runs, value, measureNames[measure], theme, scorePanel), ...kept];
  const lines = runs.map(({ name, points }, i) => {
    const scored = points.filter(({ dev }) => dev);
    const parts = { ...scorePanel, legendgroup: `run ${i}` };
    return line(name, epochsOf(scored), scored.map(value), i, theme, parts);
  });
  return [...lines, ...kept];
}

const measureStyles: Readonly<Record<Measure, { series: number; width: number; dash: string }>> = {
  precision: { series: 4, width: 1.5, dash: "dot" },
  recall: { series: 3, width: 1.5, dash: "dash" },
  f1: { series: 0, width: 2.5, dash: "solid" },
};

function measureTrace({ points }: CurveRun, measure: Measure, theme: Theme): FigurePart {
  const scored = points.filter(({ dev }) => dev);
  const values = scored.map(({ dev }) => dev?.[measure]);
  const { series, ...style } = measureStyles[measure];
  return line(measureNames[measure], epochsOf(scored), values, series, theme, {
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
  const kept = keptPoint(run);
  if (!kept?.dev) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      name: "kept epoch",
      legendgroup: "kept",
      showlegend,
      x: [kept.epoch],
      y: [kept.dev[measure]],
      ...scorePanel,
      marker: { symbol: "star", size: 15, color: theme.chosen, line: { color: theme.paper, width: 1 } },
      cliponaxis: false,
      hovertemplate: `${plain(run.name)}<br>kept: epoch %{x}, ${measureNames[measure]} %{y:.2f} %<extra></extra>`,
    },
  ];
}
