import type { DataTable } from "./widget";

/** The table as CSV by RFC 4180; nothing where there is no value. Runs in browsers too. */
export function tableToCsv({ columns }: DataTable): string {
  const names = Object.keys(columns);
  const rows = (columns[names[0]] ?? []).map((_, row) => names.map((name) => columns[name][row]));
  return [names, ...rows].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number | boolean | null): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
