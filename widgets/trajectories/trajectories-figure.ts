import { entityText, type SentenceEntity, verdictMark, verdictText } from "../sentence/sentence-entities";
import {
  axis,
  diagonal,
  type Figure,
  type FigurePart,
  figureWidth,
  layout,
  panelTitle,
  plain,
} from "../shared/figure";
import { shorten, spanText } from "../shared/text";
import type { Theme } from "../shared/theme";
import { classTraces } from "./class-bars";
import {
  lastStage,
  locationAt,
  momentText,
  shownTrajectories,
  type TrajectoriesData,
  type TrajectoriesState,
  type Trajectory,
} from "./trajectory-data";
import { planeTraces } from "./trajectory-plane";

const height = 590;
const margin = { l: 118, r: 14, t: 64, b: 132 };
const plotWidth = figureWidth - margin.l - margin.r;
/** The plane is square. */
const plane: readonly [number, number] = [0, (height - margin.t - margin.b) / plotWidth];
const bars: readonly [number, number] = [plane[1] + 0.13, 1];

/** The start–end plane, and the class probabilities of the selected entity's proposal. */
export function trajectoriesFigure(data: TrajectoriesData, state: TrajectoriesState, theme: Theme): Figure {
  const selected = shownTrajectories(data, state).find(({ entity }) => entity.id === state.selected);
  const path = selected?.path;
  const stages = [...data.stages, lastStage];
  const range = planeRange(data, state.near ? selected : undefined);
  const tokens = tokenAxis(data.tokens, range, theme);
  return {
    data: [
      ...planeTraces(data, state, theme),
      ...(path ? classTraces(data, path, { xaxis: "x2", yaxis: "y2" }, theme) : []),
    ],
    layout: layout(theme, height, {
      margin,
      hovermode: "closest",
      barmode: "stack",
      bargap: 0.35,
      showlegend: true,
      legend: legendLayout(theme),
      shapes: [diagonal(theme, data.tokens.length, "x", "y"), ...(path ? [momentFrame(state, theme)] : [])],
      annotations: [
        panelTitle(`start–end plane: ${momentText(data, state.moment)}`, plane[1] / 2),
        { ...panelTitle(barsTitle(selected, data), bars[0] - 0.08), xanchor: "left", align: "left" },
        { ...panelTitle("end ↑", -0.01), xanchor: "right" },
        { ...panelTitle("start →", plane[1] - 0.01, 0.01), xanchor: "right" }, // no span lies below the diagonal
      ],
      xaxis: { ...tokens, domain: plane, anchor: "y", tickangle: -40 },
      yaxis: { ...tokens, domain: [0, 1], anchor: "x" },
      xaxis2: axis(theme, {
        domain: bars,
        anchor: "y2",
        range: [-0.015, 1.015],
        tickvals: [0, 0.25, 0.5, 0.75, 1],
        visible: path !== undefined,
        title: { text: "class probability" },
      }),
      yaxis2: axis(theme, {
        domain: [0, 1],
        anchor: "x2",
        range: [stages.length - 0.5, -0.5],
        tickvals: stages.map((_, stage) => stage),
        ticktext: stages.map((name) => `${name} `),
        visible: path !== undefined,
        showgrid: false,
      }),
    }),
  };
}

/** The legend only explains; clicks on it do nothing. */
function legendLayout(theme: Theme): FigurePart {
  const position = { orientation: "h", x: -0.1, y: -0.22, yanchor: "top" };
  const behavior = { itemclick: false, itemdoubleclick: false, traceorder: "normal" };
  return { ...position, ...behavior, font: { size: 12, color: theme.ink } };
}

/** A frame around the bar of the current moment. */
function momentFrame({ moment }: TrajectoriesState, theme: Theme): FigurePart {
  const box = { xref: "x2", yref: "y2", x0: -0.01, x1: 1.01, y0: moment - 0.41, y1: moment + 0.41 };
  return { type: "rect", ...box, line: { color: theme.ink, width: 2 } };
}

/** The selected entity, its verdict and its proposal on three lines. */
function barsTitle(selected: Trajectory | undefined, { tokens }: TrajectoriesData): string {
  if (!selected) return "select an entity to see<br>the classes of its proposal";
  const { entity } = selected;
  const name = `${verdictMark(entity.verdict)} ${entityText(entity)} ${spanText(tokens, entity)}`.trimStart();
  return [name, ...(entity.verdict ? [verdictText(entity)] : []), proposalText(selected)]
    .map((text) => plain(shorten(text, 52)))
    .join("<br>");
}

function proposalText({ entity, path }: Trajectory): string {
  if (!path) return "every proposal gives it probability 0";
  const { probability, proposal } = path;
  const prefix = entity.side === "gold" ? "likeliest proposal" : "proposal";
  const value = probability >= 0.001 ? probability.toFixed(3) : probability.toExponential(1);
  return `${prefix} ${proposal}, probability ${value}`;
}

type Range = readonly [number, number];

/** The range of both axes at every moment: all entities and predicted paths, or the span and path near one entity. */
function planeRange(data: TrajectoriesData, near: Trajectory | undefined): Range {
  const { tokens, entities, paths, stages } = data;
  const ends = ({ start, end }: SentenceEntity): number[] => [start, end - 1];
  if (near) {
    const values = [...stages.flatMap((_, stage) => locationAt(near, stage)), ...ends(near.entity)];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const half = Math.max(3.5, (high - low) / 2 + 1.5);
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  }
  const predicted = entities.filter(({ side }) => side === "predicted");
  const locations = predicted.flatMap(({ id }) => paths[id]?.locations ?? []);
  const values = [...entities.flatMap(ends), ...locations.flat()];
  return values.length ? [Math.min(...values) - 1, Math.max(...values) + 1] : [-1, tokens.length];
}

/** An axis over more positions has no room for words. */
const mostWords = 22;

/** An axis of token positions, with the words if there is room for them. */
function tokenAxis(tokens: readonly string[], range: Range, theme: Theme): FigurePart {
  const positions = range[1] - range[0] - 1;
  if (positions > mostWords)
    return axis(theme, { range, tickformat: "d", tick0: 0, dtick: Math.ceil(positions / 12) });
  const tickvals = tokens.map((_, token) => token).filter((token) => token >= range[0] && token <= range[1]);
  const ticktext = tickvals.map((token) => `${plain(shorten(tokens[token], 12))} ${token}`);
  return axis(theme, { range, tickvals, ticktext, tickfont: { size: 11 } });
}
