import type { DataType, Table, Vector } from "apache-arrow";
import { InputError, show } from "../../base/errors";
import { arrow, encodeTable, parseArrowTable } from "../../corpus/arrow-file";
import { isIntact } from "../../corpus/checksum";

/** Changes with the columns of a table or their meaning. */
const version = "1";

export type Cell = string | number | boolean | null;

/** "code" is a text that many rows share; "count" is a whole number from 0 to 2¹⁶ - 1. */
type RequiredType = "text" | "code" | "whole" | "count" | "number" | "truth";

/** A column whose type ends in "?" is omitted if no row has a value. */
export type ColumnType = RequiredType | `${RequiredType}?`;

export type Row = Readonly<Record<string, Cell>>;

/** The columns of a table, in their order. */
export type Columns = Readonly<Record<string, ColumnType>>;

/** A column's name, type and cells. */
export type FilledColumn = readonly [name: string, type: ColumnType, cells: readonly Cell[]];

/** Writes rows as {@link columnsToArrow} writes columns. */
export function rowsToArrow(
  rows: readonly Row[],
  columns: Columns,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const filled = Object.entries(columns).map(([name, type]): FilledColumn => {
    return [name, type, rows.map((row) => row[name])];
  });
  return columnsToArrow(filled, metadata);
}

/** Writes an Arrow IPC file with a checksum. The same cells give the same bytes. @param metadata further entries */
export function columnsToArrow(
  columns: readonly FilledColumn[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const { Table: ArrowTable, vectorFromArray } = arrow();
  const vectors = columns.flatMap(([name, type, cells], index) => {
    if (isOptional(type) && cells.every((cell) => cell === null)) return [];
    return [[name, vectorFromArray(cells, narrowestType(cells, type, index))] as const];
  });
  const table = new ArrowTable(Object.fromEntries(vectors));
  return encodeTable(table, { ...metadata, version });
}

const isOptional = (type: ColumnType): boolean => type.endsWith("?");

/** The narrowest type that holds all cells. */
function narrowestType(cells: readonly Cell[], type: ColumnType, index: number): DataType {
  const [narrow, wide = narrow] = arrowTypes(type, index);
  const isWide = type.startsWith("count")
    ? cells.some((cell) => Number(cell) >= 2 ** 8)
    : new Set(cells).size >= 2 ** 7;
  return isWide ? wide : narrow;
}

/**
 * The types that a column may have, the narrowest first.
 * @param index of the column, as a dictionary's id: Arrow's own counter would make the bytes differ
 */
function arrowTypes(type: ColumnType, index: number): readonly DataType[] {
  const { Bool, Dictionary, Float64, Int8, Int16, Int32, Uint8, Uint16, Utf8 } = arrow();
  switch (type.replace("?", "") as RequiredType) {
    case "text":
      return [new Utf8()];
    case "code":
      return [new Int8(), new Int16()].map((codes) => new Dictionary(new Utf8(), codes, index));
    case "whole":
      return [new Int32()];
    case "count":
      return [new Uint8(), new Uint16()];
    case "number":
      return [new Float64()];
    case "truth":
      return [new Bool()];
  }
}

export interface ReadRows {
  readonly rows: readonly Row[];
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads what {@link rowsToArrow} wrote.
 * @param file its name, for messages
 * @throws InputError if it is not such a table, is damaged, or has another version
 */
export function rowsFromArrow(bytes: Uint8Array, columns: Columns, file: string): ReadRows {
  const table = tableFromArrow(bytes, file);
  const vectors = Object.entries(columns).map(
    ([name, type]) => [name, columnOf(table, name, type, file)] as const,
  );
  const rows = Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(vectors.map(([name, vector]) => [name, (vector?.get(row) ?? null) as Cell])),
  );
  return { rows, metadata: table.schema.metadata };
}

/** Reads what {@link columnsToArrow} wrote. @throws InputError like {@link rowsFromArrow} */
export function tableFromArrow(bytes: Uint8Array, file: string): Table {
  const intact = isIntact(bytes);
  if (intact === undefined) throw new InputError(`${file}: is not a table of results; write it again`);
  if (!intact) throw new InputError(`${file}: is damaged: its checksum does not match; download it again`);
  const table = parseArrowTable(bytes);
  if ("problem" in table) throw new InputError(`${file}: is damaged: ${table.problem}; download it again`);
  const actual = table.schema.metadata.get("version");
  if (actual !== version)
    throw new InputError(`${file}: is a table of results of version ${show(actual)}, not ${show(version)}`);
  return table;
}

/**
 * A column of a table; `undefined` if it is optional and absent.
 * @throws InputError if it is missing or has another type
 */
export function columnOf(table: Table, name: string, type: ColumnType, file: string): Vector | undefined {
  const vector = table.getChild(name);
  if (!vector && isOptional(type)) return undefined;
  if (!vector) throw new InputError(`${file}: has no column ${show(name)}; write it again`);
  if (!arrowTypes(type, 0).some((expected) => String(vector.type) === String(expected)))
    throw new InputError(`${file}: column ${show(name)} is ${vector.type}; write it again`);
  return vector;
}
