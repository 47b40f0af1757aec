import { entityText, type Verdict, verdictMark, verdicts, verdictText } from "../sentence/sentence-entities";
import { typeColors } from "../sentence/sentence-scene";
import { type FigurePart, type PlotPoint, plain, pointTrace } from "../shared/figure";
import { shorten, spanText } from "../shared/text";
import type { Theme } from "../shared/theme";
import { locationText } from "./trajectories-text";
import {
  isMissed,
  type Location,
  locationAt,
  momentText,
  shownTrajectories,
  type TrajectoriesData,
  type TrajectoriesState,
  type Trajectory,
} from "./trajectory-data";

const symbols: Readonly<Record<Verdict, string>> = {
  right: "circle",
  boundary: "diamond",
  type: "triangle-up",
  spurious: "x",
  missed: "square-open",
};

/** Symbol of the likeliest proposal of a missed entity. */
const likeliest = "hexagram";

interface Context {
  readonly data: TrajectoriesData;
  readonly state: TrajectoriesState;
  readonly theme: Theme;
  readonly colorOf: (trajectory: Trajectory) => string;
}

/**
 * The start–end plane at a moment: each proposal at its current location, its path so far as a line with a dot for each state, and
 * the rest of its path dotted. Gold spans are squares, larger if they were missed; the likeliest proposal of a missed entity is
 * shown if that entity is selected. Colors stand for types, symbols for verdicts. Points have the value `{ entity: id }`.
 */
export function planeTraces(data: TrajectoriesData, state: TrajectoriesState, theme: Theme): FigurePart[] {
  const { moment, selected } = state;
  const trajectories = shownTrajectories(data, state);
  const typeColor = typeColors(data.types, theme);
  const colorOf = ({ entity }: Trajectory): string => typeColor(entity.type);
  const context = { data, state, theme, colorOf };
  const isSelected = ({ entity }: Trajectory): boolean => entity.id === selected;
  const drawnPaths = trajectories.filter((one) => one.path && (!isMissed(one) || isSelected(one)));
  const colors = [...new Set(drawnPaths.map(colorOf))];
  const last = data.stages.length;
  const past = (one: Trajectory): Location[] => [...pastStops(one, moment), locationAt(one, moment)];
  const future = (one: Trajectory): Location[] => [
    locationAt(one, moment),
    ...stops(one, Math.floor(moment) + 1, last),
  ];
  const traces = [
    goldSquares(context),
    lineTrace(moment < last ? drawnPaths.map(future) : [], { color: theme.faint, width: 1.2, dash: "dot" }),
    ...colors.map((color) =>
      lineTrace(drawnPaths.filter((one) => colorOf(one) === color).map(past), { color, width: 1.8 }),
    ),
    ...drawnPaths.filter(isSelected).map((one) => lineTrace([past(one)], { color: colorOf(one), width: 5 })),
    pastStates(drawnPaths, context),
    currentProposals(drawnPaths, context),
  ];
  return [
    ...traces.filter(({ x }) => (x as unknown[]).length > 0),
    ...legendTraces(trajectories, drawnPaths, context),
  ];
}

/** The locations at the whole moments from the first to the last. */
function stops(trajectory: Trajectory, first: number, last: number): Location[] {
  const count = Math.max(0, last - first + 1);
  return Array.from({ length: count }, (_, i) => locationAt(trajectory, first + i));
}

function pastStops(trajectory: Trajectory, moment: number): Location[] {
  return stops(trajectory, 0, Math.ceil(moment) - 1);
}

/** Several lines as one trace, separated by null. */
function lineTrace(lines: readonly (readonly Location[])[], line: FigurePart): FigurePart {
  const coordinates = (side: 0 | 1): (number | null)[] =>
    lines.flatMap((points) => [...points.map((point) => point[side]), null]);
  const shared = { type: "scatter", mode: "lines", showlegend: false, hoverinfo: "skip" };
  return { ...shared, x: coordinates(0), y: coordinates(1), line };
}

function goldSquares({ data: { tokens, entities }, state, theme }: Context): FigurePart {
  const points = entities
    .filter(({ side }) => side === "gold")
    .map((entity): PlotPoint => {
      const missed = entity.verdict === "missed";
      const color = missed ? theme.wrong : theme.gold;
      const title = `gold ${entityText(entity)}, ${missed ? "missed" : "found"}`;
      return {
        x: entity.start,
        y: entity.end - 1,
        value: missed ? { entity: entity.id } : null,
        text: `${plain(title)}<br>${plain(shorten(spanText(tokens, entity), 60))}`,
        symbol: entity.id === state.selected ? "square-x-open" : "square-open",
        size: missed ? 25 : 18,
        color,
        edge: color,
        edgeWidth: 1.5,
      };
    });
  return { ...pointTrace(points), showlegend: false };
}

/** A dot for every state before the moment; the first is an open circle. */
function pastStates(trajectories: readonly Trajectory[], { data, state, colorOf }: Context): FigurePart {
  const points = trajectories.flatMap((trajectory) => {
    const color = colorOf(trajectory);
    return pastStops(trajectory, state.moment).map(
      ([x, y], stage): PlotPoint => ({
        x,
        y,
        value: { entity: trajectory.entity.id },
        text: pointText(trajectory, data, stage),
        symbol: stage ? "circle" : "circle-open",
        size: stage ? 6 : 9,
        color,
        edge: color,
        edgeWidth: 1.5,
      }),
    );
  });
  return { ...pointTrace(points), showlegend: false };
}

function currentProposals(trajectories: readonly Trajectory[], context: Context): FigurePart {
  const { data, state, theme, colorOf } = context;
  const points = trajectories.map((trajectory): PlotPoint => {
    const { id, verdict } = trajectory.entity;
    const isSelected = id === state.selected;
    const [x, y] = locationAt(trajectory, state.moment);
    return {
      x,
      y,
      value: { entity: id },
      text: pointText(trajectory, data, state.moment),
      symbol: isMissed(trajectory) ? likeliest : symbols[verdict ?? "right"],
      size: isSelected ? 17 : 12,
      color: colorOf(trajectory),
      edge: isSelected ? theme.ink : theme.paper,
      edgeWidth: 1.5,
    };
  });
  return { ...pointTrace(points), showlegend: false };
}

function pointText(trajectory: Trajectory, data: TrajectoriesData, moment: number): string {
  const { entity, path } = trajectory;
  const words = shorten(spanText(data.tokens, entity), 60);
  const title = `${verdictMark(entity.verdict)} ${entityText(entity)} ${words}`;
  const proposal = `${isMissed(trajectory) ? "likeliest proposal" : "proposal"} ${path?.proposal}`;
  const location = `${momentText(data, moment)} ${locationText(locationAt(trajectory, moment))}`;
  return [title, verdictText(entity), `${proposal}, ${location}`].map(plain).join("<br>");
}

/** Empty traces that explain the colors and symbols of what is shown. */
function legendTraces(
  trajectories: readonly Trajectory[],
  drawnPaths: readonly Trajectory[],
  { data, theme }: Context,
): FigurePart[] {
  const color = typeColors(data.types, theme);
  const entry = (name: string, parts: FigurePart): FigurePart => {
    return { type: "scatter", x: [null], y: [null], name, showlegend: true, hoverinfo: "skip", ...parts };
  };
  const marker = (symbol: string, size: number, color: string): FigurePart => ({
    mode: "markers",
    marker: { symbol, size, color, opacity: 1, line: { color, width: 1.5 } },
  });
  const has = (verdict: Verdict): boolean => trajectories.some(({ entity }) => entity.verdict === verdict);
  const types = data.types.filter((type) => trajectories.some(({ entity }) => entity.type === type));
  const predicted = verdicts.filter((verdict) => verdict !== "missed" && has(verdict));
  return [
    ...(data.gold?.length ? [entry("gold", marker("square-open", 12, theme.gold))] : []),
    ...(has("missed") ? [entry("– missed", marker("square-open", 15, theme.wrong))] : []),
    ...(drawnPaths.some(isMissed) ? [entry("likeliest proposal", marker(likeliest, 11, theme.ink))] : []),
    ...(data.gold ? [] : [entry("predicted", marker(symbols.right, 10, theme.ink))]),
    ...predicted.map((verdict) =>
      entry(`${verdictMark(verdict)} ${verdict}`, marker(symbols[verdict], 10, theme.ink)),
    ),
    ...types.map((type) => entry(plain(type), { mode: "lines", line: { color: color(type), width: 4 } })),
  ];
}
