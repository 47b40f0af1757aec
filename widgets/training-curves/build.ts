import { axis, type Figure, type FigurePart, layout, panelTitle, plain } from "../shared/figure";
import { seriesColor, type Theme } from "../shared/theme";
import { type CurvePoint, type CurveRun, keptPoint, mean, type PackedCurves } from "./data";

export type Measure = "f1" | "precision" | "recall";

export interface State {
  /** Loss of each epoch, or of the steps within. */
  readonly loss: "epochs" | "steps";
  readonly rate: boolean;
  /** Of several runs: each, or their mean with the range that they take. */
  readonly runs: "each" | "mean";
  /** Score that is shown of several runs; of one, all are. */
  readonly measure: Measure;
}

export const titles: Readonly<Record<Measure, string>> = {
  f1: "F1",
  precision: "precision",
  recall: "recall",
};

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
  return { data: traces, layout: layout(theme, state.rate ? 420 : 320, axes(data, state, scored, theme)) };
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
  value: (point: CurvePoint) => number | undefined,
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
      return found === undefined ? [] : [found];
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
  y: readonly (number | undefined)[],
  place: number,
  theme: Theme,
  parts: FigurePart,
): FigurePart {
  const color = seriesColor(theme, place);
  return {
    type: "scatter",
    mode: "lines+markers",
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
      hovertemplate: `${plain(run.name)}<br>kept: epoch %{x}, ${titles[measure]} %{y:.2f} %<extra></extra>`,
    },
  ];
}

function axes({ runs }: PackedCurves, state: State, scored: boolean, theme: Theme): FigurePart {
  const xs = axis(theme, epochTicks(runs, state));
  const left = scored ? [0, 0.46] : [0, 1];
  const middle = scored ? 0.23 : 0.5;
  const block = Math.max(...runs.map(({ steps }) => steps?.block ?? 1));
  const lossTitle =
    state.loss === "epochs"
      ? "training loss per epoch"
      : `training loss, ${block === 1 ? "each step" : `mean of ${block} steps`}, by epoch`;
  const measured = runs.length > 1 ? titles[state.measure] : "scores";
  const bottom = state.rate ? 0.36 : 0;
  return {
    xaxis: { ...xs, domain: left, anchor: "y", showticklabels: !state.rate },
    yaxis: axis(theme, { domain: [bottom, 1], rangemode: "tozero" }),
    ...(state.rate
      ? {
          xaxis3: { ...xs, domain: left, anchor: "y3" },
          yaxis3: axis(theme, {
            domain: [0, 0.24],
            anchor: "x3",
            rangemode: "tozero",
            exponentformat: "power",
            nticks: 4,
          }),
        }
      : {}),
    ...(scored
      ? {
          xaxis2: { ...xs, domain: [0.54, 1], anchor: "y2" },
          yaxis2: axis(theme, { anchor: "x2", rangemode: "tozero", ticksuffix: " %" }),
        }
      : {}),
    annotations: [
      panelTitle(lossTitle, middle),
      ...(state.rate ? [panelTitle("learning rate", middle, 0.24)] : []),
      ...(scored ? [panelTitle(`${measured} on dev per epoch`, 0.77)] : []),
    ],
    legend: { orientation: "h", x: 0.5, xanchor: "center", y: state.rate ? -0.09 : -0.13, yanchor: "top" },
    margin: { l: 60, r: 20, t: 36, b: 70 },
  };
}

/** Whole epochs only, twelve labels at most. */
function epochTicks(runs: readonly CurveRun[], state: State): FigurePart {
  const all = runs.flatMap(({ points, steps }) => [...epochs(points), ...(steps?.at ?? []).map(Math.ceil)]);
  const last = Math.max(1, ...all);
  const first = state.loss === "steps" || state.rate ? 0.5 : Math.min(...all);
  return {
    tick0: 0,
    dtick: Math.max(1, Math.ceil(last / 12)),
    range: [first - 0.5, last + 0.5],
    showgrid: false,
  };
}

function epochs(points: readonly CurvePoint[]): number[] {
  return points.map(({ epoch }) => epoch);
}

function defined(part: FigurePart): FigurePart {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}
