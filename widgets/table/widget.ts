import { gridToText } from "../shared/grid";
import type { Widget } from "../shared/widget";
import { buildTable } from "./build";
import type { PackedTable } from "./data";

/** Records or a data frame as a table. */
export const tableWidget: Widget<PackedTable, Record<string, never>> = {
  kind: "table",
  open: (packed) => packed,
  title: ({ caption, rows }) => caption ?? `Table of ${rows.length} row${rows.length === 1 ? "" : "s"}`,
  build: (data) => [{ grid: buildTable(data) }],
  text: (data) => gridToText(buildTable(data)),
  table: ({ columns, rows }) => ({
    name: "table",
    columns: Object.fromEntries(columns.map((name, place) => [name, rows.map((row) => row[place])])),
  }),
};
