import { entityDetails, entityText, verdictMark, verdictName } from "../sentence/sentence-entities";
import { typeColors } from "../sentence/sentence-scene";
import { fitText, monoWidth } from "../sentence/word-layout";
import type { Label, Mark, Scene } from "../shared/scene";
import { spanText } from "../shared/text";
import { flow } from "../shared/text-flow";
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
/** With less room for the words, the states are below the prediction. */
const wordsWidth = 100;

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
  /** Whether the states are below the prediction. */
  readonly isNarrow: boolean;
}

/**
 * Table 8: one line per entity, with the prediction first, then the states of its proposal from the last back to the first, in further
 * lines if there is no room. The state that the plane shows is bold. Lines have the value `{ entity: id }`.
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
  let top = headHeight;
  for (const row of rows) {
    const states = statesOf(row, table);
    const height = rowHeight * (1 + Math.max(0, ...states.map(({ line }) => line)));
    marks.push(...lineMarks(row, states, { top, height }, table));
    top += height;
  }
  const note = { x: left, y: headHeight + 13, text: emptyText(data), color: theme.faint, size };
  if (!rows.length) marks.push({ mark: "text", ...note });
  return { width, height: Math.max(top, headHeight + rowHeight) + 4, marks };
}

function columnsOf(
  { stages }: TrajectoriesData,
  rows: readonly Trajectory[],
  width: number,
): Pick<Table, "entityWidth" | "states" | "verdict" | "words" | "width" | "isNarrow"> {
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
    width,
    isNarrow: words + wordsWidth > width,
  };
}

interface StateText {
  readonly text: string;
  readonly x: number;
  /** Lines below the prediction. */
  readonly line: number;
  readonly stage: number;
}

/** The states of a row, from the last back to the first; those below the prediction with their names. */
function statesOf(row: Trajectory, { data, states, isNarrow, width }: Table): StateText[] {
  const missed = isMissed(row);
  const texts = missed
    ? states.slice(0, 1).map(() => "missed")
    : (row.path?.locations ?? []).map(locationText);
  const backward = texts.map((text, i) => ({ text, stage: missed ? states.length - 1 : i })).reverse();
  if (!isNarrow) return backward.map((one) => ({ ...one, x: states[one.stage], line: 0 }));
  const named = backward.map(({ text, stage }) => {
    return { stage, text: missed ? text : `${data.stages[stage]} ${text}` };
  });
  const items = named.map(({ text }) => ({ width: arrowWidth + monoWidth(text, size), gap }));
  const positions = flow(items, width - left);
  return named.map((one, i) => ({ ...one, x: left + positions[i].x, line: 1 + positions[i].line }));
}

function headMarks({ data, state, theme, states, verdict, words, width, isNarrow }: Table): Mark[] {
  const { stages, gold } = data;
  const current = Math.round(state.moment);
  const head = (x: number, text: string, bold: boolean): Mark => {
    return { mark: "text", x, y: 13, text, color: bold ? theme.ink : theme.faint, size: 11, bold };
  };
  return [
    head(left, lastStage, current === stages.length),
    ...(isNarrow
      ? []
      : [
          ...states.map((x, stage) => head(x + arrowWidth, stages[stage], current === stage)),
          ...(gold ? [head(verdict, "verdict", false)] : []),
          head(words, "words", false),
        ]),
    { mark: "path", d: `M0,${headHeight - 3} H${width}`, stroke: theme.grid },
  ];
}

function lineMarks(
  row: Trajectory,
  states: readonly StateText[],
  { top, height }: { readonly top: number; readonly height: number },
  table: Table,
): Mark[] {
  const { data, state, theme, width, isNarrow } = table;
  const { entity } = row;
  const { id, verdict, type } = entity;
  const isSelected = id === state.selected;
  const current = Math.round(state.moment);
  const write = (x: number, text: string, parts: Partial<Label> = {}, line = 0): Mark => {
    const font = { size, mono: true, width: monoWidth(text, size) };
    return { mark: "text", x, y: top + 13 + line * rowHeight, text, color: theme.ink, ...font, ...parts };
  };
  const stateMarks = states.flatMap(({ text, x, line, stage }) =>
    isMissed(row)
      ? [write(x + arrowWidth, text, { color: theme.faint }, line)]
      : [
          write(x, arrow.trim(), { color: theme.faint }, line),
          write(x + arrowWidth, text, { bold: current === stage }, line),
        ],
  );
  const box = { mark: "rect", x: 0, y: top, width, height: height - 1 } as const;
  const color = typeColors(data.types, theme)(type);
  const tone = verdict === "right" ? theme.right : theme.wrong;
  const bold = isSelected || current === data.stages.length;
  const small = { mono: false, size: 11, width: undefined };
  const entityLabel = fitText(entityText(entity), table.entityWidth, size);
  const wordsLeft = isNarrow ? left + monoWidth(entityLabel, size) + gap : table.words;
  const wordsRight = isNarrow && verdict ? width - verdictWidth : width;
  const words = fitText(spanText(data.tokens, entity), wordsRight - wordsLeft - 4, 11);
  const verdictColor = verdict === "right" ? theme.faint : theme.ink;
  return [
    ...(isSelected ? [{ ...box, fill: theme.grid, radius: 3 }] : []),
    { mark: "rect", x: 1, y: top + 3, width: 5, height: rowHeight - 7, fill: color, radius: 1 },
    ...(verdict ? [write(left - 10, verdictMark(verdict), { color: tone, bold: true })] : []),
    write(left, entityLabel, { bold }),
    ...stateMarks,
    ...(verdict
      ? [
          write(isNarrow ? width - 4 : table.verdict, verdictName(entity), {
            ...small,
            color: verdictColor,
            anchor: isNarrow ? "end" : "start",
          }),
        ]
      : []),
    write(wordsLeft, words, small),
    { ...box, fill: "#00000000", title: entityDetails(entity, data.tokens), value: { entity: id } },
  ];
}
