import type { Cell, Grid } from "../shared/grid";
import type { PackedTable, Value } from "./data";

export interface State {
  /** Counts from 0. */
  readonly page: number;
}

/** Rows of a page: a picture, and a page of a notebook, of thousands of rows would open in nothing. */
export const perPage = 100;

/** The rows of a page, with numbers to the right, with as many decimals throughout a column. */
export function buildTable(table: PackedTable, { page }: State): Grid {
  const { columns, rows } = table;
  const shown = columns.map((_, place) => {
    const cells = rows.map((row) => row[place]);
    const numeric = cells.some(isNumber) && cells.every((value) => isNumber(value) || value === null);
    const texts = numeric ? decimals(cells) : cells.map(text);
    return { texts, right: numeric || areNumbers(texts) };
  });
  const { from, to } = rowsOf(table, page);
  return {
    caption: captionOf(table, page),
    head: [columns.map((name): Cell => ({ text: name }))],
    rows: rows.slice(from, to).map((_, row) => shown.map(({ texts }): Cell => ({ text: texts[from + row] }))),
    align: shown.map(({ right }) => (right ? "right" : "left")),
  };
}

/** The caption, and which rows are shown where these are not all. */
export function captionOf(table: PackedTable, page: number): string | undefined {
  const { caption, rows } = table;
  if (pages(table) === 1) return caption;
  const { from, to } = rowsOf(table, page);
  return `${caption ?? "Table"}: rows ${from + 1}–${to} of ${rows.length}`;
}

export function pages({ rows }: PackedTable): number {
  return Math.max(1, Math.ceil(rows.length / perPage));
}

function rowsOf({ rows }: PackedTable, page: number): { readonly from: number; readonly to: number } {
  return { from: page * perPage, to: Math.min(rows.length, (page + 1) * perPage) };
}

/** What stands for a number in a text of one: "+0.95", "19.6 %", "77.06 ± 1.78 (5)", "−0.86 to +2.85", and nothing known. */
const number = /^[+−-]?\d[\d.,]*(?: ?%| ± [\d.,]+(?: \(\d+\))?| to [+−-]?[\d.,]+)?$/;

function areNumbers(texts: readonly string[]): boolean {
  const known = texts.filter((value) => !["", "–", "-"].includes(value));
  return known.length > 0 && known.every((value) => number.test(value));
}

const mostDigits = 6;

/**
 * Whole numbers as they are; else two decimals, or where all are small four, or as many as the largest needs. What these
 * would show as nearly nothing is written with a power of ten.
 */
function decimals(values: readonly Value[]): string[] {
  const numbers = values.filter(isNumber);
  const largest = Math.max(...numbers.map(Math.abs));
  const small = largest <= 1;
  const digits = numbers.every(Number.isInteger) ? 0 : small ? smallDigits(largest) : 2;
  return values.map((value) => {
    if (!isNumber(value)) return text(value);
    const unseen = digits > 2 && value !== 0 && Math.abs(value) < 10 ** (1 - digits);
    return unseen ? value.toExponential(1) : value.toFixed(digits);
  });
}

/** Decimals that leave the largest number two figures. */
function smallDigits(largest: number): number {
  return Math.min(mostDigits, Math.max(4, 1 - Math.floor(Math.log10(largest))));
}

function isNumber(value: Value): value is number {
  return typeof value === "number";
}

function text(value: Value): string {
  return value === null ? "" : String(value);
}
