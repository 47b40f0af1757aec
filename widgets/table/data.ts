/** A table by columns, as data frames have it. */
export interface Frame {
  readonly columns: readonly string[];
  /** Rows of cells. */
  readonly values: readonly unknown[] | readonly (readonly unknown[])[];
}

export type Rows = readonly Readonly<Record<string, unknown>>[];

export type Value = string | number | boolean | null;

export interface PackedTable {
  readonly caption?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

export function packTable(table: Rows | Frame): Pick<PackedTable, "columns" | "rows"> {
  const { columns, values } = "columns" in table ? table : fromRecords(table);
  const rows = values.map((row) => (Array.isArray(row) ? row : [row])); // a frame of one column has bare values
  return {
    columns: columns.map(String),
    rows: rows.map((row) => columns.map((_, place) => plainValue(row[place]))),
  };
}

/** The columns of the records in the order in which they first turn up. */
function fromRecords(rows: Rows): Frame {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { columns: names, values: rows.map((row) => names.map((name) => row[name])) };
}

/** Numbers that are none, and nothing, are null; what is not plain becomes text. */
function plainValue(value: unknown): Value {
  if (value === undefined || value === null || Number.isNaN(value)) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
