import { entityDetails, entityText, verdictMark, verdictName } from "../sentence/entities";
import { typeColors } from "../sentence/scene";
import { fitText, monoWidth } from "../sentence/words";
import { figureWidth } from "../shared/figure";
import type { Label, Mark, Scene } from "../shared/scene";
import { words } from "../shared/span-plane";
import type { Theme } from "../shared/theme";
import { locationText, nothing } from "./lines";
import { lastStage, type OpenTrajectories, type Trajectory } from "./paths";
import { shownTrajectories, type TrajectoriesState } from "./state";

const size = 12;
const rowHeight = 19;
const headHeight = 22;
const left = 20;
const gap = 14;
const arrow = "← ";
const arrowWidth = monoWidth(arrow, size);
/** Room for the verdict, and for the words at the end of a line. */
const verdictWidth = 92;
const wordsWidth = 160;

/** What all lines have in common. */
interface Table {
  readonly data: OpenTrajectories;
  readonly state: TrajectoriesState;
  readonly theme: Theme;
  /** Width of the entities' column. */
  readonly entity: number;
  /** Where the column of each state starts. */
  readonly states: readonly number[];
  /** Where the verdicts start, and the words. */
  readonly verdict: number;
  readonly words: number;
  readonly width: number;
}

/**
 * Table 8: one line an entity, the prediction first, then the states of its proposal from the last back to the first.
 * The state that the plane shows is bold. A line carries `{ entity: id }` for clicks.
 */
export function linesScene(data: OpenTrajectories, state: TrajectoriesState, theme: Theme): Scene {
  const rows = shownTrajectories(data, state);
  const table = { data, state, theme, ...columnsOf(data, rows) };
  const marks = headMarks(table);
  for (const [place, row] of rows.entries())
    marks.push(...lineMarks(row, headHeight + place * rowHeight, table));
  if (!rows.length) {
    const place = { x: left, y: headHeight + 13, text: nothing(data) };
    marks.push({ mark: "text", ...place, color: theme.faint, size });
  }
  return { width: table.width, height: headHeight + Math.max(1, rows.length) * rowHeight + 4, marks };
}

function columnsOf(
  data: OpenTrajectories,
  rows: readonly Trajectory[],
): Pick<Table, "entity" | "states" | "verdict" | "words" | "width"> {
  const widest = (texts: readonly string[], least: number): number =>
    Math.max(least, ...texts.map((text) => monoWidth(text, size)));
  const entity = Math.min(
    260,
    widest(
      rows.map((row) => entityText(row.entity)),
      70,
    ),
  );
  const locations = rows.filter(isFound).flatMap(({ path }) => path?.locations.map(locationText) ?? []);
  const step = arrowWidth + widest(locations, 80) + gap;
  const start = left + entity + gap;
  const last = data.stages.length - 1;
  const end = start + data.stages.length * step;
  return {
    entity,
    states: data.stages.map((_, stage) => start + (last - stage) * step),
    verdict: end,
    words: end + verdictWidth,
    width: Math.max(figureWidth, Math.ceil(end + verdictWidth + wordsWidth)),
  };
}

/** A missed entity's line names no states, as no proposal came to it. */
function isFound({ entity }: Trajectory): boolean {
  return entity.side === "predicted";
}

function headMarks({ data, state, theme, states, verdict, words, width }: Table): Mark[] {
  const head = (x: number, text: string, now: boolean): Mark => {
    const color = now ? theme.ink : theme.faint;
    return { mark: "text", x, y: 13, text, color, size: 11, bold: now };
  };
  const now = Math.round(state.moment);
  return [
    head(left, lastStage, now === data.stages.length),
    ...states.map((x, stage) => head(x + arrowWidth, data.stages[stage], now === stage)),
    ...(data.gold ? [head(verdict, "verdict", false)] : []),
    head(words, "words", false),
    { mark: "path", d: `M0,${headHeight - 3} H${width}`, stroke: theme.grid },
  ];
}

function lineMarks(row: Trajectory, top: number, table: Table): Mark[] {
  const { data, state, theme, width } = table;
  const { entity, path } = row;
  const { id, verdict, type } = entity;
  const chosen = id === state.selected;
  const now = Math.round(state.moment);
  const write = (x: number, text: string, parts: Partial<Label>): Mark => {
    const room = { size, mono: true, width: monoWidth(text, size) };
    return { mark: "text", x, y: top + 13, text, color: theme.ink, ...room, ...parts };
  };
  const line = { x: 0, y: top, width, height: rowHeight - 1 };
  const color = typeColors(data.types, theme)(type);
  const tone = verdict === "right" ? theme.right : theme.wrong;
  const entityBold = chosen || now === data.stages.length;
  const marks: Mark[] = [
    ...(chosen ? [{ mark: "rect" as const, ...line, fill: theme.grid, radius: 3 }] : []),
    { mark: "rect", x: 1, y: top + 3, width: 5, height: rowHeight - 7, fill: color, radius: 1 },
    ...(verdict ? [write(left - 10, verdictMark(verdict), { color: tone, bold: true })] : []),
    write(left, fitText(entityText(entity), table.entity, size), { bold: entityBold }),
  ];
  if (isFound(row)) {
    for (const [stage, location] of (path?.locations ?? []).entries()) {
      const x = table.states[stage];
      marks.push(write(x, arrow.trim(), { color: theme.faint }));
      marks.push(write(x + arrowWidth, locationText(location), { bold: now === stage }));
    }
  } else if (table.states.length) {
    marks.push(write(Math.min(...table.states) + arrowWidth, "missed", { color: theme.faint }));
  }
  const small = { mono: false, size: 11, width: undefined };
  const about = fitText(words(data.tokens, entity), width - table.words - 4, 11);
  const surface = {
    ...line,
    fill: "#00000000",
    title: entityDetails(entity, data.tokens),
    value: { entity: id },
  };
  return [
    ...marks,
    ...(verdict
      ? [
          write(table.verdict, verdictName(entity), {
            ...small,
            color: verdict === "right" ? theme.faint : theme.ink,
          }),
        ]
      : []),
    write(table.words, about, small),
    { mark: "rect", ...surface },
  ];
}
