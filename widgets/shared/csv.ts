import type { DataTable } from "./widget";

/**
 * The table as CSV by RFC 4180; nothing where there is no value. A text that a spreadsheet would run as a formula gets an
 * apostrophe before it, which a spreadsheet takes away again; Arrow holds all texts as they are. Runs in browsers too.
 */
export function tableToCsv({ columns }: DataTable): string {
  const names = Object.keys(columns);
  const rows = (columns[names[0]] ?? []).map((_, row) => names.map((name) => columns[name][row]));
  return [names, ...rows].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number | boolean | null): string {
  const text = value === null ? "" : typeof value === "string" ? inert(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** Words such as "-", "+", "@name" and "-based" stay: only what computes or calls something does harm. */
function inert(text: string): string {
  const isFormula = /^[=\t\r]./s.test(text) || /^[+\-@].*[(|!]/s.test(text);
  return isFormula ? `'${text}` : text;
}
