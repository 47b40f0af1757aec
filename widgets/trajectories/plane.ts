import { entityText, verdictMark, verdictText } from "../sentence/entities";
import { typeColors } from "../sentence/scene";
import { type Verdict, verdicts } from "../sentence/verdicts";
import { type FigurePart, plain } from "../shared/figure";
import { words } from "../shared/span-plane";
import { shorten } from "../shared/text";
import type { Theme } from "../shared/theme";
import { locationText, momentText } from "./lines";
import { type Location, locationAt, type OpenTrajectories, type Trajectory } from "./paths";
import { shownTrajectories, type TrajectoriesState } from "./state";

const symbols: Readonly<Record<Verdict, string>> = {
  right: "circle",
  boundary: "diamond",
  type: "triangle-up",
  spurious: "x",
  missed: "square-open",
};

/** Symbol of the proposal that comes nearest to a missed entity. */
const likeliest = "hexagram";

function isMissed({ entity }: Trajectory): boolean {
  return entity.side === "gold";
}

/**
 * The start–end plane at a moment: each proposal where it is by then, the way it came as a line with a dot for every
 * state passed, and the way still to go dotted. Gold spans are squares, larger where they were missed; the proposal
 * nearest to a missed one appears when that is chosen. Colors stand for types, symbols for verdicts. Points carry
 * `{ entity: id }` for clicks.
 */
export function planeTraces(data: OpenTrajectories, state: TrajectoriesState, theme: Theme): FigurePart[] {
  const { moment, selected } = state;
  const all = shownTrajectories(data, state);
  const chosen = ({ entity }: Trajectory): boolean => entity.id === selected;
  const ways = all.filter((way) => way.path && (way.entity.side === "predicted" || chosen(way)));
  const color = typeColors(data.types, theme);
  const colorOf = ({ entity }: Trajectory): string => color(entity.type);
  const colors = [...new Set(ways.map(colorOf))];
  const last = data.stages.length;
  const passed = (way: Trajectory): Location[] => [
    ...stops(way, 0, Math.ceil(moment) - 1),
    locationAt(way, moment),
  ];
  const ahead = (way: Trajectory): Location[] => [
    locationAt(way, moment),
    ...stops(way, Math.floor(moment) + 1, last),
  ];
  const traces = [
    goldSquares(data, state, theme),
    broken(moment < last ? ways.map(ahead) : [], { color: theme.faint, width: 1.2, dash: "dot" }),
    ...colors.map((one) =>
      broken(ways.filter((way) => colorOf(way) === one).map(passed), { color: one, width: 1.8 }),
    ),
    ...ways.filter(chosen).map((way) => broken([passed(way)], { color: colorOf(way), width: 5 })),
    statesPassed(ways, data, moment, colorOf),
    proposalsNow(ways, data, state, colorOf, theme),
  ];
  return [...traces.filter(({ x }) => (x as unknown[]).length > 0), ...legend(data, all, ways, theme)];
}

/** Where a way is at the whole moments from the first to the last. */
function stops(way: Trajectory, first: number, last: number): Location[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => locationAt(way, first + at));
}

/** Several lines as one trace, broken between them. */
function broken(lines: readonly (readonly Location[])[], line: FigurePart): FigurePart {
  const side = (of: 0 | 1): (number | null)[] =>
    lines.flatMap((points) => [...points.map((point) => point[of]), null]);
  const drawn = { type: "scatter", mode: "lines", showlegend: false, hoverinfo: "skip" };
  return { ...drawn, x: side(0), y: side(1), line };
}

interface Point {
  readonly at: Location;
  readonly id: string | undefined;
  readonly text: string;
  readonly symbol: string;
  readonly size: number;
  readonly color: string;
  readonly edge: string;
}

function scattered(points: readonly Point[], edgeWidth: number): FigurePart {
  return {
    type: "scatter",
    mode: "markers",
    showlegend: false,
    x: points.map(({ at }) => at[0]),
    y: points.map(({ at }) => at[1]),
    customdata: points.map(({ id }) => (id === undefined ? null : { entity: id })),
    text: points.map(({ text }) => text),
    hovertemplate: "%{text}<extra></extra>",
    marker: {
      symbol: points.map(({ symbol }) => symbol),
      size: points.map(({ size }) => size),
      color: points.map(({ color }) => color),
      opacity: 1,
      line: { color: points.map(({ edge }) => edge), width: edgeWidth },
    },
  };
}

function goldSquares(
  { tokens, entities }: OpenTrajectories,
  { selected }: TrajectoriesState,
  theme: Theme,
): FigurePart {
  const points = entities
    .filter(({ side }) => side === "gold")
    .map((entity): Point => {
      const missed = entity.verdict === "missed";
      const color = missed ? theme.wrong : theme.gold;
      const title = `gold ${entityText(entity)}, ${missed ? "missed" : "found"}`;
      return {
        at: [entity.start, entity.end - 1],
        id: missed ? entity.id : undefined,
        text: `${plain(title)}<br>${plain(shorten(words(tokens, entity), 60))}`,
        symbol: entity.id === selected ? "square-x-open" : "square-open",
        size: missed ? 25 : 18,
        color,
        edge: color,
      };
    });
  return scattered(points, 1.5);
}

/** A dot for every state that lies behind; the first is an open circle. */
function statesPassed(
  ways: readonly Trajectory[],
  data: OpenTrajectories,
  moment: number,
  colorOf: (way: Trajectory) => string,
): FigurePart {
  const points = ways.flatMap((way) => {
    const color = colorOf(way);
    return stops(way, 0, Math.ceil(moment) - 1).map(
      (at, stage): Point => ({
        at,
        id: way.entity.id,
        text: about(way, data, stage),
        symbol: stage ? "circle" : "circle-open",
        size: stage ? 6 : 9,
        color,
        edge: color,
      }),
    );
  });
  return scattered(points, 1.5);
}

function proposalsNow(
  ways: readonly Trajectory[],
  data: OpenTrajectories,
  { moment, selected }: TrajectoriesState,
  colorOf: (way: Trajectory) => string,
  theme: Theme,
): FigurePart {
  const points = ways.map((way): Point => {
    const { id, side, verdict } = way.entity;
    return {
      at: locationAt(way, moment),
      id,
      text: about(way, data, moment),
      symbol: side === "gold" ? likeliest : symbols[verdict ?? "right"],
      size: id === selected ? 17 : 12,
      color: colorOf(way),
      edge: id === selected ? theme.ink : theme.paper,
    };
  });
  return scattered(points, 1.5);
}

function about(way: Trajectory, data: OpenTrajectories, moment: number): string {
  const { entity, path } = way;
  const title = `${verdictMark(entity.verdict)} ${entityText(entity)} ${shorten(words(data.tokens, entity), 60)}`;
  const proposal = `${entity.side === "gold" ? "likeliest proposal" : "proposal"} ${path?.proposal}`;
  const where = `${proposal}, ${momentText(data, moment)} ${locationText(locationAt(way, moment))}`;
  return [title, verdictText(entity), where].map(plain).join("<br>");
}

/** Entries alone: what colors and symbols mean, of all that is shown. */
function legend(
  data: OpenTrajectories,
  shown: readonly Trajectory[],
  ways: readonly Trajectory[],
  theme: Theme,
): FigurePart[] {
  const color = typeColors(data.types, theme);
  const entry = (name: string, parts: FigurePart): FigurePart => ({
    type: "scatter",
    x: [null],
    y: [null],
    name,
    showlegend: true,
    hoverinfo: "skip",
    ...parts,
  });
  const marker = (symbol: string, size: number, of: string): FigurePart => ({
    mode: "markers",
    marker: { symbol, size, color: of, opacity: 1, line: { color: of, width: 1.5 } },
  });
  const has = (verdict: Verdict): boolean => shown.some(({ entity }) => entity.verdict === verdict);
  const types = data.types.filter((type) => shown.some(({ entity }) => entity.type === type));
  const predicted = verdicts.filter((verdict) => verdict !== "missed" && has(verdict));
  return [
    ...(data.gold?.length ? [entry("gold", marker("square-open", 12, theme.gold))] : []),
    ...(has("missed") ? [entry("– missed", marker("square-open", 15, theme.wrong))] : []),
    ...(ways.some(isMissed) ? [entry("likeliest proposal", marker(likeliest, 11, theme.ink))] : []),
    ...(data.gold ? [] : [entry("predicted", marker(symbols.right, 10, theme.ink))]),
    ...predicted.map((verdict) =>
      entry(`${verdictMark(verdict)} ${verdict}`, marker(symbols[verdict], 10, theme.ink)),
    ),
    ...types.map((type) => entry(plain(type), { mode: "lines", line: { color: color(type), width: 4 } })),
  ];
}
