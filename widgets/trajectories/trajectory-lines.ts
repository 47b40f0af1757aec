import { entityDetails, entityText, verdictMark, verdictName } from "../sentence/sentence-entities";
import { typeColors } from "../sentence/sentence-scene";
import { fitText, monoWidth } from "../sentence/word-layout";
import type { Label, Mark, Scene } from "../shared/scene";
import { spanText } from "../shared/text";
import type { Theme } from "../shared/theme";
import { emptyText, locationText } from "./trajectories-text";
import {
  isMissed,
  lastStage,
  shownTrajectories,
  type TrajectoriesData,
  type TrajectoriesState,
  type Trajectory,
} from "./trajectory-data";

const size = 12;
const rowHeight = 19;
const headHeight = 22;
const left = 20;
const gap = 14;
const arrow = "← ";
const arrowWidth = monoWidth(arrow, size);
const verdictWidth = 92;
const wordsWidth = 160;

interface Table {
  readonly data: TrajectoriesData;
  readonly state: TrajectoriesState;
  readonly theme: Theme;
  /** Width of the column of entities. */
  readonly entityWidth: number;
  /** Left edges of the columns: one per state, the verdicts, the words. */
  readonly states: readonly number[];
  readonly verdict: number;
  readonly words: number;
  readonly width: number;
}

/**
 * Table 8: one line per entity, with the prediction first, then the states of its proposal from the last back to the first. The
 * state that the plane shows is bold. Lines have the value `{ entity: id }`.
 */
export function linesScene(
  data: TrajectoriesData,
  state: TrajectoriesState,
  theme: Theme,
  width: number,
): Scene {
  const rows = shownTrajectories(data, state);
  const table = { data, state, theme, ...columnsOf(data, rows, width) };
  const marks = headMarks(table);
  for (const [i, row] of rows.entries()) marks.push(...lineMarks(row, headHeight + i * rowHeight, table));
  const note = { x: left, y: headHeight + 13, text: emptyText(data), color: theme.faint, size };
  if (!rows.length) marks.push({ mark: "text", ...note });
  return { width: table.width, height: headHeight + Math.max(1, rows.length) * rowHeight + 4, marks };
}

function columnsOf(
  { stages }: TrajectoriesData,
  rows: readonly Trajectory[],
  width: number,
): Pick<Table, "entityWidth" | "states" | "verdict" | "words" | "width"> {
  const widest = (texts: readonly string[], least: number): number =>
    Math.max(least, ...texts.map((text) => monoWidth(text, size)));
  const entities = rows.map(({ entity }) => entityText(entity));
  const entityWidth = Math.min(260, widest(entities, 70));
  const paths = rows.flatMap((row) => (row.path && !isMissed(row) ? [row.path] : []));
  const locations = paths.flatMap((path) => path.locations.map(locationText));
  const step = arrowWidth + widest(locations, 80) + gap;
  const start = left + entityWidth + gap;
  const verdict = start + stages.length * step;
  const words = verdict + verdictWidth;
  return {
    entityWidth,
    states: stages.map((_, stage) => start + (stages.length - 1 - stage) * step),
    verdict,
    words,
    width: Math.max(width, Math.ceil(words + wordsWidth)),
  };
}

function headMarks({ data, state, theme, states, verdict, words, width }: Table): Mark[] {
  const { stages, gold } = data;
  const current = Math.round(state.moment);
  const head = (x: number, text: string, bold: boolean): Mark => {
    return { mark: "text", x, y: 13, text, color: bold ? theme.ink : theme.faint, size: 11, bold };
  };
  return [
    head(left, lastStage, current === stages.length),
    ...states.map((x, stage) => head(x + arrowWidth, stages[stage], current === stage)),
    ...(gold ? [head(verdict, "verdict", false)] : []),
    head(words, "words", false),
    { mark: "path", d: `M0,${headHeight - 3} H${width}`, stroke: theme.grid },
  ];
}

function lineMarks(row: Trajectory, top: number, table: Table): Mark[] {
  const { data, state, theme, width, states } = table;
  const { entity, path } = row;
  const { id, verdict, type } = entity;
  const isSelected = id === state.selected;
  const current = Math.round(state.moment);
  const write = (x: number, text: string, parts: Partial<Label> = {}): Mark => {
    const font = { size, mono: true, width: monoWidth(text, size) };
    return { mark: "text", x, y: top + 13, text, color: theme.ink, ...font, ...parts };
  };
  const stateMarks = (): Mark[] => {
    if (isMissed(row))
      return states.length ? [write(Math.min(...states) + arrowWidth, "missed", { color: theme.faint })] : [];
    return (path?.locations ?? []).flatMap((location, stage) => [
      write(states[stage], arrow.trim(), { color: theme.faint }),
      write(states[stage] + arrowWidth, locationText(location), { bold: current === stage }),
    ]);
  };
  const box = { mark: "rect", x: 0, y: top, width, height: rowHeight - 1 } as const;
  const color = typeColors(data.types, theme)(type);
  const tone = verdict === "right" ? theme.right : theme.wrong;
  const bold = isSelected || current === data.stages.length;
  const small = { mono: false, size: 11, width: undefined };
  const words = fitText(spanText(data.tokens, entity), width - table.words - 4, 11);
  const verdictColor = verdict === "right" ? theme.faint : theme.ink;
  return [
    ...(isSelected ? [{ ...box, fill: theme.grid, radius: 3 }] : []),
    { mark: "rect", x: 1, y: top + 3, width: 5, height: rowHeight - 7, fill: color, radius: 1 },
    ...(verdict ? [write(left - 10, verdictMark(verdict), { color: tone, bold: true })] : []),
    write(left, fitText(entityText(entity), table.entityWidth, size), { bold }),
    ...stateMarks(),
    ...(verdict ? [write(table.verdict, verdictName(entity), { ...small, color: verdictColor })] : []),
    write(table.words, words, small),
    { ...box, fill: "#00000000", title: entityDetails(entity, data.tokens), value: { entity: id } },
  ];
}
