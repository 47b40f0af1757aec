import assert from "node:assert/strict";
import { test } from "node:test";
import { tableFromIPC } from "apache-arrow";
import { type Row, rowsFromArrow, rowsToArrow } from "../../../src/experiments/results/arrow-rows";

/** The bytes of a table of one row per name, and their type of column. */
function encode(
  names: readonly string[],
  largest: number,
): { bytes: Uint8Array; types: string[]; rows: Row[] } {
  const rows = names.map((name) => ({ name, count: largest }));
  const bytes = rowsToArrow(rows, columns, {});
  return { bytes, rows, types: tableFromIPC(bytes).schema.fields.map(({ type }) => String(type)) };
}

const columns = { name: "code", count: "count" } as const;
const namesUpTo = (length: number) => Array.from({ length }, (_, i) => `name ${i}`);

test("columns take the narrowest type that holds all cells, and read as written", () => {
  const narrow = encode(namesUpTo(127), 255);
  const wide = encode(namesUpTo(128), 256);
  assert.deepEqual(narrow.types, ["Dictionary<Int8, Utf8>", "Uint8"]);
  assert.deepEqual(wide.types, ["Dictionary<Int16, Utf8>", "Uint16"]);
  for (const { bytes, rows } of [narrow, wide, encode(namesUpTo(300), 2 ** 16 - 1)])
    assert.deepEqual(rowsFromArrow(bytes, columns, "f").rows, rows);
});

test("a column of another type is an error", () => {
  const bytes = rowsToArrow([{ name: "a", count: 1.5 }], { name: "code", count: "number" }, {});
  assert.throws(() => rowsFromArrow(bytes, columns, "f"), /f: column "count" is Float64; write it again/);
});
