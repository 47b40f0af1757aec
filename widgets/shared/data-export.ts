// Without the parts that read Arrow, which the package's own entry loads: a page only writes it.
import {
  Bool,
  type DataType,
  Float64,
  Int32,
  RecordBatchFileWriter,
  Table,
  Utf8,
  vectorFromArray,
} from "apache-arrow/Arrow";
import type { DataTable } from "./widget";

/** The table as an Arrow file: whole numbers as int32, fractions as float64, texts as utf8. */
export function tableToArrow({ columns, fractions = [] }: DataTable): Uint8Array {
  const vectors = Object.entries(columns).map(([name, values]) => {
    const type = fractions.includes(name) ? new Float64() : typeOf(values);
    const isText = type instanceof Utf8;
    const cells = values.map((value) => (isText && value !== null ? String(value) : value));
    return [name, vectorFromArray(cells, type)] as const;
  });
  return RecordBatchFileWriter.writeAll(new Table(Object.fromEntries(vectors))).toUint8Array(true);
}

function typeOf(column: DataTable["columns"][string]): DataType {
  const values = column.filter((value) => value !== null);
  if (!values.length) return new Utf8(); // only columns of texts can be missing in all rows
  if (values.every((value) => typeof value === "boolean")) return new Bool();
  if (!values.every((value) => typeof value === "number")) return new Utf8();
  return values.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31)
    ? new Int32()
    : new Float64();
}

/**
 * The table as CSV (RFC 4180), with empty cells for missing values. A text that a spreadsheet would run as a formula gets a
 * leading apostrophe, which spreadsheets hide. Arrow files hold all texts unchanged.
 */
export function tableToCsv({ columns }: DataTable): string {
  const names = Object.keys(columns);
  const rows = (columns[names[0]] ?? []).map((_, row) => names.map((name) => columns[name][row]));
  return [names, ...rows].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(value: string | number | boolean | null): string {
  const text = value === null ? "" : typeof value === "string" ? withoutFormula(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** Words such as "-", "+", "@name" and "-based" stay as they are: only computations and calls are harmful. */
function withoutFormula(text: string): string {
  const isFormula = /^[=\t\r]./s.test(text) || /^[+\-@].*[(|!]/s.test(text);
  return isFormula ? `'${text}` : text;
}
