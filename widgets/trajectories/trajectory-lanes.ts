import { type SentenceEntity, verdictMark } from "../sentence/sentence-entities";
import {
  assignLanes,
  bracketFragments,
  bracketMarks,
  type Fragment,
  laneCount,
  laneHeight,
  typeColors,
} from "../sentence/sentence-scene";
import {
  labelSize,
  layOutWords,
  monoWidth,
  positionSize,
  type WordLayout,
  wordSize,
} from "../sentence/word-layout";
import type { Mark, Rect, Scene } from "../shared/scene";
import { wrapToWidth } from "../shared/text-flow";
import type { Theme } from "../shared/theme";
import { emptyText, locationText } from "./trajectories-text";
import {
  isMissed,
  type Location,
  lastStage,
  locationAt,
  shownTrajectories,
  type TrajectoriesData,
  type TrajectoriesState,
  type Trajectory,
} from "./trajectory-data";

const margin = 4;
/** Width of the names of the lanes, left of all lines. */
const gutter = 66;
const headerHeight = 16;
const wordHeight = 20;
const positionHeight = 12;
const rowHeight = 9;
const barHeight = 7;
const lanePadding = 5;
const lineGap = 14;
const thinnest = 3;

/**
 * The words with gold entities above, and below them a lane for each state: the span of each proposal as a bar from its start to its
 * end. The bars of the moment are outlined and move with it; later ones are dashed. The last lane has the predicted entities.
 * Bars and brackets have the value `{ entity: id }`.
 * @param width CSS pixels at which lines break
 */
export function lanesScene(
  data: TrajectoriesData,
  state: TrajectoriesState,
  theme: Theme,
  width: number,
): Scene {
  const trajectories = shownTrajectories(data, state);
  const drawnPaths = trajectories.filter(
    (one) => one.path && (!isMissed(one) || one.entity.id === state.selected),
  );
  const window = windowOf(
    data,
    state.near ? trajectories.find(({ entity }) => entity.id === state.selected) : undefined,
  );
  const inWindow = ({ start, end }: SentenceEntity): boolean => start >= window.from && end <= window.to;
  const local = (entity: SentenceEntity): SentenceEntity => {
    return { ...entity, start: entity.start - window.from, end: entity.end - window.from };
  };
  const gold = data.entities.filter((one) => one.side === "gold" && isShownGold(one, trajectories, state));
  const predicted = trajectories.map(({ entity }) => entity).filter(({ side }) => side === "predicted");
  const [above, below] = [gold, predicted].map((entities) => entities.filter(inWindow).map(local));
  const tokens = data.tokens.slice(window.from, window.to);
  const required = [...above, ...below].map(({ start, end, type }) => {
    return { start, end, width: Math.ceil(monoWidth(`✓ ${type}`, labelSize)) + 8 };
  });
  const layout = layOutWords(tokens, required, width - 2 * margin - gutter, true);
  const context: Context = {
    data,
    state,
    theme,
    layout,
    window,
    drawn: drawnPaths,
    rows: assignLanes(drawnPaths.map((one) => hullOf(one, data))),
    color: typeColors(data.types, theme),
    width,
  };
  const fragments = [above, below].map((entities) => bracketFragments(entities, layout).map(shifted));
  const marks: Mark[] = headMarks(data, width, theme);
  let top = marks.length * headerHeight + 4;
  for (const line of layout.lines.keys()) {
    const [over, under] = fragments.map((side) => side.filter((fragment) => fragment.line === line));
    const wordTop = top + laneCount(over) * laneHeight;
    const laneTop = wordTop + wordHeight + positionHeight;
    const rows = [
      ...new Set(drawnPaths.flatMap((one, i) => (reaches(one, line, context) ? [context.rows[i]] : []))),
    ];
    const lane = { top: laneTop, height: rows.length * rowHeight + lanePadding };
    const bottom = laneTop + (rows.length ? data.stages.length * lane.height : 0);
    const height = bottom + laneCount(under) * laneHeight;
    if (rows.length) marks.push(...laneMarks(lane, bottom, context));
    const brackets = { theme, color: context.color, tokens };
    for (const one of over) {
      const options = { selected: state.selected, grayed: "gold" } as const;
      marks.push(...bracketMarks(one, wordTop - (one.lane + 1) * laneHeight, { ...brackets, options }));
    }
    marks.push(...wordMarks(line, wordTop, context));
    if (rows.length) marks.push(...barMarks(line, rows, lane, context));
    const isReached = state.moment === data.stages.length;
    for (const one of under) {
      const options = { selected: state.selected, ...(isReached ? {} : { grayed: "predicted" as const }) };
      marks.push(...bracketMarks(one, bottom + one.lane * laneHeight, { ...brackets, options }));
    }
    top = height + lineGap;
  }
  const note = { x: margin, y: top + 4, text: emptyText(data), color: theme.faint, size: 12 };
  if (!trajectories.length) marks.push({ mark: "text", ...note });
  return { width, height: top + (trajectories.length ? 0 : 12), marks };
}

/** Tokens `from … to - 1`. */
interface Window {
  readonly from: number;
  readonly to: number;
}

interface Context {
  readonly data: TrajectoriesData;
  readonly state: TrajectoriesState;
  readonly theme: Theme;
  readonly layout: WordLayout;
  readonly window: Window;
  readonly drawn: readonly Trajectory[];
  /** Row of each drawn trajectory within a lane. */
  readonly rows: readonly number[];
  readonly color: (type: string) => string;
  readonly width: number;
}

interface Lane {
  /** Of the first lane. */
  readonly top: number;
  readonly height: number;
}

/** Tokens around an entity and its path that are shown with it. */
const surroundings = 8;

/** The tokens near an entity, or all. */
function windowOf({ tokens, stages }: TrajectoriesData, near: Trajectory | undefined): Window {
  if (!near) return { from: 0, to: tokens.length };
  const locations = [...stages.keys(), stages.length].map((stage) => locationAt(near, stage));
  const starts = locations.map(([start]) => Math.floor(start));
  const ends = locations.map(([, end]) => Math.ceil(end) + 1);
  const from = Math.min(near.entity.start, Math.max(0, Math.min(...starts) - surroundings));
  const to = Math.max(near.entity.end, Math.min(tokens.length, Math.max(...ends) + surroundings));
  return { from, to };
}

/** A gold entity is shown with its prediction, or as a missed one if those are shown. */
function isShownGold(
  gold: SentenceEntity,
  trajectories: readonly Trajectory[],
  state: TrajectoriesState,
): boolean {
  if (gold.verdict === "missed") return trajectories.some(({ entity }) => entity.id === gold.id);
  return state.types.includes(gold.type);
}

/** All tokens that a trajectory reaches. */
function hullOf(
  one: Trajectory,
  { stages }: TrajectoriesData,
): { readonly start: number; readonly end: number } {
  const locations = [...stages.keys(), stages.length].map((stage) => locationAt(one, stage));
  const start = Math.min(...locations.map((location) => Math.floor(Math.min(...location))));
  return { start, end: Math.max(...locations.map((location) => Math.ceil(Math.max(...location)) + 1)) };
}

function headMarks({ gold, stages }: TrajectoriesData, width: number, theme: Theme): Mark[] {
  const above = gold?.length ? "gray above: gold (missed: dashed)   " : "";
  const lanes = stages.length ? "lanes: each proposal's span, state by state   " : "";
  const text = `${above}${lanes}last: predicted${gold ? " (✓ right, ✗ wrong: hatched)" : ""}`;
  return wrapToWidth(text, width - 2 * margin, 11).map((line, i): Mark => {
    return { mark: "text", x: margin, y: i * headerHeight + 12, text: line, color: theme.faint, size: 11 };
  });
}

function shifted(fragment: Fragment): Fragment {
  return { ...fragment, left: fragment.left + gutter, right: fragment.right + gutter };
}

/** The names of the lanes and a background behind the lane of the moment. */
function laneMarks(lane: Lane, bottom: number, { data, state, theme, width }: Context): Mark[] {
  const { stages } = data;
  const current = Math.round(state.moment);
  const behind = { x: 0, y: lane.top + Math.min(state.moment, stages.length) * lane.height, width };
  const name = (text: string, y: number, stage: number): Mark => {
    const isCurrent = stage === current;
    const color = isCurrent ? theme.ink : theme.faint;
    return { mark: "text", x: margin, y, text, color, size: 10.5, bold: isCurrent };
  };
  return [
    { mark: "rect", ...behind, height: lane.height - 1, fill: theme.grid, radius: 3 },
    ...stages.map((stage, i) => name(stage, lane.top + i * lane.height + lane.height / 2 + 3, i)),
    name(lastStage, bottom + 11, stages.length),
  ];
}

function wordMarks(line: number, top: number, { data, state, theme, layout, window }: Context): Mark[] {
  const { from, to } = layout.lines[line];
  const selected = data.entities.find(({ id }) => id === state.selected);
  return layout.words.slice(from, to).flatMap(({ text, left, right, textWidth }, i): Mark[] => {
    const token = window.from + from + i;
    const center = margin + gutter + (left + right) / 2;
    const bold = selected !== undefined && selected.start <= token && token < selected.end;
    const word = { x: center - textWidth / 2, y: top + 15, text, color: theme.ink, size: wordSize };
    const position = { x: center, y: top + wordHeight + 7, text: `${token}`, color: theme.faint };
    return [
      { mark: "text", ...word, width: textWidth, mono: true, bold },
      { mark: "text", ...position, size: positionSize, anchor: "middle", mono: true },
    ];
  });
}

/** Whether a trajectory has a bar on a line in any state. */
function reaches(one: Trajectory, line: number, context: Context): boolean {
  const { data } = context;
  return [...data.stages.keys()].some((stage) => barOf(locationAt(one, stage), line, context) !== undefined);
}

interface Bar {
  readonly x: number;
  readonly width: number;
  /** Whether the span continues outside the shown tokens. */
  readonly before: boolean;
  readonly after: boolean;
}

/** The part of a span on a line; undefined if the span is on other lines. A span outside the shown tokens is a thin bar at their edge. */
function barOf([start, end]: Location, line: number, { layout, window, data }: Context): Bar | undefined {
  const { lines } = layout;
  const [low, high] = [Math.min(start, end + 1), Math.max(start, end + 1)];
  const clamp = (value: number): number => Math.min(window.to, Math.max(window.from, value)) - window.from;
  const [first, last] = [clamp(low), clamp(high)];
  const { from, to } = lines[line];
  const isLast = line === lines.length - 1;
  const touches = first < to && last > from;
  const atEdge = first === last && first >= from && (first < to || isLast);
  if (!touches && !atEdge) return undefined;
  const left = pixelAt(Math.max(first, from), line, layout);
  const right = pixelAt(Math.min(last, to), line, layout);
  const width = Math.max(thinnest, right - left - 2);
  const x = margin + gutter + (left + right - width) / 2;
  const isEdge = (token: number): boolean => token === 0 || token === data.tokens.length;
  return {
    x,
    width,
    before: low < window.from - (isEdge(window.from) ? 0.5 : 0) && from === 0,
    after: high > window.to + (isEdge(window.to) ? 0.5 : 0) && isLast,
  };
}

/** The pixel of a fractional position on a line: tokens are as wide as their cells and half of the gaps around them. */
function pixelAt(position: number, line: number, { words, lines }: WordLayout): number {
  const { from, to } = lines[line];
  const edge = (token: number): number => {
    if (token <= from) return words[from].left - 3;
    return token >= to ? words[to - 1].right + 3 : (words[token - 1].right + words[token].left) / 2;
  };
  const token = Math.min(to - 1, Math.floor(position));
  return edge(token) + (position - token) * (edge(token + 1) - edge(token));
}

/** The bars of all states on a line, then those of the moment on top. */
function barMarks(line: number, rows: readonly number[], lane: Lane, context: Context): Mark[] {
  const { data, state, drawn } = context;
  const last = data.stages.length;
  const { moment } = state;
  const baselineOf = (stage: number, i: number): number =>
    lane.top + stage * lane.height + rows.indexOf(context.rows[i]) * rowHeight + 2;
  return drawn.flatMap((one, i): Mark[] => {
    const marks = data.stages.flatMap((_, stage) => {
      const look = stage === moment ? "current" : stage < moment ? "past" : "future";
      return barsAt(one, stage, line, baselineOf(stage, i), look, context);
    });
    const moves = moment < last && !Number.isInteger(moment);
    return moves
      ? [...marks, ...barsAt(one, moment, line, baselineOf(moment, i), "current", context)]
      : marks;
  });
}

function barsAt(
  one: Trajectory,
  moment: number,
  line: number,
  y: number,
  look: "past" | "current" | "future",
  context: Context,
): Mark[] {
  const { data, state, theme, color } = context;
  const location = locationAt(one, moment);
  const bar = barOf(location, line, context);
  if (!bar) return [];
  const { entity, path } = one;
  const stroke = color(entity.type);
  const isSelected = entity.id === state.selected;
  const type = data.types.indexOf(entity.type);
  const probability = path?.classes[Math.round(moment)]?.[type];
  const score = probability === undefined ? "" : `, p(${entity.type}) ${probability.toFixed(3)}`;
  const mark = `${verdictMark(entity.verdict)} proposal ${path?.proposal}`.trimStart();
  const name = data.stages[Math.round(moment)] ?? lastStage;
  const surface: Rect = {
    mark: "rect",
    x: bar.x,
    y,
    width: bar.width,
    height: barHeight,
    radius: 2,
    title: `${mark}, ${name}: ${locationText(location)}${score}`,
    value: { entity: entity.id },
    tab: false,
  };
  const looks = {
    past: { fill: `${stroke}${isSelected ? "cc" : "66"}` },
    current: { fill: stroke, stroke: theme.ink, strokeWidth: isSelected ? 2 : 1 },
    future: { fill: `${stroke}00`, stroke, strokeWidth: isSelected ? 1.2 : 0.7, dash: "2 2" },
  } as const;
  const arrow = (x: number, text: string): Mark => {
    return { mark: "text", x, y: y + barHeight, text, color: stroke, size: 9, anchor: "middle" };
  };
  return [
    { ...surface, ...looks[look] },
    ...(bar.before ? [arrow(bar.x - 4, "◂")] : []),
    ...(bar.after ? [arrow(bar.x + bar.width + 4, "▸")] : []),
  ];
}
