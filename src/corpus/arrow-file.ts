import { type Data, DataType, type Table, tableFromIPC, type Vector } from "apache-arrow";
import { reason } from "../base/files";
import { checkArrowMetadata } from "./arrow-metadata";

// A checksum tells that a file is whole, not that its maker meant well: what it says of lengths and places is believed only
// where it fits the bytes that are there.

/** @returns what is wrong with a table, or the table */
export function tableOf(bytes: Uint8Array): Table | { readonly problem: string } {
  try {
    checkArrowMetadata(bytes);
    const table = tableFromIPC(bytes);
    const problem = problemOf(table, bytes.length);
    return problem === undefined ? table : { problem };
  } catch (error) {
    return { problem: `it does not parse (${reason(error)})` };
  }
}

/** Whether each column's buffers hold all rows, and what they point to is there. */
export function isWhole({ children, length }: Data): boolean {
  return children.every((column) => column.length === length && holds(column));
}

function problemOf(table: Table, bytes: number): string | undefined {
  // a footer may list one batch of rows any number of times
  if (table.batches.reduce((sum, { numRows }) => sum + numRows, 0) > bytes)
    return "it has more rows than bytes";
  for (const [at, field] of table.schema.fields.entries()) {
    for (const { data } of table.batches) {
      const column = data.children[at];
      if (!column || column.length !== data.length || !holds(column))
        return `its column "${field.name}" does not fit`;
    }
  }
  return undefined;
}

/** Whether a column's buffers hold all that its length, offsets and indices speak of. */
function holds(data: Data): boolean {
  const { type, length, offset, values, valueOffsets, children, nullBitmap } = data;
  if (!Number.isSafeInteger(length) || length < 0 || offset !== 0) return false;
  if (nullBitmap?.length && nullBitmap.length * 8 < length) return false;
  if (DataType.isUtf8(type)) return rise(valueOffsets, length, (values as Uint8Array).length);
  // a file without a batch is read as one of no rows, whose lists have no items at all
  if (DataType.isList(type) && !children[0]) return length === 0;
  if (DataType.isList(type)) return rise(valueOffsets, length, children[0].length) && holds(children[0]);
  if (DataType.isFixedSizeList(type))
    return type.listSize > 0 && children[0].length >= length * type.listSize && holds(children[0]);
  if (DataType.isStruct(type)) return children.every((child) => child.length >= length && holds(child));
  if (DataType.isDictionary(type)) return indicesFit(data);
  if (DataType.isBool(type)) return (values as Uint8Array).length * 8 >= length;
  if (DataType.isInt(type) || DataType.isFloat(type)) return (values as ArrayLike<unknown>).length >= length;
  return false; // none that is ever written here
}

function rise(offsets: Int32Array, length: number, most: number): boolean {
  if (length === 0) return true;
  if (offsets.length <= length || offsets[0] < 0 || offsets[length] > most) return false;
  for (let at = 0; at < length; at++) if (offsets[at] > offsets[at + 1]) return false;
  return true;
}

function indicesFit({ length, values, dictionary, nullCount, nullBitmap }: Data): boolean {
  const indices = values as Int32Array;
  const known = dictionary as Vector | undefined;
  if (indices.length < length || !known?.data.every(holds)) return false;
  for (let at = 0; at < length; at++) {
    const isNull = nullCount > 0 && !((nullBitmap[at >> 3] >> (at % 8)) & 1);
    if (!isNull && (indices[at] < 0 || indices[at] >= known.length)) return false;
  }
  return true;
}

/** Whether the table has columns of these types, as Arrow writes them out, none of which lacks a value. */
export function hasColumns(table: Table, types: Readonly<Record<string, RegExp>>): boolean {
  // lists of a file without a batch have no items, not even none
  const whole = (data: Data | undefined): boolean =>
    data === undefined ||
    (data.nullCount === 0 &&
      data.children.every(whole) &&
      ((data.dictionary as Vector | undefined)?.data.every(whole) ?? true));
  return Object.entries(types).every(([name, type]) => {
    const column = table.getChild(name);
    return column !== null && type.test(String(column.type)) && column.data.every(whole);
  });
}
