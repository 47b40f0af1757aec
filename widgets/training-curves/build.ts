import { type Figure, type FigurePart, layout, plain } from "../shared/figure";
import { seriesColor, type Theme } from "../shared/theme";
import { axes } from "./axes";
import { type CurvePoint, type CurveRun, epochs, keptPoint, mean, type PackedCurves } from "./data";
import { type Measure, type State, titles } from "./state";

/** More than these run into one thick line. */
const mostMarkers = 40;
const dashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
const second = { xaxis: "x2", yaxis: "y2" };
const third = { xaxis: "x3", yaxis: "y3" };

/** Loss, on demand the learning rate under it, and the scores on dev with the kept epochs marked. */
export function buildCurves(data: PackedCurves, state: State, theme: Theme): Figure {
  const scored = data.runs.some(({ points }) => points.some(({ dev }) => dev));
  const traces = [
    ...lossTraces(data, state, !scored && data.runs.length > 1, theme),
    ...(state.rate ? rateTraces(data, theme) : []),
    ...(scored ? scoreTraces(data, state, theme) : []),
  ];
  const named = traces.filter(({ showlegend }) => showlegend !== false).map(({ name }) => String(name));
  const { height, parts } = axes(data, state, scored, named, theme);
  return { data: traces, layout: layout(theme, height, parts) };
}

/** @param showlegend whether they are what the legend explains; else the scores are */
function lossTraces({ runs }: PackedCurves, state: State, showlegend: boolean, theme: Theme): FigurePart[] {
  if (state.loss === "steps") {
    return runs.flatMap(({ name, steps }, place) =>
      steps
        ? [
            line(name, steps.at, steps.loss, place, theme, {
              mode: "lines",
              showlegend,
              legendgroup: `run ${place}`,
            }),
          ]
        : [],
    );
  }
  if (state.runs === "mean" && runs.length > 1) {
    return meanTraces(runs, ({ loss }) => loss, "loss", theme, { showlegend });
  }
  return runs.map(({ name, points }, place) =>
    line(
      name,
      epochs(points),
      points.map(({ loss }) => loss),
      place,
      theme,
      { showlegend, legendgroup: `run ${place}` },
    ),
  );
}

function rateTraces({ runs }: PackedCurves, theme: Theme): FigurePart[] {
  return runs.flatMap(({ name, steps }, place) =>
    steps
      ? [
          line(name, steps.at, steps.rate, place, theme, {
            ...third,
            mode: "lines",
            showlegend: false,
            legendgroup: `run ${place}`,
            hovertemplate: "epoch %{x:.2f}<br>learning rate %{y:.3g}<extra></extra>",
          }),
        ]
      : [],
  );
}

function scoreTraces({ runs }: PackedCurves, state: State, theme: Theme): FigurePart[] {
  const { measure } = state;
  const kept = runs.map((run, place) => keptTrace(run, runs.length > 1 ? measure : "f1", place === 0, theme));
  if (runs.length === 1) {
    const [{ points }] = runs;
    const scored = points.filter(({ dev }) => dev);
    const lines = (["precision", "recall", "f1"] as const).map((one, place) =>
      line(
        titles[one],
        epochs(scored),
        scored.map(({ dev }) => dev?.[one]),
        [4, 3, 0][place],
        theme,
        {
          ...second,
          legendgroup: one,
          line: {
            color: seriesColor(theme, [4, 3, 0][place]),
            width: one === "f1" ? 2.5 : 1.5,
            dash: ["dot", "dash", "solid"][place],
          },
        },
      ),
    );
    return [...lines, ...kept.flat()];
  }
  const value = ({ dev }: CurvePoint): number | undefined => dev?.[measure];
  const lines =
    state.runs === "mean"
      ? meanTraces(runs, value, titles[measure], theme, second)
      : runs.map(({ name, points }, place) => {
          const scored = points.filter(({ dev }) => dev);
          return line(name, epochs(scored), scored.map(value), place, theme, {
            ...second,
            legendgroup: `run ${place}`,
          });
        });
  return [...lines, ...kept.flat()];
}

/** Mean of the runs that came to an epoch, and the range from the lowest to the highest. */
function meanTraces(
  runs: readonly CurveRun[],
  value: (point: CurvePoint) => number | null | undefined,
  what: string,
  theme: Theme,
  parts: FigurePart,
): FigurePart[] {
  const last = Math.max(...runs.flatMap(({ points }) => epochs(points)));
  const known = Array.from({ length: last }, (_, at) => ({
    epoch: at + 1,
    values: runs.flatMap(({ points }) => {
      const point = points.find(({ epoch }) => epoch === at + 1);
      const found = point && value(point);
      return typeof found === "number" ? [found] : [];
    }),
  })).filter(({ values }) => values.length);
  const x = known.map(({ epoch }) => epoch);
  const highest = known.map(({ values }) => Math.max(...values));
  const lowest = known.map(({ values }) => Math.min(...values));
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
  const hovertext = known.map(
    ({ epoch, values }, at) =>
      `epoch ${epoch}: mean ${what} ${mean(values).toFixed(2)} of ${values.length} run${values.length === 1 ? "" : "s"}<br>from ${lowest[at].toFixed(2)} to ${highest[at].toFixed(2)}`,
  );
  const y = known.map(({ values }) => mean(values));
  return [
    band,
    line("mean of the runs", x, y, 0, theme, {
      hovertext,
      hoverinfo: "text",
      hovertemplate: undefined,
      legendgroup: "mean",
      ...parts,
    }),
  ].map(defined);
}

function line(
  name: string,
  x: readonly number[],
  y: readonly (number | null | undefined)[],
  place: number,
  theme: Theme,
  parts: FigurePart,
): FigurePart {
  const color = seriesColor(theme, place);
  return {
    type: "scatter",
    mode: x.length > mostMarkers ? "lines" : "lines+markers",
    name: plain(name),
    x,
    y,
    line: { color, width: 2.2, dash: dashes[place % dashes.length] },
    marker: { color, size: 6 },
    hovertemplate: `epoch %{x}<br>${plain(name)} %{y:.2f}<extra></extra>`,
    ...parts,
  };
}

function keptTrace(run: CurveRun, measure: Measure, first: boolean, theme: Theme): FigurePart[] {
  const kept = keptPoint(run);
  if (!kept?.dev) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      name: "kept epoch",
      legendgroup: "kept",
      showlegend: first,
      x: [kept.epoch],
      y: [kept.dev[measure]],
      ...second,
      marker: { symbol: "star", size: 15, color: theme.chosen, line: { color: theme.paper, width: 1 } },
      cliponaxis: false,
      hovertemplate: `${plain(run.name)}<br>kept: epoch %{x}, ${titles[measure]} %{y:.2f} %<extra></extra>`,
    },
  ];
}

function defined(part: FigurePart): FigurePart {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}
