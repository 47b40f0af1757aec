import { escapeHtml } from "../shared/html";
import { pad, textWidth } from "../shared/text";

/** A table by columns, as data frames have it. */
export interface Frame {
  readonly columns: readonly string[];
  /** Rows of cells. */
  readonly values: readonly unknown[] | readonly (readonly unknown[])[];
}

export type Rows = readonly Readonly<Record<string, unknown>>[];

interface Column {
  readonly name: string;
  readonly cells: readonly string[];
  readonly numeric: boolean;
}

/** A table as HTML without scripts. Numbers stand to the right, with as many decimals throughout a column. */
export function buildTable(table: Rows | Frame): string {
  const shown = columns(table);
  const cell = (tag: "th" | "td", text: string, { numeric }: Column): string => {
    const line = tag === "th" ? "2px solid currentColor" : "1px solid rgba(128,128,128,0.35)";
    const align = numeric ? "right" : "left";
    const style = `text-align:${align};padding:3px 14px 3px 4px;border:0;border-bottom:${line};white-space:pre-wrap`;
    return `<${tag}${tag === "th" ? ' scope="col"' : ""} style="${style}">${escapeHtml(text)}</${tag}>`;
  };
  const row = (cells: readonly string[]): string => `<tr style="background:none">${cells.join("")}</tr>`;
  const head = row(shown.map((column) => cell("th", column.name, column)));
  const body = (shown[0]?.cells ?? []).map((_, at) =>
    row(shown.map((column) => cell("td", column.cells[at], column))),
  );
  return `<table style="border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums;margin:4px 0"><thead>${head}</thead><tbody>${body.join("")}</tbody></table>`;
}

/** The table in columns of text. */
export function tableText(table: Rows | Frame): string {
  const shown = columns(table).map(({ name, cells, numeric }) => {
    const width = Math.max(...[name, ...cells].map(textWidth));
    const align = numeric ? "right" : "left";
    return [pad(name, width, align), "-".repeat(width), ...cells.map((text) => pad(text, width, align))];
  });
  return (shown[0] ?? [])
    .map((_, line) =>
      shown
        .map((column) => column[line])
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function columns(table: Rows | Frame): Column[] {
  const { columns: names, values } = "columns" in table ? table : fromRecords(table);
  const rows = values.map((row) => (Array.isArray(row) ? row : [row])); // a frame of one column has bare values
  return names.map((name, place) => {
    const cells = rows.map((row) => row[place]);
    const numeric = cells.some(isNumber) && cells.every((value) => isNumber(value) || isNothing(value));
    return { name, numeric, cells: numeric ? decimals(cells) : cells.map(text) };
  });
}

/** The columns of the records in the order in which they first turn up. */
function fromRecords(rows: Rows): Frame {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { columns: names, values: rows.map((row) => names.map((name) => row[name])) };
}

/** Whole numbers as they are; else two decimals, four where all are small. */
function decimals(values: readonly unknown[]): string[] {
  const numbers = values.filter(isNumber);
  const digits = numbers.every(Number.isInteger) ? 0 : numbers.every((value) => Math.abs(value) <= 1) ? 4 : 2;
  return values.map((value) => (isNumber(value) ? value.toFixed(digits) : text(value)));
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || Number.isNaN(value);
}

function text(value: unknown): string {
  if (isNothing(value)) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
