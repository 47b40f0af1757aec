import type * as Arrow from "apache-arrow";
import type { Data, Table, Vector } from "apache-arrow";
import { reason } from "../base/files";
import { checkArrowMetadata } from "./arrow-metadata";
import { addChecksum, checksumPlaceholder } from "./checksum";

/** The package apache-arrow. It is loaded on first use, because that takes 0.1 s. */
export const arrow = (): typeof Arrow => require("apache-arrow");

/** Encodes a table as an Arrow IPC file with this metadata and a checksum. */
export function encodeTable(table: Table, metadata: Readonly<Record<string, string>>): Uint8Array {
  for (const [key, value] of Object.entries({ ...metadata, checksum: checksumPlaceholder }))
    table.schema.metadata.set(key, value);
  return addChecksum(arrow().tableToIPC(table, "file"));
}

// A checksum shows that a file is complete, not that it is harmless. So lengths and offsets in the file are checked against its
// size.

/** @returns the table, or what is wrong with it */
export function parseArrowTable(bytes: Uint8Array): Table | { readonly problem: string } {
  try {
    checkArrowMetadata(bytes);
    const table = arrow().tableFromIPC(bytes);
    const problem = problemOf(table, bytes.length);
    return problem === undefined ? table : { problem };
  } catch (error) {
    return { problem: `it does not parse (${reason(error)})` };
  }
}

/** Whether the buffers of each column hold all rows and everything that the rows refer to. */
export function isComplete({ children, length }: Data): boolean {
  return children.every((column) => column.length === length && isConsistent(column));
}

function problemOf(table: Table, bytes: number): string | undefined {
  // a footer may list the same batch repeatedly
  if (table.batches.reduce((sum, { numRows }) => sum + numRows, 0) > bytes)
    return "it has more rows than bytes";
  for (const [index, field] of table.schema.fields.entries()) {
    for (const { data } of table.batches) {
      const column = data.children[index];
      if (!column || column.length !== data.length || !isConsistent(column))
        return `its column "${field.name}" does not fit`;
    }
  }
  return undefined;
}

/** Whether a column's buffers cover its length, offsets and indices. */
function isConsistent(data: Data): boolean {
  const { DataType } = arrow();
  const { type, length, offset, values, valueOffsets, children, nullBitmap } = data;
  if (!Number.isSafeInteger(length) || length < 0 || offset !== 0) return false;
  if (nullBitmap?.length && nullBitmap.length * 8 < length) return false;
  if (DataType.isUtf8(type)) return areOffsets(valueOffsets, length, (values as Uint8Array).length);
  // Arrow reads a file without batches as one without rows, whose lists have no children
  if (DataType.isList(type) && !children[0]) return length === 0;
  if (DataType.isList(type))
    return areOffsets(valueOffsets, length, children[0].length) && isConsistent(children[0]);
  if (DataType.isFixedSizeList(type))
    return type.listSize > 0 && children[0].length >= length * type.listSize && isConsistent(children[0]);
  if (DataType.isStruct(type))
    return children.every((child) => child.length >= length && isConsistent(child));
  if (DataType.isDictionary(type)) return areIndices(data);
  if (DataType.isBool(type)) return (values as Uint8Array).length * 8 >= length;
  if (DataType.isInt(type) || DataType.isFloat(type)) return (values as ArrayLike<unknown>).length >= length;
  return false; // we write no other types
}

/** Whether offsets are ascending, from at least 0 to at most `most`. */
function areOffsets(offsets: Int32Array, length: number, most: number): boolean {
  if (length === 0) return true;
  if (offsets.length <= length || offsets[0] < 0 || offsets[length] > most) return false;
  for (let row = 0; row < length; row++) if (offsets[row] > offsets[row + 1]) return false;
  return true;
}

/** Whether all indices that are not null are in the dictionary. */
function areIndices({ length, values, dictionary, nullCount, nullBitmap }: Data): boolean {
  const indices = values as Int32Array;
  const items = dictionary as Vector | undefined;
  if (indices.length < length || !items?.data.every(isConsistent)) return false;
  for (let row = 0; row < length; row++) {
    const isNull = nullCount > 0 && !((nullBitmap[row >> 3] >> (row % 8)) & 1);
    if (!isNull && (indices[row] < 0 || indices[row] >= items.length)) return false;
  }
  return true;
}

/** Whether the table has columns of these types, written as Arrow prints them, without missing values. */
export function hasColumns(table: Table, types: Readonly<Record<string, RegExp>>): boolean {
  // lists of a file without batches have no child data
  const hasNoNulls = (data: Data | undefined): boolean =>
    data === undefined ||
    (data.nullCount === 0 &&
      data.children.every(hasNoNulls) &&
      ((data.dictionary as Vector | undefined)?.data.every(hasNoNulls) ?? true));
  return Object.entries(types).every(([name, type]) => {
    const column = table.getChild(name);
    return column !== null && type.test(String(column.type)) && column.data.every(hasNoNulls);
  });
}
