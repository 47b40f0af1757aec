import { entityText, type SentenceEntity, verdictMark, verdictText } from "../sentence/sentence-entities";
import { typeColors } from "../sentence/sentence-scene";
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
import {
  lastStage,
  locationAt,
  momentText,
  type Path,
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

/** Types that never reach this probability are combined. */
const leastProbability = 0.02;
/** Width of a letter as a share of the axis. */
const letterWidth = 0.026;

interface Class {
  readonly name: string;
  /** In each state, then in the prediction head. */
  readonly probabilities: readonly number[];
  readonly color: string;
  readonly pattern: string;
}

/** The class probabilities of a proposal, which sum to 1, as one bar per state, from the proposer down to the prediction head. */
function classTraces(
  data: TrajectoriesData,
  path: Path,
  axes: { readonly xaxis: string; readonly yaxis: string },
  theme: Theme,
): FigurePart[] {
  const stages = [...data.stages, lastStage];
  const classes = classesOf(data, path, theme);
  const bars = classes.map(({ name, probabilities, color, pattern }) => ({
    type: "bar",
    orientation: "h",
    ...axes,
    name: plain(name),
    showlegend: false,
    x: probabilities,
    y: stages.map((_, stage) => stage),
    hovertext: probabilities.map(
      (probability, stage) => `${stages[stage]}: p(${plain(name)}) = ${probability.toFixed(4)}`,
    ),
    hovertemplate: "%{hovertext}<extra></extra>",
    marker: {
      color: `${color}${pattern ? "22" : "88"}`,
      line: { color, width: 1 },
      pattern: { shape: pattern, fgcolor: `${color}77`, size: 6, solidity: 0.2 },
    },
  }));
  return [...bars, { ...segmentLabels(classes), ...axes, textfont: { size: 11, color: theme.ink } }];
}

function segmentLabels(classes: readonly Class[]): FigurePart {
  const labels = classes
    .flatMap(({ name, probabilities }, i) =>
      probabilities.map((probability, stage) => {
        const left = classes.slice(0, i).reduce((sum, one) => sum + one.probabilities[stage], 0);
        return { x: left + probability / 2, y: stage, text: segmentText(name, probability) };
      }),
    )
    .filter(({ text }) => text);
  return {
    type: "scatter",
    mode: "text",
    showlegend: false,
    hoverinfo: "skip",
    x: labels.map(({ x }) => x),
    y: labels.map(({ y }) => y),
    text: labels.map(({ text }) => text),
    textposition: "middle center",
  };
}

function segmentText(name: string, probability: number): string {
  const full = `${name} ${probability.toFixed(2)}`;
  if (full.length * letterWidth < probability) return plain(full);
  return name.length * letterWidth < probability ? plain(name) : "";
}

/** Types in the order of the model, the combined rest, and None. */
function classesOf({ types }: TrajectoriesData, { classes }: Path, theme: Theme): Class[] {
  const color = typeColors(types, theme);
  const probabilitiesOf = (type: number): number[] => classes.map((row) => row[type] ?? 0);
  const isLarge = (type: number): boolean => Math.max(...probabilitiesOf(type)) >= leastProbability;
  const indices = types.map((_, type) => type);
  const small = indices.filter((type) => !isLarge(type));
  const rest = classes.map((row) => small.reduce((sum, type) => sum + row[type], 0));
  return [
    ...indices.filter(isLarge).map((type) => ({
      name: types[type],
      probabilities: probabilitiesOf(type),
      color: color(types[type]),
      pattern: "",
    })),
    ...(small.length ? [{ name: "other types", probabilities: rest, color: theme.faint, pattern: "." }] : []),
    { name: "None", probabilities: probabilitiesOf(types.length), color: theme.faint, pattern: "/" },
  ];
}
