import type { Cell, Grid } from "../shared/grid";
import type { PackedTable, Value } from "./data";

/** The table with numbers to the right, with as many decimals throughout a column. */
export function buildTable({ caption, columns, rows }: PackedTable): Grid {
  const shown = columns.map((_, place) => {
    const cells = rows.map((row) => row[place]);
    const numeric = cells.some(isNumber) && cells.every((value) => isNumber(value) || value === null);
    return { numeric, texts: numeric ? decimals(cells) : cells.map(text) };
  });
  return {
    caption,
    head: [columns.map((name): Cell => ({ text: name }))],
    rows: rows.map((_, row) => shown.map(({ texts }): Cell => ({ text: texts[row] }))),
    align: shown.map(({ numeric }) => (numeric ? "right" : "left")),
  };
}

/** Whole numbers as they are; else two decimals, four where all are small. */
function decimals(values: readonly Value[]): string[] {
  const numbers = values.filter(isNumber);
  const digits = numbers.every(Number.isInteger) ? 0 : numbers.every((value) => Math.abs(value) <= 1) ? 4 : 2;
  return values.map((value) => (isNumber(value) ? value.toFixed(digits) : text(value)));
}

function isNumber(value: Value): value is number {
  return typeof value === "number";
}

function text(value: Value): string {
  return value === null ? "" : String(value);
}
