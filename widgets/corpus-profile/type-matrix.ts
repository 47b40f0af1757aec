import { figureWidth } from "../shared/figure";
import type { Mark, Scene } from "../shared/scene";
import { shortenMiddle, textWidth } from "../shared/text";
import { inkOn, shade, type Theme } from "../shared/theme";
import type { PackedProfile, State } from "./profile-data";

export const matrixTitles: Readonly<Record<State["matrix"], string>> = {
  nesting: "entities inside longer ones, by type of the outer (row) and the inner entity (column)",
  together: "sentences with an entity of the row's type and another of the column's type",
};

const longest = 18;

interface Layout {
  readonly size: number;
  readonly left: number;
  readonly top: number;
  /** Width of a column and height of a row. */
  readonly column: number;
  readonly row: number;
  /** Column labels are slanted, and cells with 0 are empty. */
  readonly dense: boolean;
}

/** How often types are nested or occur in the same sentence. Darker cells have higher counts. */
export function matrixScene(data: PackedProfile, { split, matrix }: State, theme: Theme): Scene {
  const { types, splits } = data.profile;
  const counts = splits[split][matrix];
  const labels = types.map((type) => shortenMiddle(type, longest));
  const most = Math.max(1, ...counts.flat());
  const { size, left, top, column, row, dense } = layOut(labels, most);
  const title = `${split} – ${matrixTitles[matrix]}`;
  const marks: Mark[] = [{ mark: "text", x: 4, y: 17, text: title, color: theme.ink, size: 13, bold: true }];
  for (const [i, text] of labels.entries()) {
    const label = { mark: "text", text, color: theme.ink, size, title: types[i] } as const;
    const slant = dense ? ({ anchor: "start", turn: -60 } as const) : ({ anchor: "middle" } as const);
    marks.push({ ...label, x: left + (i + 0.5) * column, y: top - 10, ...slant });
    marks.push({ ...label, x: left - 8, y: top + (i + 0.5) * row + 5, anchor: "end" });
  }
  for (const [outer, cells] of counts.entries()) {
    for (const [inner, count] of cells.entries()) {
      const [x, y] = [left + inner * column, top + outer * row];
      const fill = shade(theme, count / most);
      const title = cellTitle(matrix, types[outer], types[inner], count);
      marks.push({ mark: "rect", x, y, width: column - 2, height: row - 2, fill, radius: 2, title });
      if (dense && !count) continue;
      const position = { x: x + column / 2 - 1, y: y + row / 2 + size / 3, anchor: "middle" } as const;
      const color = inkOn(theme, count / most);
      marks.push({ mark: "text", text: String(count), color, size, title, ...position });
    }
  }
  const overhang = dense ? Math.max(...labels.map(textWidth)) * letterWidth(size) * 0.5 : 0;
  const width = Math.max(left + column * types.length + overhang, textWidth(title) * letterWidth(13));
  return { width: Math.ceil(width), height: top + row * types.length + 6, marks };
}

function letterWidth(size: number): number {
  return 0.63 * size;
}

/** Columns are as wide as their labels, unless the matrix would then be wider than a figure. */
function layOut(labels: readonly string[], most: number): Layout {
  const letters = Math.max(4, ...labels.map(textWidth));
  const labelWidth = letters * letterWidth(13) + 16;
  const column = Math.max(56, labelWidth);
  if (labelWidth + column * labels.length <= figureWidth)
    return { size: 13, left: labelWidth, top: 52, column, row: 30, dense: false };
  const small = letters * letterWidth(11);
  const narrow = Math.max(20, String(most).length * letterWidth(11) + 6);
  return { size: 11, left: small + 16, top: 44 + small * 0.87, column: narrow, row: 20, dense: true };
}

function cellTitle(matrix: State["matrix"], row: string, column: string, count: number): string {
  return matrix === "nesting"
    ? `${column} inside ${row}: ${count}`
    : `${row} and ${column} in one sentence: ${count}`;
}
