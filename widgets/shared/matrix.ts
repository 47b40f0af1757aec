import type { Mark, Scene } from "./scene";
import { shortenMiddle, textWidth } from "./text";
import { boldness, estimateWidth, wrapToWidth } from "./text-flow";
import { inkOn, shade, type Theme } from "./theme";

export interface MatrixCell {
  readonly text: string;
  /** From 0, the lightest shade, to 1. */
  readonly share: number;
  readonly title: string;
  /** The value that a click passes to the widget. */
  readonly value?: unknown;
  readonly chosen?: boolean;
}

/** A table of shaded cells. */
export interface Matrix {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** `[rows][columns]` */
  readonly cells: readonly (readonly MatrixCell[])[];
}

const longest = 18;

interface Layout {
  readonly size: number;
  readonly left: number;
  readonly top: number;
  /** Width of a column and height of a row. */
  readonly column: number;
  readonly row: number;
  /** Column labels are slanted, and cells with "0" are empty. */
  readonly dense: boolean;
}

/**
 * A drawing of the matrix: the higher a cell's share, the darker the cell.
 * @param available pixels; a matrix of many columns takes more
 */
export function matrixScene({ title, rows, columns, cells }: Matrix, theme: Theme, available: number): Scene {
  const rowLabels = rows.map((row) => shortenMiddle(row, longest));
  const columnLabels = columns.map((column) => shortenMiddle(column, longest));
  const texts = cells.flatMap((row) => row.map(({ text }) => text));
  const { size, left, top, column, row, dense } = layOut(rowLabels, columnLabels, texts, available);
  const lines = wrapToWidth(title, available - 8, 13, true);
  const marks: Mark[] = lines.map((text, line) => ({
    mark: "text",
    x: 4,
    y: 17 + titleLine * line,
    text,
    color: theme.ink,
    size: 13,
    bold: true,
  }));
  const above = top + titleLine * (lines.length - 1);
  const label = (text: string, full: string) =>
    ({ mark: "text", text, color: theme.ink, size, title: full }) as const;
  const slant = dense ? ({ anchor: "start", turn: -60 } as const) : ({ anchor: "middle" } as const);
  for (const [i, text] of columnLabels.entries())
    marks.push({ ...label(text, columns[i]), x: left + (i + 0.5) * column, y: above - 10, ...slant });
  for (const [i, text] of rowLabels.entries())
    marks.push({ ...label(text, rows[i]), x: left - 8, y: above + (i + 0.5) * row + 5, anchor: "end" });
  for (const [i, cellsOfRow] of cells.entries()) {
    for (const [j, { text, share, title: tooltip, value, chosen }] of cellsOfRow.entries()) {
      const [x, y] = [left + j * column, above + i * row];
      const outline = chosen ? { stroke: theme.chosen, strokeWidth: 2.5 } : {};
      const box = { x, y, width: column - 2, height: row - 2, radius: 2 };
      const fill = shade(theme, share);
      marks.push({ mark: "rect", ...box, fill, title: tooltip, value, ...outline });
      if (!text || (dense && text === "0")) continue;
      const position = { x: x + column / 2 - 1, y: y + row / 2 + size / 3, anchor: "middle" } as const;
      const common = { title: tooltip, value, tab: false };
      marks.push({ mark: "text", text, color: inkOn(theme, share), size, ...common, ...position });
    }
  }
  const overhang = dense ? Math.max(...columnLabels.map(textWidth)) * letterWidth(size) * 0.5 : 0;
  const widestLine = Math.max(...lines.map((line) => 8 + boldness * estimateWidth(line, 13)));
  const width = Math.max(left + column * columns.length + overhang, widestLine);
  return { width: Math.ceil(width), height: above + row * rows.length + 6, marks };
}

const titleLine = 18;

function letterWidth(size: number): number {
  return 0.63 * size;
}

/** Columns are as wide as their labels and texts, unless the matrix would then be too wide. */
function layOut(
  rows: readonly string[],
  columns: readonly string[],
  texts: readonly string[],
  available: number,
): Layout {
  const lettersOf = (labels: readonly string[]): number => Math.max(4, ...labels.map(textWidth));
  const [rowLetters, columnLetters] = [lettersOf(rows), lettersOf(columns)];
  const left = rowLetters * letterWidth(13) + 16;
  const widest = Math.max(...texts.map(textWidth));
  const column = Math.max(56, columnLetters * letterWidth(13) + 16, widest * letterWidth(13) + 8);
  if (left + column * columns.length <= available)
    return { size: 13, left, top: 52, column, row: 30, dense: false };
  const narrow = Math.max(20, widest * letterWidth(11) + 6);
  return {
    size: 11,
    left: rowLetters * letterWidth(11) + 16,
    top: 44 + columnLetters * letterWidth(11) * 0.87,
    column: narrow,
    row: 20,
    dense: true,
  };
}
