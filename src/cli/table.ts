import { oneLine } from "../base/printable";

/** Rows of cells as aligned text: the first columns to the left, numbers to the right. @param left how many to the left */
export function alignedTable(rows: readonly (readonly string[])[], left = 1): string {
  const shown = rows.map((row) => row.map(oneLine));
  const widths = shown.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return shown
    .map((row) =>
      row
        .map((cell, column) => (column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
