import { entityText, type SentenceEntity, verdictMark, verdictText } from "../sentence/sentence-entities";
import { typeColors } from "../sentence/sentence-scene";
import { axis, diagonal, type Figure, type FigurePart, layout, panelTitle, plain } from "../shared/figure";
import { shorten, spanText } from "../shared/text";
import { wrapToWidth } from "../shared/text-flow";
import type { Theme } from "../shared/theme";
import { probabilityTexts } from "./trajectories-text";
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

/** Pixels of the margins of the plane, and of the bars of the class probabilities. */
const planeMargin = { left: 110, right: 14, top: 30, bottom: 74 };
const barsMargin = { left: 78, right: 14, bottom: 46 };
const planeSide = 400;
const barHeight = 30;
/** On a narrower page, the bars are below the plane. */
const narrowPage = 780;
const legendHeight = { wide: 52, narrow: 116 };

/** A rectangle in the figure, in CSS pixels from its upper left corner. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The start–end plane, and the class probabilities of the selected entity's proposal. */
export function trajectoriesFigure(
  data: TrajectoriesData,
  state: TrajectoriesState,
  theme: Theme,
  width: number,
): Figure {
  const isNarrow = width < narrowPage;
  const { left, right, top, bottom } = planeMargin;
  const side = Math.min(planeSide, width - left - right);
  const planeBox = { left, top, width: side, height: side };
  const below = top + side + bottom;
  const selected = selectedTrajectory(data, state);
  const barsLeft = isNarrow ? 0 : left + side;
  const title = titleLines(selected, data, width - barsLeft);
  const panel = barsBoxAt(data, { left: barsLeft, top: isNarrow ? below : 0, width }, title);
  const barsBox = isNarrow ? panel : { ...panel, height: below - bottom - panel.top };
  const legendTop = isNarrow ? barsBox.top + barsBox.height + barsMargin.bottom : below;
  const height = legendTop + (isNarrow ? legendHeight.narrow : legendHeight.wide);
  const frame = { width, height };
  const range = planeRange(data, state.near ? selected : undefined);
  const tokens = tokenAxis(data.tokens, range, theme);
  const [x, y] = domainsOf(planeBox, frame);
  const bars = classPanel(data, state, { box: barsBox, frame, title }, { x: "x2", y: "y2" }, theme);
  return {
    data: [...planeTraces(data, state, theme), ...bars.data],
    layout: layout(theme, [width, height], {
      margin: noMargin,
      hovermode: "closest",
      barmode: "stack",
      bargap: 0.35,
      showlegend: true,
      legend: legendLayout(theme, 1 - legendTop / height),
      shapes: [diagonal(theme, data.tokens.length, "x", "y"), ...bars.shapes],
      annotations: [
        panelTitle(`start–end plane: ${momentText(data, state.moment)}`, (x[0] + x[1]) / 2, y[1]),
        ...bars.annotations,
        { ...panelTitle("end ↑", x[0] - 4 / width, y[1]), xanchor: "right" },
        { ...panelTitle("start →", x[1] - 4 / width, y[0] + 4 / height), xanchor: "right" }, // no span lies below the diagonal
      ],
      xaxis: { ...tokens, domain: x, anchor: "y", tickangle: -40 },
      yaxis: { ...tokens, domain: y, anchor: "x" },
      ...bars.axes,
    }),
  };
}

/** The class probabilities of the selected entity's proposal. */
export function classesFigure(
  data: TrajectoriesData,
  state: TrajectoriesState,
  theme: Theme,
  width: number,
): Figure {
  const title = titleLines(selectedTrajectory(data, state), data, width);
  const box = barsBoxAt(data, { left: 0, top: 0, width }, title);
  const frame = { width, height: box.top + box.height + barsMargin.bottom };
  const {
    data: traces,
    shapes,
    annotations,
    axes,
  } = classPanel(data, state, { box, frame, title }, { x: "x", y: "y" }, theme);
  const shared = {
    margin: noMargin,
    hovermode: "closest",
    barmode: "stack",
    bargap: 0.35,
    showlegend: false,
  };
  return {
    data: traces,
    layout: layout(theme, [width, frame.height], { ...shared, shapes, annotations, ...axes }),
  };
}

const noMargin = { l: 0, r: 0, t: 0, b: 0 };

/** The box of the bars below their title. @param outer the left and upper edge, and the right one */
function barsBoxAt(
  { stages }: TrajectoriesData,
  { left, top, width }: Omit<Box, "height">,
  title: readonly string[],
): Box {
  return {
    left: left + barsMargin.left,
    top: top + title.length * titleLine + 18,
    width: width - left - barsMargin.left - barsMargin.right,
    height: (stages.length + 1) * barHeight,
  };
}

type Frame = Pick<Box, "width" | "height">;

/** A box in fractions of the figure, from left to right and from bottom to top. */
function domainsOf(
  { left, top, width, height }: Box,
  frame: Frame,
): readonly [readonly [number, number], readonly [number, number]] {
  return [
    [left / frame.width, (left + width) / frame.width],
    [1 - (top + height) / frame.height, 1 - top / frame.height],
  ];
}

function selectedTrajectory(data: TrajectoriesData, state: TrajectoriesState): Trajectory | undefined {
  return shownTrajectories(data, state).find(({ entity }) => entity.id === state.selected);
}

interface ClassPanel {
  readonly data: FigurePart[];
  readonly shapes: FigurePart[];
  readonly annotations: FigurePart[];
  readonly axes: FigurePart;
}

/** The class probabilities of the selected proposal in a box. @param names of the axes */
function classPanel(
  data: TrajectoriesData,
  state: TrajectoriesState,
  { box, frame, title }: { readonly box: Box; readonly frame: Frame; readonly title: readonly string[] },
  names: { readonly x: string; readonly y: string },
  theme: Theme,
): ClassPanel {
  const selected = selectedTrajectory(data, state);
  const path = selected?.path;
  const stages = [...data.stages, lastStage];
  const [x, y] = domainsOf(box, frame);
  const keyOf = (name: string): string => `${name[0]}axis${name.slice(1)}`;
  const heading = panelTitle(title.join("<br>"), (box.left - barsMargin.left + 8) / frame.width, y[1]);
  const axisTitle = {
    ...panelTitle("class probability", (x[0] + x[1]) / 2, y[0]),
    font: { size: 12 },
    yanchor: "top",
    yshift: -20, // below the numbers
  };
  return {
    data: path ? classTraces(data, path, { xaxis: names.x, yaxis: names.y }, box.width, theme) : [],
    shapes: path ? [momentFrame(state, names, theme)] : [],
    annotations: [{ ...heading, xanchor: "left", align: "left", yshift: 4 }, ...(path ? [axisTitle] : [])],
    axes: {
      [keyOf(names.x)]: axis(theme, {
        domain: x,
        anchor: names.y,
        range: [-0.015, 1.015],
        tickvals: [0, 0.25, 0.5, 0.75, 1],
        visible: path !== undefined,
      }),
      [keyOf(names.y)]: axis(theme, {
        domain: y,
        anchor: names.x,
        range: [stages.length - 0.5, -0.5],
        tickvals: stages.map((_, stage) => stage),
        ticktext: stages.map((name) => `${name} `),
        visible: path !== undefined,
        showgrid: false,
      }),
    },
  };
}

/** The legend only explains; clicks on it do nothing. @param y of its upper edge, as a fraction of the figure */
function legendLayout(theme: Theme, y: number): FigurePart {
  const position = { orientation: "h", x: 0.01, y, yanchor: "top" };
  const behavior = { itemclick: false, itemdoubleclick: false, traceorder: "normal" };
  return { ...position, ...behavior, font: { size: 12, color: theme.ink } };
}

function momentFrame(
  { moment }: TrajectoriesState,
  { x, y }: { readonly x: string; readonly y: string },
  theme: Theme,
): FigurePart {
  const box = { xref: x, yref: y, x0: -0.01, x1: 1.01, y0: moment - 0.41, y1: moment + 0.41 };
  return { type: "rect", ...box, line: { color: theme.ink, width: 2 } };
}

/** Pixels of a line of the title. */
const titleLine = 17;

/** The selected entity, its verdict, and where the probability of its proposal comes from, in lines that fit. */
function titleLines(selected: Trajectory | undefined, data: TrajectoriesData, width: number): string[] {
  const wrapped = (text: string): string[] => wrapToWidth(text, width - 16, 13).map(plain);
  if (!selected) return wrapped("select an entity to see the classes of its proposal");
  const { entity } = selected;
  const words = shorten(spanText(data.tokens, entity), longestName);
  const name = `${verdictMark(entity.verdict)} ${entityText(entity)} ${words}`.trimStart();
  const verdict = entity.verdict ? [verdictText(entity)] : [];
  return [name, ...verdict, ...probabilityTexts(selected, data)].flatMap(wrapped);
}

const longestName = 60;

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
/** Width of a letter of a label. */
const letterPixels = 8;

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
  width: number,
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
  return [
    ...bars,
    { ...segmentLabels(classes, letterPixels / width), ...axes, textfont: { size: 11, color: theme.ink } },
  ];
}

function segmentLabels(classes: readonly Class[], letterWidth: number): FigurePart {
  const labels = classes
    .flatMap(({ name, probabilities }, i) =>
      probabilities.map((probability, stage) => {
        const left = classes.slice(0, i).reduce((sum, one) => sum + one.probabilities[stage], 0);
        return { x: left + probability / 2, y: stage, text: segmentText(name, probability, letterWidth) };
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

function segmentText(name: string, probability: number, letterWidth: number): string {
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
  const otherClasses = classes.map((row) => small.reduce((sum, type) => sum + row[type], 0));
  return [
    ...indices.filter(isLarge).map((type) => ({
      name: types[type],
      probabilities: probabilitiesOf(type),
      color: color(types[type]),
      pattern: "",
    })),
    ...(small.length
      ? [{ name: "other types", probabilities: otherClasses, color: theme.faint, pattern: "." }]
      : []),
    { name: "None", probabilities: probabilitiesOf(types.length), color: theme.faint, pattern: "/" },
  ];
}
