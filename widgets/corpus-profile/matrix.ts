import { figureWidth } from "../shared/figure";
import type { Mark, Scene } from "../shared/scene";
import { shortenWithin, textWidth } from "../shared/text";
import type { Theme } from "../shared/theme";
import type { PackedProfile, State } from "./data";

export const matrixTitles: Readonly<Record<State["matrix"], string>> = {
  nesting: "entities inside longer ones: type of the outer (row) and of the inner one (column)",
  together: "sentences that hold an entity of the row's type and another one of the column's",
};

const longest = 18;

/** How large the cells are and how the labels above stand. */
interface Layout {
  readonly size: number;
  readonly left: number;
  readonly top: number;
  readonly cell: number;
  readonly row: number;
  /** Labels above stand aslant, and cells of 0 empty. */
  readonly dense: boolean;
}

/** Which types stand inside which, or beside which in a sentence: a cell a pair, the darker the more often. */
export function matrixScene(data: PackedProfile, { split, matrix }: State, theme: Theme): Scene {
  const { types, splits } = data.profile;
  const counts = splits[split][matrix];
  const labels = types.map((type) => shortenWithin(type, longest));
  const most = Math.max(1, ...counts.flat());
  const { size, left, top, cell, row, dense } = layOut(labels, most);
  const title = `${split} – ${matrixTitles[matrix]}`;
  const marks: Mark[] = [{ mark: "text", x: 4, y: 17, text: title, color: theme.ink, size: 13, bold: true }];
  labels.forEach((text, place) => {
    const title = types[place];
    const [x, y] = [left + (place + 0.5) * cell, top + (place + 0.5) * row + 5];
    const aslant = dense ? ({ anchor: "start", turn: -60 } as const) : ({ anchor: "middle" } as const);
    marks.push({ mark: "text", x, y: top - 10, text, color: theme.ink, size, title, ...aslant });
    marks.push({ mark: "text", x: left - 8, y, text, color: theme.ink, size, anchor: "end", title });
  });
  counts.forEach((cells, outer) => {
    cells.forEach((count, inner) => {
      const [x, y] = [left + inner * cell, top + outer * row];
      const fill = scaleColor(theme, count / most);
      const title = says(matrix, types[outer], types[inner], count);
      marks.push({ mark: "rect", x, y, width: cell - 2, height: row - 2, fill, radius: 2, title });
      if (dense && !count) return;
      const label = { text: String(count), color: legible(fill), size, anchor: "middle", title } as const;
      marks.push({ mark: "text", x: x + cell / 2 - 1, y: y + row / 2 + size / 3, ...label });
    });
  });
  const lean = dense ? Math.max(...labels.map(textWidth)) * letterOf(size) * 0.5 : 0;
  const width = Math.max(left + cell * types.length + lean, textWidth(title) * letterOf(13));
  return { width: Math.ceil(width), height: top + row * types.length + 6, marks };
}

/** Pixels of a column of text. */
function letterOf(size: number): number {
  return 0.63 * size;
}

/** Labels stand upright over cells as wide as they are, unless that takes more room than a figure has. */
function layOut(labels: readonly string[], most: number): Layout {
  const columns = Math.max(4, ...labels.map(textWidth));
  const widest = columns * letterOf(13) + 16;
  const cell = Math.max(56, widest);
  if (widest + cell * labels.length <= figureWidth) {
    return { size: 13, left: widest, top: 52, cell, row: 30, dense: false };
  }
  const letters = columns * letterOf(11);
  const narrow = Math.max(20, String(most).length * letterOf(11) + 6);
  return { size: 11, left: letters + 16, top: 44 + letters * 0.87, cell: narrow, row: 20, dense: true };
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
