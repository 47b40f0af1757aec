import { type Figure, type FigurePart, layout, plain } from "../shared/figure";
import { diagonal, planeAxes, spanMarkers, words } from "../shared/span-plane";
import { light, type Theme } from "../shared/theme";
import { type Path, span, type Trajectories } from "./paths";

const names = { x: "x", y: "y" };
const size = 620;
const side = 90;

/**
 * The start–end plane with the way of each predicted entity's proposal: an open circle where the first of the shown
 * states puts it, a dot for each state after that, and a larger mark at the predicted span.
 */
export function buildTrajectories(data: Trajectories, theme: Theme = light): Figure {
  const { tokens, gold, missed } = data;
  const axes = planeAxes(theme, range(data), names, { x: [0, 1], y: [0, 1] });
  return {
    data: [
      spanMarkers("gold", gold, tokens, {
        marker: { symbol: "square-open", size: 17, color: theme.gold, line: { width: 1.5 } },
      }),
      spanMarkers("missed", missed, tokens, {
        marker: { symbol: "square-open", size: 25, color: theme.wrong, line: { width: 1.5 } },
      }),
      ...way(data, true, theme),
      ...way(data, false, theme),
    ].filter(({ x }) => (x as unknown[]).length > 0),
    layout: layout(theme, size - side, {
      width: size + side,
      margin: { l: 60, r: 200, t: 20, b: 50 },
      hovermode: "closest",
      legend: { x: 1.03, y: 1, font: { size: 12 } },
      showlegend: true,
      shapes: [diagonal(theme, tokens.length, names)],
      xaxis: { ...axes.x, title: { text: "start" } },
      yaxis: { ...axes.y, title: { text: "end" } },
    }),
  };
}

/** All right, or all wrong, predictions: one trace, broken between the paths. */
function way(data: Trajectories, right: boolean, theme: Theme): FigurePart[] {
  const chosen = data.paths.filter((path) => path.right === right);
  const points = chosen.flatMap((path) => [...steps(path, data), gap]);
  const color = right ? theme.right : theme.wrong;
  return [
    {
      type: "scatter",
      mode: "lines+markers",
      name: right ? "✓ predicted, right" : "✗ predicted, wrong",
      x: points.map(({ x }) => x),
      y: points.map(({ y }) => y),
      text: points.map(({ text }) => text),
      line: { color, width: 1.8 },
      marker: {
        color,
        size: points.map(({ size }) => size),
        symbol: points.map(({ symbol }) => symbol),
        opacity: 1,
        line: { color, width: 1.5 },
      },
      hovertemplate: "%{text}<extra></extra>",
    },
  ];
}

interface Step {
  readonly x: number | null;
  readonly y: number | null;
  readonly text: string;
  readonly size: number;
  readonly symbol: string;
}

const gap: Step = { x: null, y: null, text: "", size: 0, symbol: "circle" };

function steps(path: Path, { tokens, stages }: Trajectories): Step[] {
  const what = `${plain(span(path))} ${plain(words(tokens, path))}`;
  const states = path.locations.map(([x, y], place) => ({
    x,
    y,
    text: `${what}<br>${stages[place]} (${x.toFixed(2)}, ${y.toFixed(2)})`,
    size: place ? 4 : 8,
    symbol: place ? "circle" : "circle-open",
  }));
  const verdict = path.right ? "right" : "wrong";
  const end = {
    x: path.start,
    y: path.end - 1,
    text: `${what}<br>predicted, ${verdict}, probability ${path.probability.toFixed(3)}`,
    size: 10,
    symbol: path.right ? "circle" : "x",
  };
  return [...states, end];
}

/** All that there is to see, with some room, and as wide as high. */
function range({ tokens, gold, paths }: Trajectories): [number, number] {
  const ends = [...gold, ...paths].flatMap(({ start, end }) => [start, end - 1]);
  const all = [...ends, ...paths.flatMap(({ locations }) => locations.flat())];
  if (!all.length) return [-1, tokens.length];
  return [Math.min(...all) - 1, Math.max(...all) + 1];
}
