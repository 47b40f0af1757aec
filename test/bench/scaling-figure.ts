import { axis, type Figure, figureWidth, layout, panelTitle } from "../../widgets/shared/figure";
import { light, seriesColor } from "../../widgets/shared/theme";
import type { ScalingPoint } from "./result";
import { type Axis, growthOf } from "./scaling";

const panels: readonly {
  readonly of: Axis;
  readonly word: string;
  readonly title: string;
  readonly domain: readonly [number, number];
}[] = [
  { of: "length", word: "length", title: "sentence length (one sentence)", domain: [0, 0.45] },
  { of: "hidden", word: "width", title: "width of the model (a batch)", domain: [0.55, 1] },
];

const measures = ["training", "inference"] as const;

/** Plots time against size on logarithmic axes, where a power law is a straight line. Error bars are the intervals. */
export function scalingFigure(points: readonly ScalingPoint[], caption: string): Figure {
  const engines = [...new Set(points.map(({ engine }) => engine))];
  const data = panels.flatMap(({ of }, panel) =>
    engines.flatMap((engine, number) =>
      measures.map((what) => {
        const series = points
          .filter((point) => point.axis === of && point.engine === engine && point[what])
          .sort((a, b) => a.size - b.size);
        const milliseconds = (pick: "median" | "low" | "high") =>
          series.map((point) => 1000 * (point[what]?.[pick] ?? Number.NaN));
        const [y, low, high] = [milliseconds("median"), milliseconds("low"), milliseconds("high")];
        const color = seriesColor(light, number);
        return {
          type: "scatter",
          mode: "lines+markers",
          x: series.map(({ size }) => size),
          y,
          error_y: {
            type: "data",
            symmetric: false,
            array: high.map((value, i) => value - y[i]),
            arrayminus: low.map((value, i) => y[i] - value),
            thickness: 1,
          },
          name: `${engine}, ${what === "training" ? "training step" : "inference"}${growth(points, engine, what)}`,
          legendgroup: `${engine} ${what}`,
          showlegend: panel === 0,
          line: { color, dash: what === "training" ? "solid" : "dot" },
          marker: { color, size: 6 },
          xaxis: panel === 0 ? "x" : "x2",
          yaxis: panel === 0 ? "y" : "y2",
        };
      }),
    ),
  );
  const sizes = (of: Axis) => [
    ...new Set(points.filter((point) => point.axis === of).map(({ size }) => size)),
  ];
  const scale = (panel: number) => ({
    type: "log",
    domain: panels[panel].domain,
    tickvals: sizes(panels[panel].of),
    title: { text: panels[panel].title },
  });
  return {
    data,
    layout: layout(light, [figureWidth, 480], {
      annotations: [panelTitle(caption, 0.5, 1.02)],
      xaxis: axis(light, scale(0)),
      xaxis2: axis(light, { ...scale(1), anchor: "y2" }),
      yaxis: axis(light, { type: "log", title: { text: "ms" }, exponentformat: "none" }),
      yaxis2: axis(light, { type: "log", anchor: "x2", exponentformat: "none" }),
      legend: { orientation: "h", y: -0.2, font: { size: 11 } },
    }),
  };
}

/** ": length^1.9, width^0.8", if they were measured. */
function growth(points: readonly ScalingPoint[], engine: string, what: (typeof measures)[number]): string {
  const powers = panels.flatMap(({ of, word }) => {
    const series = points.filter((point) => point.axis === of && point.engine === engine);
    const { atEnd } = growthOf(series, what);
    return Number.isFinite(atEnd) ? [`${word}<sup>${atEnd.toFixed(1)}</sup>`] : [];
  });
  return powers.length ? `: ${powers.join(", ")}` : "";
}
