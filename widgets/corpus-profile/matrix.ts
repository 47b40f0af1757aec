import type { Mark, Scene } from "../shared/scene";
import { shorten, textWidth } from "../shared/text";
import type { Theme } from "../shared/theme";
import type { PackedProfile, State } from "./data";

export const matrixTitles: Readonly<Record<State["matrix"], string>> = {
  nesting: "entities inside longer ones: type of the outer (row) and of the inner one (column)",
  together: "sentences that hold an entity of the row's type and another one of the column's",
};

const size = 13;
const rowHeight = 30;
const top = 52;
/** Pixels of a column of text at that size. */
const letter = 8.2;
const longest = 18;

/** Which types stand inside which, or beside which in a sentence: a cell a pair, the darker the more often. */
export function matrixScene(data: PackedProfile, { split, matrix }: State, theme: Theme): Scene {
  const { types, splits } = data.profile;
  const counts = splits[split][matrix];
  const labels = types.map((type) => shorten(type, longest));
  const widest = Math.max(4, ...labels.map(textWidth)) * letter + 16;
  const left = widest;
  const cell = Math.max(56, widest);
  const most = Math.max(1, ...counts.flat());
  const title = `${split} – ${matrixTitles[matrix]}`;
  const marks: Mark[] = [{ mark: "text", x: 4, y: 17, text: title, color: theme.ink, size, bold: true }];
  labels.forEach((text, place) => {
    const title = types[place];
    const [x, y] = [left + (place + 0.5) * cell, top + (place + 0.5) * rowHeight + 5];
    marks.push({ mark: "text", x, y: top - 10, text, color: theme.ink, size, anchor: "middle", title });
    marks.push({ mark: "text", x: left - 8, y, text, color: theme.ink, size, anchor: "end", title });
  });
  counts.forEach((row, outer) => {
    row.forEach((count, inner) => {
      const [x, y] = [left + inner * cell, top + outer * rowHeight];
      const fill = scaleColor(theme, count / most);
      const title = says(matrix, types[outer], types[inner], count);
      marks.push({ mark: "rect", x, y, width: cell - 2, height: rowHeight - 2, fill, radius: 2, title });
      const color = legible(fill);
      const label = { text: String(count), color, size, anchor: "middle", title } as const;
      marks.push({ mark: "text", x: x + cell / 2 - 1, y: y + 19, ...label });
    });
  });
  const width = Math.max(left + cell * types.length, textWidth(title) * letter);
  return { width: Math.ceil(width), height: top + rowHeight * types.length + 6, marks };
}

function says(matrix: State["matrix"], row: string, column: string, count: number): string {
  return matrix === "nesting"
    ? `${column} inside ${row}: ${count}`
    : `${row} and ${column} in one sentence: ${count}`;
}

/** The theme's scale at a share from 0 to 1, between the two stops next to it. */
function scaleColor({ scale }: Theme, share: number): string {
  const above = Math.max(
    1,
    scale.findIndex(([stop]) => stop >= share),
  );
  const [[from, low], [to, high]] = [scale[above - 1], scale[above]];
  const [one, other] = [channels(low), channels(high)];
  const part = (share - from) / (to - from);
  const mixed = one.map((value, at) => Math.round(value + part * (other[at] - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Black or white, whichever stands out more. */
function legible(fill: string): string {
  const [red, green, blue] = channels(fill);
  return 0.3 * red + 0.59 * green + 0.11 * blue > 130 ? "#1f2328" : "#ffffff";
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
