import { Bool, type DataType, Float64, Int32, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import type { DataTable } from "./widget";

/** The table as an Arrow file: whole numbers as int32, fractions as float64, texts as utf8. Runs in browsers too. */
export function tableToArrow({ columns, fractions = [] }: DataTable): Uint8Array {
  const vectors = Object.entries(columns).map(([name, values]) => {
    const type = fractions.includes(name) ? new Float64() : typeOf(values);
    const texts = type instanceof Utf8;
    const cells = values.map((value) => (texts && value !== null ? String(value) : value));
    return [name, vectorFromArray(cells, type)] as const;
  });
  return tableToIPC(new Table(Object.fromEntries(vectors)), "file");
}

function typeOf(values: DataTable["columns"][string]): DataType {
  const known = values.filter((value) => value !== null);
  if (!known.length) return new Utf8(); // of a count there is always one
  if (known.every((value) => typeof value === "boolean")) return new Bool();
  if (!known.every((value) => typeof value === "number")) return new Utf8();
  return known.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31)
    ? new Int32()
    : new Float64();
}
