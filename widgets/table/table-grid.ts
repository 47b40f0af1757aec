import type { Cell, Grid } from "../shared/grid";

/** A table by columns, such as a data frame. */
export interface Frame {
  readonly columns: readonly string[];
  /** Rows of cells. */
  readonly values: readonly unknown[] | readonly (readonly unknown[])[];
}

export type Rows = readonly Readonly<Record<string, unknown>>[];

type Value = string | number | boolean | null;

export interface PackedTable {
  readonly caption?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

export function packTable(table: Rows | Frame): Pick<PackedTable, "columns" | "rows"> {
  const { columns, values } = "columns" in table ? table : fromRecords(table);
  const rows = values.map((row) => (Array.isArray(row) ? row : [row])); // a frame with one column has bare values
  return {
    columns: columns.map(String),
    rows: rows.map((row) => columns.map((_, column) => plainValue(row[column]))),
  };
}

/** Columns in the order in which they first occur. */
function fromRecords(rows: Rows): Frame {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { columns: names, values: rows.map((row) => names.map((name) => row[name])) };
}

/** NaN and missing values become null, infinities and objects become text. */
function plainValue(value: unknown): Value {
  if (value === undefined || value === null || Number.isNaN(value)) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Rows per page: thousands of rows would make a notebook or a picture unreadable. */
const perPage = 100;

export function pageCount({ rows }: PackedTable): number {
  return Math.max(1, Math.ceil(rows.length / perPage));
}

/** The rows of a page. Numbers are right-aligned, with the same number of decimals in a column. @param page counts from 0 */
export function tableGrid(table: PackedTable, page: number): Grid {
  const { columns, rows } = table;
  const first = page * perPage;
  const formatted = columns.map((_, column) => {
    const cells = rows.map((row) => row[column]);
    const numeric = cells.some(isNumber) && cells.every((value) => isNumber(value) || value === null);
    const texts = numeric ? decimals(cells) : cells.map(textOf);
    return { texts, align: numeric || areNumbers(texts) ? "right" : "left" } as const;
  });
  return {
    caption: captionOf(table, page),
    head: [columns.map((text) => ({ text }))],
    rows: rows
      .slice(first, first + perPage)
      .map((_, i) => formatted.map(({ texts }): Cell => ({ text: texts[first + i] }))),
    align: formatted.map(({ align }) => align),
  };
}

/** The caption; of a table with several pages it says which rows are shown. */
export function captionOf(table: PackedTable, page: number): string | undefined {
  const { caption, rows } = table;
  if (pageCount(table) === 1) return caption;
  const last = Math.min(rows.length, (page + 1) * perPage);
  return `${caption ?? "Table"}: rows ${page * perPage + 1}–${last} of ${rows.length}`;
}

/** A number as text: "+0.95", "19.6 %", "77.06 ± 1.78 (5)", "−0.86 to +2.85". */
const numberText = /^[+−-]?\d[\d.,]*(?: ?%| ± [\d.,]+(?: \(\d+\))?| to [+−-]?[\d.,]+)?$/;

function areNumbers(texts: readonly string[]): boolean {
  const values = texts.filter((value) => !["", "–", "-"].includes(value));
  return values.length > 0 && values.every((value) => numberText.test(value));
}

/**
 * Whole numbers without decimals. Otherwise two decimals, or at least four if all numbers are at most 1. Numbers that would
 * then be shown as almost zero get an exponent.
 */
function decimals(values: readonly Value[]): string[] {
  const numbers = values.filter(isNumber);
  const largest = Math.max(...numbers.map(Math.abs));
  const digits = numbers.every(Number.isInteger) ? 0 : largest <= 1 ? smallDigits(largest) : 2;
  return values.map((value) => {
    if (!isNumber(value)) return textOf(value);
    const vanishes = digits > 2 && value !== 0 && Math.abs(value) < 10 ** (1 - digits);
    return vanishes ? value.toExponential(1) : value.toFixed(digits);
  });
}

/** Four to six decimals, so that the largest number keeps two significant digits. */
function smallDigits(largest: number): number {
  return Math.min(6, Math.max(4, 1 - Math.floor(Math.log10(largest))));
}

function isNumber(value: Value): value is number {
  return typeof value === "number";
}

function textOf(value: Value): string {
  return value === null ? "" : String(value);
}
